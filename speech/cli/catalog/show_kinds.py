"""Pages of kinds, their locales and their tags."""

from collections.abc import Iterable

from speech.catalog.kinds import Kind, kinds
from speech.catalog.tags import Tags, image_tag, tags
from speech.cli.catalog import own
from speech.cli.catalog.page import MINE, SOURCE, Page, Row
from speech.files.stack_file import UnreadableError
from speech.settings.faults import did_you_mean, shown

_FIGURES = {
    "image_gib": ("image size", "GiB"),
    "startup_minutes": ("startup", "minutes"),
    "download_minutes": ("download", "minutes"),
}


def kinds_page() -> Page:
    """Every kind."""
    mine = own.keys("kinds", "kinds")
    rows = [
        {
            "kind": each.name,
            "newest": tags(each.name).newest,
            "cpu": each.planning.cpu,
            "GiB": each.planning.memory_gib,
            "tags": len(tags(each.name).by_tag),
            "as of": max(each.as_of, tags(each.name).as_of),
            "retired": each.retired,
            MINE: (each.name,) in mine,
        }
        for each in kinds().values()
    ]
    return Page("kinds", {}, rows)


def kind_page(facts: Kind) -> Page:
    """One kind: its figures, then its locales, or its tags where it has none."""
    known, row = tags(facts.name), facts.sizes[-1]
    size = f"{row.minimum.cpu:g} cpu {row.minimum.memory_gib:g} GiB to {row.recommended.cpu:g} cpu"
    planning = f"{facts.planning.cpu:g} cpu {facts.planning.memory_gib:g} GiB"
    figures = {
        "image": facts.repository,
        "newest": known.newest,
        "gone": f"{len(known.gone)} tags that the registry lists no longer" if known.gone else None,
        "latest": " ".join(filter(None, (known.latest_means.locale, known.latest_means.voice))) or None,
        "vendor": f"{size} {row.recommended.memory_gib:g} GiB from {row.since} on ({row.as_of}, {row.source})",
        "planning": f"{planning} {_read(facts, 'planning')}",
        "streams": _read(facts, "streams"),
    }
    for name, (label, unit) in _FIGURES.items():
        value = getattr(facts, name)
        figures[label] = None if value is None else f"{value:g} {unit} {_read(facts, name)}"
    figures |= {"retired": facts.retired, "as of": facts.as_of, "sources": "; ".join(facts.sources)}
    if not known.by_locale:
        return Page(facts.name, figures, _rows(facts, known, known.by_tag))
    rows = [
        {"locale": locale, "tags": len(_of(facts, known, locale)), "voices": len(voices) or None}
        for locale, voices in known.by_locale.items()
    ]
    return Page(facts.name, figures, rows)


def locale_page(facts: Kind, given: str) -> Page:
    """Tags of a locale. Raises UnreadableError for an unknown one."""
    known = tags(facts.name)
    locale = next((each for each in known.locales() if each.lower() == given.lower()), None)
    if locale is None:
        hint = did_you_mean(given, known.locales())
        raise UnreadableError(f"{shown(given)} is no locale of {facts.name} in the catalogue of {known.as_of}.{hint}")
    figures = {"voices": ", ".join(known.voices(locale)) or None, "as of": known.as_of}
    return Page(f"{facts.name} {locale}", figures, _rows(facts, known, _of(facts, known, locale)))


def _read(facts: Kind, name: str) -> str:
    found = facts.evidence[name]
    return f"({found.as_of}, {found.confidence}, {found.source})"


def _of(facts: Kind, known: Tags, locale: str) -> list[str]:
    """Known tags that the kind's form gives for this locale, in the order of versions."""
    voices = known.voices(locale) or (None,)
    named = (image_tag(facts.name, version, locale, voice) for version in known.versions() for voice in voices)
    return [tag for tag in named if tag in known.by_tag]


def _rows(facts: Kind, known: Tags, names: Iterable[str]) -> list[Row]:
    mine = own.tag_names(facts.name)
    return [
        {
            "tag": tag,
            "as of": known.by_tag[tag].as_of,
            "confidence": known.by_tag[tag].confidence,
            MINE: tag in mine,
            SOURCE: known.by_tag[tag].source,
        }
        for tag in names
    ]
