"""`speech catalog show`: documents and rows, with dates and sources, and which are the user's own."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from speech.catalog import documents, merging
from speech.catalog.kinds import kind, kinds
from speech.catalog.limits import limits
from speech.catalog.overlay import shown
from speech.catalog.vm_sizes import vm_size, vm_sizes
from speech.cli.catalog import own, show_kinds, show_prices
from speech.cli.catalog.page import MINE, SOURCE, Page
from speech.cli.catalog.regions import known_region
from speech.files.stack_file import UnreadableError
from speech.settings.faults import did_you_mean
from speech.settings.faults import shown as quoted


def page(what: list[str], region_name: str) -> Page:
    """What these words ask for. Raises UnreadableError for others, and for documents of the user's that are wrong."""
    if faults := documents.faults():
        raise UnreadableError("\n".join(f"{fault.path}  {fault.message}" for fault in faults))
    place = known_region(region_name)
    pages: dict[str, Callable[[], Page]] = {
        "": _documents,
        "kinds": show_kinds.kinds_page,
        "sizes": partial(show_prices.sizes_page, place),
        "prices": partial(show_prices.prices_page, place),
        "limits": _limits,
    }
    first, *rest = what or [""]
    if first in kinds():
        facts = kind(first)
        return show_kinds.locale_page(facts, " ".join(rest)) if rest else show_kinds.kind_page(facts)
    if rest:
        raise UnreadableError(f"{quoted(' '.join(rest))}: only a kind takes a second word, its locale")
    if size := vm_size(first):
        return show_prices.size_page(size)
    if first in pages:
        return pages[first]()
    if first in documents.names():
        return _rows(first)
    words = sorted({*filter(None, pages), *documents.names()})
    hint = did_you_mean(first, [*words, *kinds(), *(size.name for size in vm_sizes())])
    hint = hint or f" There are names of kinds and of VM sizes, and: {', '.join(words)}"
    raise UnreadableError(f"{quoted(first)} is nothing that the catalogue has.{hint}")


def _documents() -> Page:
    rows = []
    for name in documents.names():
        content = documents.document(name)
        mine = sum(len(own.keys(name, table)) for table in merging.ROWS[name])
        mine += sum(len(own.tag_names(each)) for each in kinds()) if name == "tags" else 0
        rows.append(
            {
                "document": name,
                "newest": max(_dates(content)),
                "rows": len(list(_all_rows(name, content))),
                "of yours": mine,
                SOURCE: content["sources"][content["source"]],
            }
        )
    folders = ", ".join(map(shown, documents.overlay_folders()))
    return Page("documents", {"your own": folders or "none: see docs/catalog.md"}, rows)


def _limits() -> Page:
    mine = own.keys("limits", "limits")
    rows = [
        {
            "limit": each.name,
            "least": each.minimum,
            "most": each.maximum,
            "unit": each.unit,
            "as of": each.as_of,
            MINE: (each.name,) in mine,
            SOURCE: each.source,
        }
        for each in limits()
    ]
    return Page("limits", {}, rows)


def _rows(name: str) -> Page:
    """Any document, a line a row: its key, date and source."""
    content = documents.document(name)
    rows = []
    for table, row in _all_rows(name, content):
        key = merging.row_key(name, table, row)
        named = row.get("source", content["source"])
        sources = [named] if isinstance(named, str) else named
        rows.append(
            {
                "row": " ".join(map(str, (table, *(key or _words(row))))),
                "as of": row.get("as_of", content["as_of"]),
                MINE: key in own.keys(name, table),
                SOURCE: "; ".join(content["sources"][each] for each in sources),
            }
        )
    return Page(name, {}, rows)


def _words(row: dict[str, Any]) -> list[str]:
    """The first words of a row without a key."""
    return [str(value) for value in row.values() if isinstance(value, str)][:3]


def _all_rows(name: str, content: dict[str, Any], table: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in content.items():
        if key in merging.ROWS[name] and isinstance(value, list):
            yield from ((f"{table}{key}" if name == "tags" else key, row) for row in value)
        elif isinstance(value, dict):
            yield from _all_rows(name, value)


def _dates(value: Any) -> Iterator[str]:  # noqa: ANN401  # any JSON
    if isinstance(value, list):
        for each in value:
            yield from _dates(each)
    elif isinstance(value, dict):
        if "as_of" in value:
            yield value["as_of"]
        for inner in value.values():
            yield from _dates(inner)
