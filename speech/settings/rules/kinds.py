"""The kinds: what each needs, what it cannot have, and which of them are used at the user's own risk."""

from collections.abc import Iterator

from speech.catalog.kinds import kind
from speech.settings.draft import Draft
from speech.settings.faults import Finding, Severity, did_you_mean, one_of
from speech.settings.options import Options

PUBLIC_REGISTRY = "mcr.microsoft.com/"


def a_kind_has_what_it_needs(draft: Draft) -> Iterator[Finding]:
    """locale, voice and model belong to some kinds and are refused on the others."""
    for path, container in draft.named():
        facts = kind(container.kind)
        given = {"locale": container.locale, "voice": container.voice, "model": container.model}
        for word, value in given.items():
            if word in facts.needs and value is None:
                yield Finding(f"{path}.{word}", f"missing. A {container.kind} container needs one")
            elif word not in facts.needs and value is not None:
                yield Finding(f"{path}.{word}", f"a {container.kind} container has no {word}: leave it out")
        if container.demand is None and not facts.once:
            yield Finding(
                f"{path}.demand", "missing. Write what it must carry, as in  demand: {concurrent_streams: 12}"
            )


def what_runs_once_serves_nobody(draft: Draft) -> Iterator[Finding]:
    """A container that checks something and ends has neither streams nor replicas."""
    for index, container in draft.containers.items():
        for word in ("demand", "scaling"):
            if kind(container.kind).once and word in draft.written_containers()[index]:
                message = f"a {container.kind} container runs once and ends, it serves nobody: leave it out"
                yield Finding(f"speech:containers[{index}].{word}", message)


def options_mean_something_to_their_kind(draft: Draft) -> Iterator[Finding]:
    """A setting that the container does not read would be believed to work."""
    for path, container in draft.named():
        known = kind(container.kind).options
        for word, field in Options.model_fields.items():
            if word not in known and getattr(container.options, word) != field.get_default():
                yield Finding(f"{path}.options.{word}", f"means nothing to a {container.kind} container: leave it out")


def a_pair_is_one_that_tells_languages_and_one_that_understands_them(draft: Draft) -> Iterator[Finding]:
    """The outputs name the two together, for clients that ask one after the other."""
    readable = {container.name: container for container in draft.containers.values()}
    for path, container in draft.named():
        name, partners = container.pair_with, kind(container.kind).pairs_with
        if name is None:
            continue
        partner = readable.get(name)
        if not partners:
            yield Finding(f"{path}.pair_with", f"a {container.kind} container tells no languages apart: leave it out")
        elif partner is None and name not in {each.get("name") for each in draft.written_containers()}:
            hint = did_you_mean(name, readable)
            yield Finding(f"{path}.pair_with", f'"{name}" is no container of this stack.{hint}')
        elif partner is not None and partner.kind not in partners:
            message = f'"{name}" is a {partner.kind} container: name one of {one_of(sorted(partners))}'
            yield Finding(f"{path}.pair_with", message)


def a_retired_container_has_a_successor(draft: Draft) -> Iterator[Finding]:
    """The vendor mends nothing in it any more."""
    for path, container in draft.named():
        facts = kind(container.kind)
        if facts.retired and "retired-container" not in draft.acknowledged:
            yield Finding(
                f"{path}.kind",
                f"the vendor retired {container.kind} on {facts.retired}: write  kind: {facts.replacement}. At your own"
                " risk, from a registry that still has it: speech:acknowledge: [retired-container]",
            )


def a_retired_container_comes_from_a_registry_of_the_users(draft: Draft) -> Iterator[Finding]:
    """The public registry gives it to nobody any more."""
    if draft.registry is None or draft.registry.server or "retired-container" not in draft.acknowledged:
        return
    for path, container in draft.named():
        own = container.image and not container.image.repository.startswith(PUBLIC_REGISTRY)
        if kind(container.kind).retired and not own:
            yield Finding(
                f"{path}.image",
                f"missing. The public registry has no {container.kind} any more: name where yours lies, as in  image:"
                f" {{repository: contoso.azurecr.io/{container.kind}, tag: ...}}  or  speech:registry: {{server: ...}}",
            )


def a_preview_is_used_knowingly(draft: Draft) -> Iterator[Finding]:
    """It has no service level, and may end. Language identification has been one for years, and only warns."""
    for path, container in draft.named():
        severity = kind(container.kind).preview
        if severity and "preview-container" not in draft.acknowledged:
            message = f"the vendor supports {container.kind} as a preview only. At your own risk: speech:acknowledge:"
            yield Finding(f"{path}.kind", f"{message} [preview-container]", Severity(severity))


RULES = (
    a_kind_has_what_it_needs,
    what_runs_once_serves_nobody,
    options_mean_something_to_their_kind,
    a_pair_is_one_that_tells_languages_and_one_that_understands_them,
    a_retired_container_has_a_successor,
    a_retired_container_comes_from_a_registry_of_the_users,
    a_preview_is_used_knowingly,
)
