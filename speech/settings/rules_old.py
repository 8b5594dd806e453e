"""What fields must say together. A rule is a small function named for what it holds; each has a test that breaks it."""

from collections import Counter
from collections.abc import Callable, Iterator

from speech.catalog import tags as tag_facts
from speech.catalog.kinds import kind
from speech.catalog.regions import nearest_region, region
from speech.catalog.vm_sizes import nearest, vm_size
from speech.settings.acknowledge import acknowledged_ids_exist, unknown_to_the_catalogue
from speech.settings.containers import Container, KindName
from speech.settings.draft import Draft
from speech.settings.faults import Finding, Severity
from speech.settings.target import AksTarget
from speech.settings.versions import only_what_is_built

Rule = Callable[[Draft], Iterator[Finding]]
# An image named by tag or digest counts as a current one.
NEWEST = "999.0.0"
MOST_CONTAINERS = 200


def location_is_a_region_with_speech(draft: Draft) -> Iterator[Finding]:
    """The account can only be made where the Speech service is."""
    if draft.location is None or region(draft.location) is not None:
        return
    near = nearest_region(draft.location)
    yield Finding(
        "azure-native:location",
        f'"{draft.location}" is no region with the Speech service.' + (f' Did you mean "{near}"?' if near else ""),
    )


def a_stack_has_containers(draft: Draft) -> Iterator[Finding]:
    """One at least, or there is nothing to run; and not more than a cluster of this toolkit was ever planned for."""
    given = draft.raw.get("containers")
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


def a_kind_has_what_it_needs(draft: Draft) -> Iterator[Finding]:
    """locale, voice and model belong to some kinds and are refused on the others."""
    for path, container in draft.named():
        needs = kind(container.kind).needs
        given = {"locale": container.locale, "voice": container.voice, "model": container.model}
        for word, value in given.items():
            if word in needs and value is None:
                yield Finding(f"{path}.{word}", f"missing. A {container.kind} container needs one")
            elif word not in needs and value is not None:
                yield Finding(f"{path}.{word}", f"a {container.kind} container has no {word}: leave it out")
        if container.demand is None and container.kind is not KindName.DIAGNOSTIC:
            yield Finding(
                f"{path}.demand", "missing. Write what it must carry, as in  demand: {concurrent_streams: 12}"
            )


def an_image_is_named_once(draft: Draft) -> Iterator[Finding]:
    """version, tag, digest and image are four ways to name one image."""
    for path, container in draft.named():
        ways = [way for way in ("version", "tag", "digest", "image") if getattr(container, way) is not None]
        if not ways and container.kind is not KindName.DIAGNOSTIC:
            yield Finding(f"{path}.version", _which_version(container))
        elif len(ways) > 1:
            yield Finding(f"{path}.{ways[1]}", f"names the image again: {' and '.join(ways)} exclude each other")


def _which_version(container: Container) -> str:
    newest = tag_facts.tags(container.kind).newest
    hint = f", as in  version: {newest}" if newest else ""
    return f"missing. Name the image by version (or tag, digest, image){hint}"


def the_image_is_in_the_catalogue(draft: Draft) -> Iterator[Finding]:
    """An image that does not exist leaves pods waiting for ever; the catalogue may be older than the image."""
    for path, container in draft.named():
        needs = kind(container.kind).needs
        if container.version is None or ("locale" in needs and container.locale is None):
            continue
        known = tag_facts.tags(container.kind)
        tag = tag_facts.image_tag(container.kind, container.version, container.locale, container.voice)
        if known.known(tag):
            continue
        message, where = f'the tag "{tag}" is not in the catalogue of {known.as_of}.', "version"
        if container.locale is not None and container.locale.lower() not in map(str.lower, known.locales()):
            near, where = known.nearest_locale(container.locale), "locale"
            message += f' Did you mean "{near}"?' if near else ""
        yield from unknown_to_the_catalogue(draft, f"{path}.{where}", message, "unknown-tag")


def base_streams_stay_below_the_peak(draft: Draft) -> Iterator[Finding]:
    """The base is what is always there: more than the peak makes no sense."""
    for path, container in draft.named():
        demand = container.demand
        if demand and demand.base_streams and demand.base_streams > demand.concurrent_streams:
            yield Finding(
                f"{path}.demand.base_streams",
                f"is {demand.base_streams}, more than the peak of {demand.concurrent_streams} concurrent_streams",
            )


def a_pod_has_the_vendors_minimum(draft: Draft) -> Iterator[Finding]:
    """Below the vendor's minimum a container fails or answers badly."""
    for path, container in draft.named():
        if container.resources is None:
            continue
        row, given = kind(container.kind).size_row(container.version or NEWEST), container.resources
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


def vm_sizes_can_run_speech(draft: Draft) -> Iterator[Finding]:
    """Speech images are built for x64 with AVX2 and cores of 2.6 GHz."""
    if not isinstance(draft.target, AksTarget):
        return
    named = [("speech:target.vm_size", draft.target.vm_size)] if draft.target.vm_size else []
    named += [(f"speech:target.vm_sizes[{index}]", name) for index, name in enumerate(draft.target.vm_sizes)]
    for path, name in named:
        size = vm_size(str(name))
        if size is None:
            near = nearest(str(name))
            hint = f' Did you mean "{near}"?' if near else ""
            yield from unknown_to_the_catalogue(
                draft, path, f'"{name}" is no VM size of the catalogue.{hint}', "unlisted-vm-size"
            )
        elif fault := size.host_fault():
            yield Finding(path, f"{size.name} {fault}")
        elif warning := size.clock_warning():
            yield Finding(path, f"{size.name} {warning}", Severity.WARNING)


def a_size_is_named_or_chosen(draft: Draft) -> Iterator[Finding]:
    """vm_size fixes the size, vm_sizes leaves the choice among some."""
    if isinstance(draft.target, AksTarget) and draft.target.vm_size and draft.target.vm_sizes:
        yield Finding("speech:target.vm_sizes", "vm_size has fixed the size already: leave one of the two out")


RULES: tuple[Rule, ...] = (
    location_is_a_region_with_speech,
    a_stack_has_containers,
    container_names_are_unique,
    a_kind_has_what_it_needs,
    an_image_is_named_once,
    the_image_is_in_the_catalogue,
    base_streams_stay_below_the_peak,
    a_pod_has_the_vendors_minimum,
    a_size_is_named_or_chosen,
    vm_sizes_can_run_speech,
    acknowledged_ids_exist,
    only_what_is_built,
)
