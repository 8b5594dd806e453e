"""What a stack tells about itself when it is up."""

from collections.abc import Mapping, Sequence
from typing import Any

from speech.capacity.exposure import client_url
from speech.capacity.money import Amount, Part
from speech.capacity.plan import ContainerPlan, Plan
from speech.catalog.kinds import kind
from speech.manifests.egress import destinations
from speech.settings.stack import Stack

_OVER_TLS = ("wss", "https")
Address = str | Sequence[str | None] | None
"""Where a container is found: one address, or one of each of its replicas where each stands alone."""


def containers(plan: Plan, addresses: Mapping[str, Address] | None = None) -> dict[str, Any]:
    """Where each container answers: the host URL for clients, and the addresses that tell its state.

    `addresses` has what the host gave each container, by the container's name; what is not known yet is None.
    """
    known = addresses or {}
    return {container.name: _container(plan, container, known.get(container.name)) for container in plan.containers}


def pairs(plan: Plan, addresses: Mapping[str, Address] | None = None) -> dict[str, Any]:
    """By the name of what identifies languages, where that answers, and where what was said is transcribed."""
    found = containers(plan, addresses)
    return {
        container.name: {
            "identify": found[container.name]["host_url"],
            "transcribe": found[container.pair_with]["host_url"],
            "transcribed_by": container.pair_with,
        }
        for container in plan.containers
        if container.pair_with is not None
    }


def _container(plan: Plan, container: ContainerPlan, found: Address) -> dict[str, Any]:
    groups = [group.name for group in plan.container_groups if group.container == container.name]
    each = found if not isinstance(found, str | None) else [found] * max(1, len(groups))
    address = each[0]
    host, port, facts = container.host or address, container.client_port, kind(container.kind)
    # Sources name two schemes for some: the SDK takes either.
    tls = "s" if container.scheme in _OVER_TLS else ""
    also = {"also_host_url": client_url(f"{facts.also_scheme}{tls}", host, port)} if facts.also_scheme else {}
    replicas = [_replica(plan, container, *one) for one in zip(groups, each, strict=True)] if groups else []
    return {
        "kind": container.kind,
        "image": container.image,
        "host_url": client_url(container.scheme, host, port),
        **also,
        "address": address,
        "ssml_voice": container.ssml_voice,
        "urls": _urls(plan, container, host, port),
        **({"replicas": replicas} if replicas else {}),
    }


def _replica(plan: Plan, container: ContainerPlan, group: str, address: str | None) -> dict[str, Any]:
    """One of several that no balancer of the stack's stands before."""
    return {
        "group": group,
        "host_url": client_url(container.scheme, address, container.port),
        "urls": _urls(plan, container, address, container.port),
    }


def _urls(plan: Plan, container: ContainerPlan, host: str | None, port: int | None) -> dict[str, str | None]:
    """The pages that tell a container's state; None for one that it has not, as the state of billing by licence."""
    scheme = "https" if container.scheme in _OVER_TLS else "http"
    base, facts = client_url(scheme, host, port), kind(container.kind)
    status = None if plan.disconnected else facts.status_path
    pages = {"home": "/", "ready": facts.ready_path, "status": status, "swagger": "/swagger"}
    return {name: page and f"{base}{page}" for name, page in pages.items()} if base else {}


def monthly_cost(plan: Plan) -> dict[str, Any]:
    """US dollars a month at list prices. What no source prices in the region is null, and so is its sum.

    `estimate` has the same sums with what other regions pay in the place of what is not known.
    """
    cost = plan.cost
    parts = {"compute": cost.sum(Part.COMPUTE), "network": cost.sum(Part.NETWORK), "total": cost.total}
    return {
        **{name: _known(amount) for name, amount in parts.items()},
        "metering": cost.metering,
        "as_of": cost.as_of,
        "estimate": {name: _ends(amount) for name, amount in parts.items()},
        "lines": [
            {"what": line.what, "part": str(line.part), "usd": _known(line.amount), "estimate": _ends(line.amount)}
            for line in cost.lines
        ],
    }


def _known(amount: Amount | None) -> dict[str, float] | None:
    return None if amount is None or amount.estimated else _ends(amount)


def _ends(amount: Amount | None) -> dict[str, float] | None:
    return None if amount is None else {"min": round(amount.low, 2), "max": round(amount.high, 2)}


def egress(stack: Stack, endpoint: str | None = None) -> list[dict[str, Any]]:
    """Hosts that a firewall must let out, each with its reason; `endpoint` as the account's own answer has it."""
    return [
        {"host": one.host, "port": one.port, "protocol": one.protocol, "reason": one.reason}
        for one in destinations(stack, endpoint)
    ]
