"""What is verified: each container of a plan as clients find it, or each of its replicas where those stand alone."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from speech.capacity.plan import ContainerPlan, Plan
from speech.catalog.kinds import Kind, kind

_OVER_TLS = ("wss", "https")
_LOGS = {
    "aks": "kubectl -n {namespace} logs deployment/{container} --tail 50",
    "kubernetes": "kubectl -n {namespace} logs deployment/{container} --tail 50",
    "container-instances": "az container logs -g {group} -n {name} --container-name speech",
    "docker": "docker logs --tail 50 {container}",
}


@dataclass(frozen=True, slots=True)
class Target:
    """A container, or a replica of one."""

    name: str
    """The container's, or that of the replica's group."""
    container: ContainerPlan
    plan: Plan
    host: str | None
    """As clients name it; None where nothing has told it an address yet."""
    port: int
    tls: bool

    @property
    def facts(self) -> Kind:
        """Its kind."""
        return kind(self.container.kind)

    @property
    def authority(self) -> str:
        """`host:port`, as it stands in a client's URL."""
        return f"{self.host or self.name}:{self.port}"

    @property
    def ready_path(self) -> str:
        """Where an image of its version says whether it serves."""
        return self.facts.readiness_path(self.container.version)

    @property
    def status_path(self) -> str | None:
        """Where it tells the state of its billing; None where it has none to tell."""
        return None if self.plan.disconnected else self.facts.status_path

    @property
    def in_cluster(self) -> bool:
        """Whether its pods can be asked of a cluster."""
        return self.plan.target in {"aks", "kubernetes"}

    @property
    def logs(self) -> str:
        """The command that shows what it says itself."""
        return _LOGS[self.plan.target].format(
            namespace=self.plan.names["namespace"],
            group=self.plan.names["resource_group"],
            container=self.container.name,
            name=self.name,
        )


@dataclass(frozen=True, slots=True)
class Asking:
    """How the user wants it asked."""

    addresses: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """By container or replica, where a way leads to it: a tunnel's near end."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Of every request: how a caller proves who it is."""
    certificate: Path | None = None
    """Of the caller with its key, PEM."""
    context: str | None = None
    """Of the user's own kubeconfig, in the place of the stack's."""
    ready_seconds: float = 120.0
    """How long to wait for a container that is not ready yet."""


def targets(plan: Plan, told: Mapping[str, Any], only: Collection[str] = ()) -> list[Target]:
    """In the order of the stack file. `told`: the stack's output `containers`; without it, hosts are the plan's."""
    return [
        target
        for container in plan.containers
        if container.port is not None and (not only or container.name in only)
        for target in _targets(plan, container, told.get(container.name, {}))
    ]


def _targets(plan: Plan, container: ContainerPlan, told: Mapping[str, Any]) -> Iterator[Target]:
    groups = [group.name for group in plan.container_groups if group.container == container.name]
    replicas = told.get("replicas") or [{"group": name} for name in groups]
    if len(replicas) > 1:
        yield from (_target(plan, container, one["group"], one.get("host_url")) for one in replicas)
    else:
        yield _target(plan, container, container.name, told.get("host_url") or container.host_url)


def _target(plan: Plan, container: ContainerPlan, name: str, host_url: str | None) -> Target:
    url = urlsplit(host_url or "")
    tls = (url.scheme or container.scheme) in _OVER_TLS
    return Target(name, container, plan, url.hostname, url.port or container.client_port or 0, tls)
