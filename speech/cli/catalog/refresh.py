"""`speech catalog refresh`: asks, checks, compares, and only then replaces files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from speech.catalog import documents, overlay
from speech.catalog.documents import CatalogFault
from speech.catalog.kinds import kinds
from speech.catalog.merging import by_region, merged
from speech.catalog.regions import region
from speech.cli.catalog import registry, retail
from speech.cli.catalog.answers import Answers, without_own
from speech.cli.catalog.difference import Change, differences
from speech.cli.catalog.files import replace_all, written
from speech.cli.catalog.regions import known_region
from speech.files.stack_file import FailedError, UnreadableError

PARTS = ("sizes", "prices", "tags")
"""In the order in which they are asked: a size that is new has its price in the same run."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What was asked on a day, and what is new. `files` were replaced, or would have been."""

    as_of: str
    files: tuple[Path, ...]
    changes: tuple[Change, ...]
    notes: tuple[str, ...]


def parts_of(text: str) -> tuple[str, ...]:
    """The parts that a text like prices,tags names. Raises UnreadableError."""
    named = [part.strip() for part in text.split(",") if part.strip()]
    for part in named:
        if part not in PARTS:
            raise UnreadableError(f'--what: "{part}" is none of {", ".join(PARTS)}')
    if not named:
        raise UnreadableError(f"--what: name one or more of {', '.join(PARTS)}, as in  --what prices,tags")
    return tuple(part for part in PARTS if part in named)


def folder_of(out: Path | None) -> Path:
    """The folder to write: the one named, else the user's own. Raises UnreadableError."""
    if out is not None:
        return out
    if named := documents.named_folder():
        return named
    project = documents.project_folder()
    if project is None:
        raise UnreadableError("there is no Pulumi.yaml here or above: say which folder to write, as in  --out catalog")
    return project / documents.FOLDER


def refresh(parts: Sequence[str], regions: Sequence[str], out: Path | None, *, write: bool) -> Refreshed:
    """Asks for these parts, and with `write` replaces files.

    Raises UnreadableError and FailedError: nothing was changed then.
    """
    held = _Held(folder_of(out))
    places, today = list(dict.fromkeys(map(known_region, regions))), datetime.now(tz=UTC).date().isoformat()
    found = Answers()
    asking: dict[str, Callable[[], Answers]] = {
        "sizes": lambda: _sizes(held, places, today),
        "prices": lambda: _prices(held, found, places, today),
        "tags": lambda: registry.ask(held.stripped()["tags"], kinds().values(), today),
    }
    for part in parts:
        found.add(asking[part]())
    files: dict[Path, str] = {}
    changes: list[Change] = []
    for name, answer in found.documents.items():
        dated = {"as_of": today, "source": next(iter(answer["sources"])), **answer}
        left, notes = held.without_own(name, dated)
        content, after = held.with_answer(name, left)
        found.notes += notes
        files[held.folder / f"{name}.json"] = written(content)
        changes += differences(name, held.view[name], after)
    if write:
        replace_all(files)
        documents.forget()
    return Refreshed(today, tuple(files), tuple(changes), tuple(found.notes))


def _sizes(held: "_Held", regions: list[str], today: str) -> Answers:
    from operations.azure import azure  # noqa: PLC0415  # who asks for no sizes need not log in
    from speech.cli.catalog import skus  # noqa: PLC0415  # as above

    clouds = {found.cloud.name for name in regions if (found := region(name))}
    if len(clouds) > 1:
        raise UnreadableError(
            f"--region: regions of {' and '.join(sorted(clouds))}: one log-in reads one cloud's sizes"
        )
    place = azure(regions[0])
    api = skus.service(place)
    try:
        return skus.ask(api, place.subscription, held.view["vm_sizes"], regions, today)
    finally:
        api.close()


def _prices(held: "_Held", found: Answers, regions: list[str], today: str) -> Answers:
    sizes = found.documents.get("vm_sizes")
    view = held.view
    if sizes:
        stamp = {"as_of": today, "source": next(iter(sizes["sources"]))}
        view = {**view, "vm_sizes": held.with_answer("vm_sizes", {**stamp, **sizes})[1]}
    api = retail.service()
    try:
        return retail.ask(api, view, regions, today)
    finally:
        api.close()


class _Held:
    """What the catalogue holds already, as it is read once the folder's files lie over the rest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ours = folder.resolve() == documents.DATA.resolve()
        """The program's own documents are written whole, a user's with what is theirs alone."""
        others = [each for each in documents.overlay_folders() if each.resolve() != folder.resolve()]
        below = overlay.laid_over(() if self.ours else tuple(each for each in others if each.is_dir()))
        _refuse(below.faults)
        self._below = below.documents
        self._files = {} if self.ours else {name: _file(folder / f"{name}.json") for name in documents.names()}
        self.view = {name: self._laid(name, self._files.get(name)) for name in documents.names()}

    def stripped(self) -> dict[str, Document]:
        """The view without what a registry listed earlier."""
        if self.ours:
            return {**self.view, "tags": registry.without_listed(self.view["tags"], kinds())}
        file = self._files["tags"]
        return {**self.view, "tags": self._laid("tags", registry.without_listed(file, kinds()) if file else None)}

    def without_own(self, name: str, answer: Document) -> tuple[Document, list[str]]:
        """The answer less what the user's file says by another source."""
        file = self._files.get(name)
        return without_own(name, file, answer) if file else (answer, [])

    def with_answer(self, name: str, answer: Document) -> tuple[Document, Document]:
        """The file's new content, and the document as it then reads. Raises FailedError where it breaks the schema."""
        base = self._below[name] if self.ours else {"sources": {}, **(self._files[name] or _empty(answer))}
        if name == "tags":
            base = registry.without_listed(base, answer["kinds"])
        if self.ours:
            after, faults = overlay.with_document(base, name, answer)
            content = _whole(after)
        else:
            content = merged(name, base, answer).content
            after, faults = overlay.with_document(self._below[name], name, content)
        if faults:
            raise FailedError(
                "\n".join(
                    [
                        f"what was answered is no {name}.json. Nothing was changed",
                        *(f"  {fault.path}  {fault.message}" for fault in faults),
                    ]
                )
            )
        return content, after

    def _laid(self, name: str, file: Document | None) -> Document:
        if file is None:
            return self._below[name]
        after, faults = overlay.with_document(self._below[name], name, file)
        where = overlay.shown(self.folder / f"{name}.json")
        _refuse([CatalogFault(f"{where}: {fault.path}", fault.message) for fault in faults])
        return after


def _refuse(faults: Sequence[CatalogFault]) -> None:
    if faults:
        raise UnreadableError("\n".join(f"{fault.path}  {fault.message}" for fault in faults))


def _file(path: Path) -> Document | None:
    try:
        return overlay.read(path) if path.exists() else None
    except overlay.NotReadError as error:
        raise UnreadableError(f"{overlay.shown(path)}: {error}") from None


def _empty(answer: Document) -> Document:
    return {"as_of": answer["as_of"], "source": answer["source"]}


def _whole(content: Document) -> Document:
    """A document of the program's own: prices in a list, no source that no row names."""
    result = dict(content)
    if "price_regions" in content:
        regions = list(dict.fromkeys([*content["price_regions"], *content.get("priced", {})]))
        rows = [{**row, "usd_per_hour": list(map(by_region(content, row).get, regions))} for row in content["sizes"]]
        result |= {"price_regions": regions, "sizes": rows}
    used = set(_sources({key: value for key, value in result.items() if key != "sources"}))
    return {**result, "sources": {key: text for key, text in content["sources"].items() if key in used}}


def _sources(value: Any) -> list[str]:  # noqa: ANN401  # any JSON
    if isinstance(value, list):
        return [source for each in value for source in _sources(each)]
    if not isinstance(value, dict):
        return []
    named = value.get("source", [])
    here = [named] if isinstance(named, str) else list(named)
    return here + [source for inner in value.values() if isinstance(inner, dict | list) for source in _sources(inner)]
