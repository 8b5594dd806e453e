"""Whether Container Instances give the subscription as many groups, and as large ones."""

from collections.abc import Iterator

from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.containerinstance import ContainerInstanceManagementClient
from azure.mgmt.containerinstance.models import Capabilities

from operations.doctor.check import Check, failed, passed, warned
from operations.doctor.quota import more, usages
from operations.doctor.subject import Session, Subject
from speech.settings.target import ContainerInstancesTarget

_GROUPS, _LINUX = "ContainerGroups", "Linux"


def enough(subject: Subject, session: Session) -> Iterator[Check]:
    """Container groups and their cores. Groups that are there already are the stack's own."""
    place, group = subject.plan.location, subject.plan.names["resource_group"]
    with session.client(ContainerInstanceManagementClient) as client:
        found = usages(client.location.list_usage(place))
        try:
            own = [str(each.name) for each in client.container_groups.list_by_resource_group(group)]
        except ResourceNotFoundError:
            own = []
    known = [each for each in subject.plan.container_groups if each.name in own]
    (asked,) = subject.plan.quota
    fine = []
    for name, needed, has in (
        (_GROUPS, asked.groups or 0, len(known)),
        (asked.family, asked.vcpus, sum(each.cpu for each in known)),
    ):
        limit, used = found.get(name.lower(), (0, 0))
        left = int(limit - used + has)
        if left < needed:
            yield failed(
                "quota",
                f"{name}: {needed} needed, {left} of {limit} left in {place}",
                more(session, "Microsoft.ContainerInstance", place, name, limit + needed - left),
            )
        else:
            fine.append(f"{name} {needed} of {left} left")
    if fine:
        yield passed("quota", f"Container Instances in {place}: {', '.join(fine)}")


def runs_groups(subject: Subject) -> bool:
    """Whether the stack makes container groups."""
    return isinstance(subject.stack.target, ContainerInstancesTarget)


def sizes(subject: Subject, session: Session) -> Iterator[Check]:
    """The largest group against what the region lists. More may have been granted: nothing tells before."""
    place = subject.plan.location
    with session.client(ContainerInstanceManagementClient) as client:
        most = max(filter(None, map(_most, client.location.list_capabilities(place))), default=None)
    largest = max(subject.plan.container_groups, key=lambda group: (group.cpu, group.memory_gib))
    said = f"{largest.name} has {largest.cpu:g} CPU {largest.memory_gib:g} GiB"
    if most and (largest.cpu > most[0] or largest.memory_gib > most[1]):
        yield warned(
            "sizes",
            f"{said}: without a quota that was granted, {place} gives {most[0]:g} CPU {most[1]:g} GiB at the most",
            "az support tickets create …  (docs/container-instances.md)",
        )
    else:
        yield passed("sizes", f"{said}, the largest; {place} gives groups of that size")


def _most(row: Capabilities) -> tuple[float, float] | None:
    """CPU and GiB of the largest group without a GPU; None for a row about others."""
    able = row.capabilities
    if able is None or row.os_type != _LINUX or row.gpu not in (None, "None"):
        return None
    return able.max_cpu or 0.0, able.max_memory_in_gb or 0.0
