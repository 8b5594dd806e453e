"""The user's own documents, read and laid over ours: whole files or not at all, each fault with its place."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from speech.catalog import documents, merging, nearest
from speech.catalog.documents import CatalogFault
from speech.catalog.schema.check import date_fault, faults_of

_PAGE = "docs/catalog.md"
_EVIDENCE = ("as_of", "source")


@dataclass(frozen=True, slots=True)
class Overlaid:
    """Every document, and what is wrong with those that were left out."""

    documents: dict[str, dict[str, Any]]
    faults: tuple[CatalogFault, ...]


class NotReadError(Exception):
    """A file that is no document. The text says what, why and the remedy."""


@cache
def laid_over(folders: tuple[Path, ...]) -> Overlaid:
    """Ours with the documents of these folders over them, the later over the earlier."""
    content = {name: documents.shipped(name) for name in documents.names()}
    faults: list[CatalogFault] = []
    for folder in folders:
        if not folder.is_dir():
            why = f"there is no such folder, which {documents.VARIABLE} names: create it, or unset the variable"
            faults.append(CatalogFault(shown(folder), why))
        for file in sorted(folder.glob("*.json")):
            faults += _lay(file, content)
    return Overlaid(content, tuple(faults))


def with_document(base: dict[str, Any], name: str, over: dict[str, Any]) -> tuple[dict[str, Any], list[CatalogFault]]:
    """A document with another over it, and what is wrong with that; paths are those of the upper one."""
    faults = [
        CatalogFault(key, f"is missing: every fact of the catalogue has a {word}; see {_PAGE}")
        for key, word in zip(_EVIDENCE, ("date", "source"), strict=True)
        if not isinstance(over.get(key), str)
    ]
    if not faults and (why := date_fault(over["as_of"])):
        faults = [CatalogFault("as_of", why)]
    if faults:
        return base, faults
    result = merging.merged(name, base, over)
    return result.content, result.faults or faults_of(name, result.content, base)


def read(file: Path) -> dict[str, Any]:
    """A document of the user's. Raises NotReadError."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        content = json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_no_number)
    except OSError as error:
        raise NotReadError(f"cannot be read: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise NotReadError(f"is no JSON (line {error.lineno}, column {error.colno}): {error.msg}") from None
    except UnicodeDecodeError:
        raise NotReadError("is no UTF-8 text: save it as UTF-8") from None
    if not isinstance(content, dict):
        raise NotReadError(f"is no document: it begins with a brace and has as_of and source; see {_PAGE}")
    return content


def shown(path: Path) -> str:
    """A path as short as it can be told from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _lay(file: Path, content: dict[str, dict[str, Any]]) -> Sequence[CatalogFault]:
    name = file.stem
    if name not in content:
        close = nearest.nearest(name, content)
        hint = f'did you mean "{close}.json"?' if close else f"there are: {', '.join(content)}"
        return [CatalogFault(shown(file), f"is no document of the catalogue: {hint}")]
    try:
        result, faults = with_document(content[name], name, read(file))
    except NotReadError as error:
        return [CatalogFault(shown(file), str(error))]
    if not faults:
        content[name] = result
    return [CatalogFault(f"{shown(file)}: {fault.path}", fault.message) for fault in faults]


def _no_number(name: str) -> None:
    raise NotReadError(f"has {name}, which is no number: unknown is null")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise NotReadError(f'has the key "{twice}" twice in one place: only one of them can count')
    return found
