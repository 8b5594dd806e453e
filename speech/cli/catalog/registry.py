"""What registries list: the tags of every kind's repository."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from operations.service_address import REGISTRY as VARIABLE
from operations.service_address import base_url
from speech.catalog.kinds import Kind
from speech.catalog.tags import LATEST, known_tags, places
from speech.catalog.versions import version_key
from speech.cli.catalog.answers import REGISTRY, Answers
from speech.cli.catalog.service import NothingThereError, Service
from speech.files.stack_file import FailedError

_A_PAGE = "1000"
_LINK = re.compile(r'<([^>]+)>\s*;\s*rel="?next"?')
_LOCALE = re.compile(r"([a-z]{2,3}(?:-[a-z]{4})?-[a-z]{2})(?:-(.+))?")
_WORDS = re.compile(r"(multilingual|dragon|turbo|neural|apollo|rus$)")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
"""What a tag may be (OCI distribution specification)."""
_VERSION_FORM = r"(?P<version>\d+\.\d+\.\d+)"

Row = dict[str, Any]


def ask(content: Row, kinds: Iterable[Kind], today: str) -> Answers:
    """Tags of the kinds that are still published, of their registries. Raises FailedError.

    The catalogue keeps the rows of tags that are gone, for their locales and voices, and marks the tags.
    """
    found, hosts = Answers(), dict[str, Service]()
    asked: dict[str, Row] = {}
    sources: dict[str, str] = {}
    for kind in kinds:
        if kind.retired:
            continue
        host, _, repository = kind.repository.partition("/")
        api = hosts.setdefault(host, Service(base_url(VARIABLE, f"https://{host}"), VARIABLE, "tags"))
        try:
            listed = list(_tags(api, repository))
        except NothingThereError:
            found.notes.append(f"{kind.name}: {api.host} has no repository {repository}; its tags stay as they were")
            continue
        sources[f"{REGISTRY} {api.host}"] = f"tag lists of {api.host}"
        stamp = {"source": f"{REGISTRY} {api.host}", "as_of": today}
        asked[kind.name] = _rows(kind, content["kinds"][kind.name], listed, stamp)
    for api in hosts.values():
        api.close()
    if not asked:
        raise FailedError(f"no registry of {', '.join(hosts)} has a repository of any kind. Nothing was changed")
    found.documents["tags"] = {"sources": sources, "kinds": asked}
    return found


def without_listed(content: Row, kinds: Iterable[str]) -> Row:
    """The document without rows that an earlier answer of a registry added, for these kinds."""
    held: dict[str, Row] = content.get("kinds", {})
    kept = {
        name: {**rows, "tags": [row for row in rows.get("tags", []) if row.get("evidence") != REGISTRY]}
        if name in kinds
        else rows
        for name, rows in held.items()
    }
    return {**content, "kinds": kept}


def _tags(api: Service, repository: str) -> Iterator[str]:
    def following(answer: Any, _: object) -> str | None:  # noqa: ANN401  # azure-core's answer
        found = _LINK.search(answer.headers.get("Link", ""))
        return found[1] if found else None

    for page in api.pages(f"/v2/{repository}/tags/list", {"n": _A_PAGE}, following):
        yield from filter(_TAG.fullmatch, map(str, page.get("tags") or []))


def _rows(kind: Kind, rows: Row, listed: list[str], stamp: Row) -> Row:
    """New tags as rows, and what the registry lists no longer. `rows` has none of an earlier answer."""
    known = known_tags(kind, rows["tags"])
    new = [tag for tag in listed if tag not in known and tag != LATEST]
    form = _Form(kind, rows)
    parsed = {tag: place for tag in new if (place := form.place(tag)) is not None}
    versions = sorted({found for tag in listed if (found := form.version(tag))}, key=version_key)
    result: Row = {
        "registry": {
            **stamp,
            "gone": sorted(known.keys() - set(listed)),
            "others": sorted(set(new) - parsed.keys()),
        },
        "tags": [{**row, "evidence": REGISTRY, **stamp} for row in _grouped(parsed.values())],
    }
    if versions:
        result["newest"] = {"version": versions[-1], **stamp}
    if guessed := form.guessed:
        result["guessed_case"] = sorted({*rows.get("guessed_case", []), *guessed})
    return result


def _grouped(found: Iterable[tuple[str, str, str, str]]) -> Iterator[Row]:
    """Rows of tags by version: versions with the same places share one."""
    by_version: dict[tuple[str, str], dict[str, set[str]]] = {}
    for version, suffix, locale, voice in found:
        by_version.setdefault((version, suffix), {}).setdefault(locale, set()).add(voice)
    shared: dict[tuple[Any, ...], list[str]] = {}
    for (version, suffix), held in by_version.items():
        key = (suffix, tuple((locale, tuple(sorted(held[locale]))) for locale in sorted(held)))
        shared.setdefault(key, []).append(version)
    for (suffix, held), versions in shared.items():
        row: Row = {"versions": sorted(versions, key=version_key)}
        if suffix:
            row["suffix"] = suffix
        if any(voice for _, voices in held for voice in voices):
            row["voices"] = {locale: list(voices) for locale, voices in held}
        elif any(locale for locale, _ in held):
            row["locales"] = [locale for locale, _ in held]
        yield row


class _Form:
    """How a kind's tags are read: its template backwards, with capitals as the catalogue has them."""

    def __init__(self, kind: Kind, rows: Row) -> None:
        held = [place for row in rows["tags"] for place in places(row)]
        groups = rows.get("locale_groups", {"single": [], "groups": {}})
        locales = {*(locale for locale, _ in held), *groups["single"], *groups["groups"]} - {""}
        self._locales = {locale.lower(): locale for locale in sorted(locales)}
        self._voices = {voice.lower(): voice for _, voice in held if voice}
        self._template = kind.tag_template
        form = re.escape(self._template).replace(r"\{version\}", _VERSION_FORM)
        form = form.replace(r"\{locale\}\-\{voice\}", "(?P<place>.+)").replace(r"\{locale\}", "(?P<place>.+)")
        self._form = re.compile(form.replace("(?P<place>.+)", "(?P<place>.+?)") + "(?P<suffix>-preview)?")
        self.guessed: set[str] = set()

    def version(self, tag: str) -> str | None:
        """The version of a released image's tag."""
        found = self._form.fullmatch(tag)
        return found["version"] if found and not found["suffix"] else None

    def place(self, tag: str) -> tuple[str, str, str, str] | None:
        """Version, suffix, locale and voice; None for a tag of another form, which may be written so too."""
        found = self._form.fullmatch(tag)
        if found is None:
            return None
        split = self._split(found["place"]) if "place" in self._form.groupindex else ("", "")
        if split is None:
            return None
        locale, voice = split
        written = self._template.format(version=found["version"], locale=locale, voice=voice).lower()
        suffix = found["suffix"] or ""
        return (found["version"], suffix, locale, voice) if written + suffix == tag else None

    def _split(self, place: str) -> tuple[str, str] | None:
        if "{voice}" not in self._template:
            return (
                (self._locales.get(place) or _locale(place) or "", "")
                if place in self._locales or _locale(place)
                else None
            )
        known = max((low for low in self._locales if place.startswith(f"{low}-")), key=len, default=None)
        if known:
            return self._locales[known], self._voice(self._locales[known], place[len(known) + 1 :])
        form = _LOCALE.fullmatch(place)
        new = _locale(form[1]) if form and form[2] else None
        return (new, self._voice(new, form[2])) if form and new else None

    def _voice(self, locale: str, voice: str) -> str:
        if voice in self._voices:
            return self._voices[voice]
        spelt = "".join(word[:1].upper() + word[1:] for word in _WORDS.split(voice))
        self.guessed.add(f"{locale}-{spelt}")
        return spelt


def _locale(text: str) -> str | None:
    """With its capitals: uz-Latn-UZ, zh-CN-sichuan; None for what is no locale."""
    found = re.fullmatch(r"([a-z]{2,3})(?:-([a-z]{4}))?-([a-z]{2})(-[a-z]+)?", text)
    if found is None:
        return None
    script = f"-{found[2].capitalize()}" if found[2] else ""
    return f"{found[1]}{script}-{found[3].upper()}{found[4] or ''}"
