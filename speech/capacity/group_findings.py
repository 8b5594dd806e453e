"""What keeps a plan from Container Instances, and what must be asked of Azure first."""

from collections.abc import Iterator, Mapping

from speech.capacity.plan import PodShape
from speech.catalog.limits import limit
from speech.settings.faults import Finding, Severity
from speech.settings.stack import Stack


def faults(stack: Stack, shapes: Mapping[str, PodShape]) -> Iterator[Finding]:
    """Groups larger than any; `shapes` has those of each container's groups by its name."""
    most = PodShape(_most("vcpu"), _most("memory-gib"))
    for at, container in enumerate(stack.containers):
        shape = shapes[container.name]
        if not _within(shape, most):
            yield Finding(
                f"speech:containers[{at}].resources", f"a group of {shape}: {most} is the most that Azure has"
            )


def warnings(stack: Stack, shapes: Mapping[str, PodShape], groups: int, cores: int) -> Iterator[Finding]:
    """What a subscription gets only when it asks for more: large groups, many groups, many cores."""
    usual = PodShape(_most("vcpu-without-request"), _most("memory-gib-without-request"))
    for at, container in enumerate(stack.containers):
        shape = shapes[container.name]
        if not _within(shape, usual):
            yield Finding(
                f"speech:containers[{at}].resources",
                f"a group of {shape} needs a quota above {usual}: ask Azure's support for it first",
                Severity.WARNING,
            )
    most = [_most("groups"), _most("cores")]
    if groups > most[0] or cores > most[1]:
        yield Finding(
            "speech:containers",
            f"{groups} groups of {cores} cores in all: a subscription has {most[0]:g} groups and {most[1]:g} cores in a"
            " region until it asks for more",
            Severity.WARNING,
        )


def _within(shape: PodShape, most: PodShape) -> bool:
    return shape.cpu <= most.cpu and shape.memory_gib <= most.memory_gib


def _most(name: str) -> float:
    return limit(f"container-instances.{name}").maximum
