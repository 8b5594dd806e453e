"""The containers: their names, and how large and how many their pods are."""

from collections import Counter
from collections.abc import Iterator

from speech.catalog.kinds import kind
from speech.settings.draft import MOST_CONTAINERS, Draft
from speech.settings.faults import Finding, Severity


def a_stack_has_containers(draft: Draft) -> Iterator[Finding]:
    """One at least, or there is nothing to run; and not more than a cluster of this toolkit was ever planned for."""
    given = draft.written.get("containers")
    if isinstance(given, list | tuple) and not 1 <= len(given) <= MOST_CONTAINERS:
        yield Finding("speech:containers", f"lists {len(given)}: a stack has 1 to {MOST_CONTAINERS} containers")


def container_names_are_unique(draft: Draft) -> Iterator[Finding]:
    """The name becomes a host name and the name of the workload."""
    count = Counter(container.name for container in draft.containers.values())
    seen: set[str] = set()
    for path, container in draft.named():
        if count[container.name] > 1 and container.name in seen:
            yield Finding(f"{path}.name", f'"{container.name}" is taken by another container of this stack')
        seen.add(container.name)
    asked = {container.name: container.options.diarization for container in draft.containers.values()}
    caches = {f"{name}-cache": name for name, wish in asked.items() if wish and wish.cache is None}
    for path, container in draft.named():
        if container.name in caches:
            owner = caches[container.name]
            yield Finding(f"{path}.name", f'"{container.name}" is kept for the cache of "{owner}": choose another')


def a_pod_has_the_vendors_minimum(draft: Draft) -> Iterator[Finding]:
    """Below the vendor's minimum a container fails or answers badly."""
    for path, container in draft.named():
        if container.resources is None:
            continue
        row, given = kind(container.kind).size_row(container.image_version), container.resources
        low, (least, most) = row.minimum, row.model_gib
        if given.cpu < low.cpu:
            yield Finding(f"{path}.resources.cpu", f"is {given.cpu:g}: the vendor asks for {low.cpu:g} ({row.as_of})")
        if given.memory_gib < low.memory_gib:
            yield Finding(
                f"{path}.resources.memory_gib",
                f"is {given.memory_gib:g}: the vendor asks for {low.memory_gib:g} GiB ({row.as_of})",
            )
        elif given.memory_gib < low.memory_gib + least:
            yield Finding(
                f"{path}.resources.memory_gib",
                f"is {given.memory_gib:g}: the model needs {least:g} to {most:g} GiB on top of {low.memory_gib:g}",
                Severity.WARNING,
            )


def replicas_have_a_range(draft: Draft) -> Iterator[Finding]:
    """The least cannot be more than the most."""
    for path, container in draft.named():
        least, most = container.scaling.min_replicas, container.scaling.max_replicas
        if most is not None and most < least:
            yield Finding(f"{path}.scaling.max_replicas", f"is {most}, less than min_replicas, which is {least}")


RULES = (
    a_stack_has_containers,
    container_names_are_unique,
    a_pod_has_the_vendors_minimum,
    replicas_have_a_range,
)
