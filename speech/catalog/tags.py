"""The image tags that are known of: which exist, what the nearest one is, how one is formed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from speech.catalog import nearest
from speech.catalog.documents import Evidence, document
from speech.catalog.kinds import Kind, kind
from speech.catalog.versions import is_before, version_key

LATEST = "latest"
_VERSION = re.compile(r"(\d+\.\d+\.\d+(?:-preview)?)-amd64|-gpu-(\d+\.\d+\.\d+)")
_CONFIDENCE = {"documented": "high", "derived": "medium", "third-party": "low", "registry": "high"}


@dataclass(frozen=True, slots=True)
class LatestMeans:
    """What the tag `latest` pulls: None where the kind has no locale or voice."""

    locale: str | None
    voice: str | None


@dataclass(frozen=True, slots=True)
class Tags:
    """What is known of one kind's tags. Never complete before the registry was asked: an unknown tag may exist."""

    kind: str
    as_of: str
    """Date of the newest row."""
    latest_means: LatestMeans
    newest: str | None
    """The newest version that a first-party page names; `versions()` has third-party ones too."""
    by_tag: Mapping[str, Evidence]
    """Every known tag but `latest`. Confidence: printed by a first-party page, only its version is, third-party."""
    gone: frozenset[str]
    """Tags that pages once printed and the registry no longer lists: not known, as nothing can pull them."""
    by_version: tuple[str, ...]
    by_locale: Mapping[str, tuple[str, ...]]
    """Locales with their voices, as SSML writes them; no voices for kinds without."""
    locale_groups: Mapping[str, tuple[str, ...]]
    """For kinds with one image for several locales: the name of a group in place of a locale."""
    guessed_case: frozenset[str]
    """SSML names whose capitals no page prints."""
    digests: Mapping[str, str]

    def known(self, tag: str) -> bool:
        """Whether the catalogue has this tag; tags are case-sensitive."""
        return tag == LATEST or tag in self.by_tag

    def versions(self) -> tuple[str, ...]:
        """Every version with or without known tags, by number."""
        return self.by_version

    def locales(self) -> tuple[str, ...]:
        """Every locale, and the groups that stand in place of one."""
        grouped = (locale for held in self.locale_groups.values() for locale in held)
        return tuple(dict.fromkeys((*self.by_locale, *self.locale_groups, *grouped)))

    def voices(self, locale: str) -> tuple[str, ...]:
        """Voices of the locale, in whatever version; none for an unknown one."""
        return self.by_locale.get(_as_in(self.by_locale, locale) or "", ())

    def ssml_voice(self, locale: str, voice: str) -> str:
        """The exact name that SSML needs, as in en-US-AriaNeural; an unknown voice as it is written."""
        known = _as_in(self.voices(locale), _without_locale(locale, voice)) or _without_locale(locale, voice)
        return f"{_as_in(self.by_locale, locale) or locale}-{known}"

    def nearest_locale(self, text: str) -> str | None:
        """The known locale most like `text`."""
        return nearest.nearest(text, self.locales())

    def nearest_voice(self, locale: str, text: str) -> str | None:
        """The voice of this locale most like `text`."""
        return nearest.nearest(_without_locale(locale, text), self.voices(locale))

    def nearest_version(self, text: str) -> str | None:
        """The known version most like `text`."""
        return nearest.nearest(text, self.by_version)

    def group_of(self, locale: str) -> str:
        """What stands for the locale in a tag: its group where the kind has one, else the locale."""
        if locale.lower() in map(str.lower, self.by_locale):
            return locale
        holders = (group for group, held in self.locale_groups.items() if locale.lower() in map(str.lower, held))
        return next(holders, locale)


def image_tag(kind_name: str, version: str, locale: str | None = None, voice: str | None = None) -> str:
    """The tag of an image, in lower case: the known one of version, locale and voice, else by the kind's grammar."""
    facts, known = kind(kind_name), tags(kind_name)
    tag = facts.tag_template.format(
        version=version,
        locale=known.group_of(locale) if locale else "",
        voice=_without_locale(locale or "", voice) if voice else "",
    ).lower()
    preview = f"{tag}-preview"
    return preview if _is_preview(facts, version) or (preview in known.by_tag and tag not in known.by_tag) else tag


def version_in(tag: str) -> str | None:
    """The version that a tag of the vendor's names; None in any other tag, whose numbers may count something else."""
    found = _VERSION.search(tag)
    return (found[1] or found[2]) if found else None


def known_tags(
    facts: Kind, rows: list[dict[str, Any]], sources: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Evidence]:
    """Every tag of these rows, in lower case; of sources that are not given the short names."""
    found: dict[str, Evidence] = {}
    for row in rows:
        read = Evidence(sources.get(row["source"], row["source"]), row["as_of"], _CONFIDENCE[row["evidence"]])
        for version in row["versions"]:
            for locale, voice in places(row):
                tag = facts.tag_template.format(version=version, locale=locale, voice=voice).lower()
                found[tag + row.get("suffix", "")] = read
    return found


def places(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Locale and voice of each tag of a row and version; empty where the kind has none."""
    if "voices" in row:
        yield from ((locale, voice) for locale, voices in row["voices"].items() for voice in voices)
    else:
        yield from ((locale, "") for locale in row.get("locales", [""]))


@cache
def tags(kind_name: str) -> Tags:
    """What is known of the tags of this kind. Raises KeyError for a name that is no kind."""
    content = document("tags")
    rows: dict[str, Any] = content["kinds"][kind_name]
    voices = _by_locale(rows)
    groups = rows.get("locale_groups", {"single": [], "groups": {}})
    asked = [rows["registry"]] if rows.get("registry") else []
    gone = frozenset(asked[0]["gone"] if asked else ())
    known = known_tags(kind(kind_name), rows["tags"], content["sources"])
    if asked:
        listed = Evidence(content["sources"][asked[0]["source"]], asked[0]["as_of"], "high")
        known = dict.fromkeys((*(tag for tag in known if tag not in gone), *asked[0]["others"]), listed)
    return Tags(
        kind=kind_name,
        as_of=max(row["as_of"] for row in (*rows["tags"], *rows["versions"], *rows["changes"], rows["latest"], *asked)),
        latest_means=LatestMeans(rows["latest"]["locale"], rows["latest"]["voice"]),
        newest=rows["newest"]["version"] if rows["newest"] else None,
        by_tag=MappingProxyType(known),
        gone=gone,
        by_version=_by_version(rows),
        by_locale=MappingProxyType(voices | dict.fromkeys(groups["single"], ())),
        locale_groups=MappingProxyType({name: tuple(held) for name, held in groups["groups"].items()}),
        guessed_case=frozenset(rows.get("guessed_case", ())),
        digests=MappingProxyType(rows.get("digests", {}).get("by_tag", {})),
    )


def _is_preview(facts: Kind, version: str) -> bool:
    return facts.preview_tags_before is not None and is_before(version, facts.preview_tags_before)


def _by_version(rows: dict[str, Any]) -> tuple[str, ...]:
    named = {version for key in ("tags", "versions") for row in rows[key] for version in row["versions"]}
    return tuple(sorted(named, key=version_key))


def _by_locale(rows: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for row in rows["tags"]:
        for locale, voice in places(row):
            found.setdefault(locale, set()).add(voice)
    for change in rows["changes"]:
        for locale in change["added"]:
            found.setdefault(locale, set()).update(change["added"][locale] if isinstance(change["added"], dict) else ())
    groups = rows.get("locale_groups", {}).get("groups", {})
    return {
        locale: tuple(sorted(voices - {""}))
        for locale, voices in sorted(found.items())
        if locale and locale not in groups
    }


def _as_in(names: Mapping[str, Any] | tuple[str, ...], text: str) -> str | None:
    return next((name for name in names if name.lower() == text.lower()), None)


def _without_locale(locale: str, voice: str) -> str:
    return voice[len(locale) + 1 :] if voice.lower().startswith(f"{locale}-".lower()) else voice
