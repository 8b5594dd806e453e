"""Models: which display models are downloaded, and how they are named."""

from collections.abc import Iterator

from speech.catalog.kinds import kind
from speech.catalog.versions import is_before
from speech.settings.containers import Container, DisplayModels
from speech.settings.draft import Draft
from speech.settings.faults import Finding


def display_models_are_known_to_the_image(draft: Draft) -> Iterator[Finding]:
    """Custom speech to text downloads them since 3.1.0; no other kind has any."""
    for path, container, _ in _displays(draft):
        since = kind(container.kind).first_versions.get("display-models")
        if since is None:
            yield Finding(path, f"a {container.kind} container has no display models: leave it out")
        elif is_before(container.image_version, since):
            message = (
                f"needs image version {since}, this is {container.image_version}: write  version: {since}  or newer"
            )
            yield Finding(path, message)


def display_models_are_named_in_one_way(draft: Draft) -> Iterator[Finding]:
    """The latest ones by locale and types, or exact ones by their ids: one download obeys one of the two."""
    for path, _, display in _displays(draft):
        if display.ids and (display.locale or display.types):
            message = "names exact models, locale and types name the latest ones: leave one of the two out"
            yield Finding(f"{path}.ids", message)
        elif not (display.ids or display.locale or display.types):
            yield Finding(path, "names no model: write  {locale: en-US, types: [FullDisplay]}, or ids")


def the_latest_display_models_have_locale_and_types(draft: Draft) -> Iterator[Finding]:
    """The container asks for both words, and ends without a download where one is missing."""
    for path, _, display in _displays(draft):
        if display.ids:
            continue
        if display.locale and not display.types:
            yield Finding(f"{path}.types", "missing. A locale needs them, as in  types: [FullDisplay]")
        elif display.types and not display.locale:
            yield Finding(f"{path}.locale", "missing. Types need one, as in  locale: en-US")


def full_display_stands_for_all_types(draft: Draft) -> Iterator[Finding]:
    """FullDisplay, or some of the others."""
    for path, _, display in _displays(draft):
        if "FullDisplay" in display.types and len(display.types) > 1:
            yield Finding(f"{path}.types", "FullDisplay stands for all of them: leave the others out")


def _displays(draft: Draft) -> Iterator[tuple[str, Container, DisplayModels]]:
    for path, container in draft.named():
        if container.model and container.model.display is not None:
            yield f"{path}.model.display", container, container.model.display


RULES = (
    display_models_are_known_to_the_image,
    display_models_are_named_in_one_way,
    the_latest_display_models_have_locale_and_types,
    full_display_stands_for_all_types,
)
