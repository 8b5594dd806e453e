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
from speech.catalog.limits import limit
from speech.settings.faults import InvalidStackError
from speech.settings.stack import Stack
from speech.settings.target import ContainerInstancesTarget

_CORES = "StandardCores"


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
