"""What keeps a plan from Container Instances, and what must be asked of Azure first."""

from collections.abc import Iterator, Mapping

from speech.capacity.plan import PodShape
from speech.catalog.kinds import kind
from speech.catalog.limits import limit
from speech.catalog.versions import NEWEST
from speech.settings.faults import Finding, Severity
from speech.settings.stack import Stack


def faults(stack: Stack, shapes: Mapping[str, PodShape]) -> Iterator[Finding]:
    """Groups larger than any; `shapes` has those of each container's groups by its name."""
    most = PodShape(_most("vcpu"), _most("memory-gib"))
    for at, container in enumerate(stack.containers):
        shape = shapes[container.name]
        if shape.cpu > most.cpu or shape.memory_gib > most.memory_gib:
            yield Finding(
                f"speech:containers[{at}].resources", f"a group of {shape}: {most} is the most that Azure has"
            )


def warnings(stack: Stack, shapes: Mapping[str, PodShape], groups: int, cores: int) -> Iterator[Finding]:
    """What Azure grants only when asked: large groups, many groups, many cores."""
    granted = PodShape(_most("vcpu-without-request"), _most("memory-gib-without-request"))
    for at, container in enumerate(stack.containers):
        shape = shapes[container.name]
        if shape.cpu > granted.cpu or shape.memory_gib > granted.memory_gib:
            yield _warning(
                f"speech:containers[{at}].resources",
                f"a group of {shape}: above {granted} Azure must be asked first, by a support request for quota"
                + _smaller(container.kind, container.version, granted),
            )
    if groups > _most("groups") or cores > _most("cores"):
        yield _warning(
            "speech:containers",
            f"{groups} groups of {cores} cores in all: a subscription has {_most('groups'):g} groups and"
            f" {_most('cores'):g} cores in a region until it asks for more",
        )


def _smaller(kind_name: str, version: str | None, granted: PodShape) -> str:
    """The remedy where the vendor's minimum is granted without asking."""
    row = kind(kind_name).size_row(version or NEWEST)
    least, memory = row.minimum, row.minimum.memory_gib + row.model_gib[1]
    if least.cpu > granted.cpu or memory > granted.memory_gib:
        return ""
    return f", or write  resources: {{cpu: {granted.cpu:g}, memory_gib: {granted.memory_gib:g}}}"


def _most(name: str) -> float:
    return limit(f"container-instances.{name}").maximum


def _warning(path: str, message: str) -> Finding:
    return Finding(path, message, Severity.WARNING)
