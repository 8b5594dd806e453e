"""What a stack tells about itself when it is up."""

from typing import Any

from speech.capacity.plan import Plan
from speech.catalog.egress import egress as destinations
from speech.settings.stack import Stack


def containers(plan: Plan) -> dict[str, Any]:
    """Where each container answers: the host URL for clients, and the addresses that tell its state."""
    return {
        container.name: {
            "kind": container.kind,
            "host_url": container.host_url,
            "urls": _urls(container.name, plan.names["namespace"], container.port) if container.port else {},
        }
        for container in plan.containers
    }


def _urls(name: str, namespace: str, port: int) -> dict[str, str]:
    host = f"http://{name}.{namespace}.svc.cluster.local:{port}"
    return {"home": f"{host}/", "ready": f"{host}/ready", "status": f"{host}/status", "swagger": f"{host}/swagger"}


def monthly_cost(plan: Plan) -> dict[str, Any]:
    """US dollars a month at list prices; null where a price or a usage is not known."""
    compute, metering = plan.cost.compute, plan.cost.metering
    least = {"min": compute[0], "max": compute[1]} if compute else None
    total = (
        {"min": round(compute[0] + metering, 2), "max": round(compute[1] + metering, 2)}
        if compute and metering is not None
        else None
    )
    return {"compute": least, "metering": metering, "total": total, "as_of": plan.cost.as_of}


def egress(stack: Stack) -> list[dict[str, Any]]:
    """Hosts that a firewall must let out, each with its reason."""
    found = destinations(
        "public", stack.location, ("metering", "registry", "aks", "key-vault", "identity"), stack.account.custom_domain
    )
    return [{"host": one.host, "port": one.port, "protocol": one.protocol, "reason": one.reason} for one in found]
