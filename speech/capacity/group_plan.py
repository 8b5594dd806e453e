"""Azure Container Instances: a group a replica. They do not scale, so what the peak needs runs always."""

from collections.abc import Iterator, Sequence
from math import ceil

from speech.capacity import cost
from speech.capacity.containers import Sized
from speech.capacity.drain import drain, group_waits
from speech.capacity.exposure import Exposure, exposure
from speech.capacity.group_findings import faults, warnings
from speech.capacity.money import CostLine
from speech.capacity.names import dns_label, group_name
from speech.capacity.placement import Place, Placement
from speech.capacity.plan import ContainerGroup, PodShape, Quota, Range
from speech.catalog.kinds import kind
from speech.catalog.limits import limit
from speech.settings.containers import Container, Resources
from speech.settings.faults import InvalidStackError
from speech.settings.stack import Stack
from speech.settings.target import ContainerInstancesTarget

_CORES = "StandardCores"


def within_the_usual_quota(stack: Stack) -> Stack:
    """Containers whose size nobody wrote take that of the largest group that a subscription has without asking.

    Where the vendor's minimum and the model fit it. Not with a cache beside them in the group, and not where somebody
    measured the streams of a pod: that was a pod of the planned size.
    """
    return stack.model_copy(update={"containers": tuple(map(_within, stack.containers))})


def _within(container: Container) -> Container:
    facts = kind(container.kind)
    row, usual = facts.size_row(container.image_version), _most_without_request()
    fits = row.minimum.cpu <= usual.cpu and row.minimum.memory_gib + row.model_gib[1] <= usual.memory_gib
    larger = row.planning.cpu > usual.cpu or row.planning.memory_gib > usual.memory_gib
    written = container.resources or container.scaling.streams_per_pod or container.options.diarization
    if written or not (fits and larger):
        return container
    return container.model_copy(update={"resources": Resources(cpu=usual.cpu, memory_gib=usual.memory_gib)})


def _most_without_request() -> PodShape:
    return PodShape(
        limit("container-instances.vcpu-without-request").maximum,
        limit("container-instances.memory-gib-without-request").maximum,
    )


def placed(stack: Stack, target: ContainerInstancesTarget, made: Sequence[Sized], stack_name: str) -> Placement:
    """Groups, quota and cost. Raises InvalidStackError where no group is large enough."""
    exposed, shapes = exposure(stack.network), {each.container.name: _shape(each) for each in made}
    if wrong := list(faults(stack, shapes)):
        raise InvalidStackError(wrong)
    groups = tuple(group for each in made for group in _groups(each, exposed, stack_name))
    cores = ceil(sum(group.cpu for group in groups))
    serving = {each.container.name for each in made if not each.facts.once}
    always = [PodShape(group.cpu, group.memory_gib) for group in groups if group.container in serving]
    places = {
        each.container.name: Place(
            replicas=Range(each.pods.replicas.max, each.pods.replicas.max),
            fixed=True,
            host=None,
            waits=group_waits(each.startup_minutes),
        )
        for each in made
    }
    return Placement(
        places=places,
        drain=drain(stack.network.longest_stream_minutes, 1, max(each.facts.startup_minutes for each in made)),
        cost=(cost.container_groups(always, stack.location), *_network(stack, target, exposed)),
        why=(
            "container groups do not scale: what the peak needs runs always, a group a replica, each with an address",
            f"a size that nobody wrote is {_most_without_request()}, which needs no request, where it is enough",
            "no page says which CPU a group gets: one without AVX2 is found by the guard, and starts no container",
        ),
        warnings=tuple(warnings(stack, shapes, len(groups), cores)),
        quota=(Quota(_CORES, cores, groups=len(groups)),),
        container_groups=groups,
        pays_storage=True,
    )


def _shape(each: Sized) -> PodShape:
    """All containers of one group: the Speech container and its cache, and never less than a group has."""
    shapes = [each.pods.shape, *([each.cache.shape] if each.cache else [])]
    least = PodShape(limit("container-instances.vcpu").minimum, limit("container-instances.memory-gib").minimum)
    return PodShape(
        cpu=max(least.cpu, sum(shape.cpu for shape in shapes)),
        memory_gib=max(least.memory_gib, sum(shape.memory_gib for shape in shapes)),
    )


def _groups(each: Sized, exposed: Exposure, stack_name: str) -> Iterator[ContainerGroup]:
    shape, name, port = _shape(each), each.container.name, each.facts.port
    for number in range(1, each.pods.replicas.max + 1):
        yield ContainerGroup(
            name=group_name(name, number),
            container=name,
            cpu=shape.cpu,
            memory_gib=shape.memory_gib,
            port=port,
            dns_label=dns_label(name, stack_name, number) if port and exposed.kind == "public" else None,
        )


def _network(stack: Stack, target: ContainerInstancesTarget, exposed: Exposure) -> list[CostLine]:
    """Groups in a network of the stack's own leave it by a NAT gateway; those in another use what is there."""
    if exposed.kind == "public" or target.subnet_id is not None:
        return []
    return cost.network(stack, exposed, served=0)
