"""Whether the subscription may have as many cores as the plan needs at the most."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.containerservice import ContainerServiceClient

from operations.doctor.check import Check, failed, passed
from operations.doctor.subject import Session, Subject
from speech.catalog.vm_sizes import vm_size, vm_sizes
from speech.settings.target import AksTarget

_TOTAL, _SPOT = "cores", "lowprioritycores"


@dataclass(frozen=True, slots=True)
class _Left:
    limit: int
    left: int


def cores(subject: Subject, session: Session) -> Iterator[Check]:
    """Cores at the most nodes, with those of rollouts and the system pool, against what is left.

    What a stack that is up already uses is its own.
    """
    place, own = subject.plan.location, _own_cores(subject, session)
    with session.client(ComputeManagementClient) as client:
        known = usages(client.usage.list(place))
    left = {name: _Left(limit, limit - used + own.get(name, 0)) for name, (limit, used) in known.items()}
    wanted = {each.family: each.vcpus for each in subject.plan.quota}
    regular = sum(vcpus for family, vcpus in wanted.items() if family.lower() != _SPOT)
    short = {
        family: needed for family, needed in {**wanted, _TOTAL: regular}.items() if _of(left, family).left < needed
    }
    for family, needed in short.items():
        has = _of(left, family)
        yield failed(
            "quota",
            f"{'all families together' if family == _TOTAL else family}: {needed} vCPU needed, {has.left} of"
            f" {has.limit} left in {place}",
            more(session, "Microsoft.Compute", place, family, has.limit + needed - has.left),
            *_another_size(subject, family, needed, left),
        )
    if not short:
        each = ", ".join(f"{family} {needed} of {_of(left, family).left} left" for family, needed in wanted.items())
        yield passed("quota", f"vCPU in {place}: {each}")


def usages(rows: Iterable[Any]) -> dict[str, tuple[int, int]]:
    """Limit and use by name, in small letters: letter case varies between services."""
    return {str(row.name.value).lower(): (int(row.limit or 0), int(row.current_value or 0)) for row in rows}


def _of(left: Mapping[str, _Left], family: str) -> _Left:
    return left.get(family.lower(), _Left(0, 0))


def _own_cores(subject: Subject, session: Session) -> dict[str, int]:
    """Cores of the stack's own nodes, by family."""
    used: dict[str, int] = {}
    with session.client(ContainerServiceClient) as client:
        try:
            pools = list(client.agent_pools.list(subject.plan.names["resource_group"], subject.plan.names["cluster"]))
        except ResourceNotFoundError:
            return used
    for pool in pools:
        if size := vm_size(str(pool.vm_size)):
            spot = str(pool.scale_set_priority).rpartition(".")[2].lower() == "spot"
            for family in (_SPOT,) if spot else (size.family.lower(), _TOTAL):
                used[family] = used.get(family, 0) + (pool.count or 0) * size.vcpus
    return used


def more(session: Session, provider: str, place: str, name: str, limit: int) -> str:
    """The command that asks for a higher limit."""
    return (
        f"az quota update --resource-name {name} --limit-object value={limit} --resource-type dedicated"
        f" --scope {session.subscription}/providers/{provider}/locations/{place}"
    )


def _another_size(subject: Subject, family: str, needed: int, left: Mapping[str, _Left]) -> Iterator[str]:
    """The cheapest size of the same shape whose family has quota."""
    target, place = subject.stack.target, subject.plan.location
    for pool in subject.plan.pools:
        size = vm_size(pool.vm_size)
        if size is None or size.family != family or pool.gpus or not isinstance(target, AksTarget):
            continue
        others = [
            (usd, other.name, _of(left, other.family).left)
            for other in vm_sizes()
            if (usd := other.hourly_usd(place)) is not None
            and (other.vcpus, other.gpus) == (size.vcpus, 0)
            and other.memory_gib >= size.memory_gib
            and other.family != family
            and not (other.burstable or other.retires or other.host_fault())
            and _of(left, other.family).left >= needed
        ]
        if others:
            _, name, room = min(others)
            key = "system_vm_size" if pool is subject.plan.system_pool else "vm_size"
            yield f"or a family with quota ({room} left): {subject.setting(f'speech:target.{key}', name)}"
