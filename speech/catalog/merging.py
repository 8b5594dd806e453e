"""One document laid over another: rows by their keys, objects key by key, everything else whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from speech.catalog.documents import CatalogFault

ROWS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "aks": {
        "memory_reservations": ("since",),
        "os_disks": ("vcpus",),
        "tiers": ("name",),
        "kubernetes_versions": ("version",),
    },
    "egress": {"rows": ()},
    "kinds": {"kinds": ("name",), "sizes": ("since",), "ready_paths": ("since",), "sentiment_paths": ("since",)},
    "limits": {"limits": ("name",)},
    "models": {"lineage": ("since",)},
    "needs": {
        "features": ("name",),
        "providers": ("namespace",),
        "roles": ("name",),
        "rights": ("role", "feature"),
        "policies": ("id",),
    },
    "prices": {"meters": ("name",), "commitments": ("meter", "hosting", "included"), "services": ("name",)},
    "regions": {"clouds": ("name",), "regions": ()},
    "retail": {"products": ("name", "service"), "meters": ("table", "name"), "commitments": ("name",)},
    "stream_rules": {"rules": ("name", "kinds")},
    "tags": {"tags": (), "versions": (), "changes": ()},
    "vm_sizes": {"families": ("series",), "sizes": ("name",)},
}
"""Lists of rows of a document, and what tells a row from the others; rows with no key are added behind ours."""

_PRICES = {("vm_sizes", "sizes"): "usd_per_hour", ("prices", "services"): "usd"}
"""Rows with a price for each region, which has a date of its own."""
_UNSAID: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("vm_sizes", "sizes"): {"temp_disk_gib": None, "os_cache_gib": None, "usd_per_hour": {}},
    ("tags", "tags"): {"evidence": "documented"},
    ("tags", "versions"): {"evidence": "documented"},
}
"""What a row of the user's alone may leave out."""
_EVIDENCE = frozenset({"source", "as_of", "note", "confidence"})
_OWN = frozenset({"as_of", "source", "sources", "notes"})
"""What a document says of itself: ours keeps its own."""


@dataclass
class Merged:
    """The document, and what could not be laid over; paths are those of the upper document."""

    content: dict[str, Any]
    faults: list[CatalogFault] = field(default_factory=list)


def row_key(document: str, table: str, row: Mapping[str, Any]) -> tuple[object, ...] | None:
    """What tells a row from the others of its table; None where rows have no key."""
    names = ROWS[document].get(table, ())
    return tuple(map(_word, map(row.get, names))) if names else None


def _word(value: object) -> object:
    return ",".join(map(str, value)) if isinstance(value, list) else value


def label(key: Iterable[Any]) -> str:
    """A row's key in a path: sizes[Standard_D8s_v5]."""
    return f"[{' '.join(map(str, key))}]"


def merged(name: str, base: dict[str, Any], over: dict[str, Any]) -> Merged:
    """`base` with `over` laid over it. `over` has as_of and source, which its rows take that have none."""
    return _Merging(name, base, over).done()


def by_region(content: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, float | None]:
    """Prices of a size by region, in whichever form they are written."""
    given = row.get("usd_per_hour", {})
    return dict(given) if isinstance(given, Mapping) else dict(zip(content["price_regions"], given, strict=False))


class _Merging:
    def __init__(self, name: str, base: dict[str, Any], over: dict[str, Any]) -> None:
        self._name, self._base = name, base
        self._result = Merged({})
        self._sources: dict[str, str] = dict(base["sources"])
        given = over.get("sources", {})
        self._given: dict[str, str] = given if isinstance(given, dict) else {}
        if self._given is not given:
            self._fault("sources", "must be an object: each key is a short name, each value says where it was read")
        self._over = self._named(over)
        self._default: dict[str, Any] = {"source": self._over["source"], "as_of": over["as_of"]}

    def done(self) -> Merged:
        mine = {key: value for key, value in self._over.items() if key not in _OWN}
        content = self._object(self._base, mine, "")
        if content is not None:
            self._result.content = {**content, "sources": self._sources}
        return self._result

    def _named(self, value: Any, key: str = "") -> Any:  # noqa: ANN401  # any JSON
        """The same with sources as the result has them: a short name of ours may mean another source there."""
        if key == "source":
            return [self._source(each) for each in value] if isinstance(value, list) else self._source(value)
        if key == "sources":
            return value
        if isinstance(value, dict):
            return {name: self._named(inner, name) for name, inner in value.items()}
        return [self._named(inner) for inner in value] if isinstance(value, list) else value

    def _source(self, given: Any) -> Any:  # noqa: ANN401  # the schema's business what it is
        text = self._given.get(given, self._base["sources"].get(given, given)) if isinstance(given, str) else given
        if not isinstance(text, str):
            return given
        short = next((key for key, known in self._sources.items() if known == text), None)
        if short is None:
            short = str(given) if given not in self._sources else text
            self._sources[short] = text
        return short

    def _value(self, base: Any, over: Any, path: str, key: str) -> Any:  # noqa: ANN401  # any JSON
        if isinstance(base, dict):
            return self._object(base, over, path)
        if isinstance(base, list) and key in ROWS[self._name] and all(isinstance(row, dict) for row in base):
            return self._rows(base, over, path, key)
        return over

    def _object(
        self,
        base: dict[str, Any],
        over: Any,  # noqa: ANN401  # any JSON
        path: str,
        keys: tuple[str, ...] = (),
    ) -> dict[str, Any] | None:
        if not isinstance(over, dict):
            self._fault(path, "must be an object: it is laid over ours key by key")
            return None
        result = dict(base)
        for key, value in over.items():
            place = f"{path}.{key}" if path else key
            result[key] = self._value(base[key], value, place, key) if key in base else value
        several = isinstance(base.get("source"), list)
        if several and isinstance(over.get("source"), str):
            result["source"] = list(dict.fromkeys([*base["source"], over["source"]]))
        if "source" in base and path and "source" not in over and _direct(over, keys):
            result |= self._stamp(base, over)
        return result

    def _rows(self, base: list[dict[str, Any]], over: Any, path: str, table: str) -> list[dict[str, Any]]:  # noqa: ANN401
        if not isinstance(over, list) or not all(isinstance(row, dict) for row in over):
            self._fault(path, "must be a list of rows")
            return base
        keys = ROWS[self._name][table]
        result = list(base)
        places: dict[object, int] = {}
        if keys:
            places |= {row_key(self._name, table, row): index for index, row in enumerate(base)}
        for index, row in enumerate(over):
            if missing := [key for key in keys if row.get(key) is None]:
                self._fault(f"{path}[{index}]", f"has no {missing[0]}, by which it is told from other rows")
                continue
            key = row_key(self._name, table, row)
            place = path + (label(key) if key else f"[{index}]")
            known = places.get(key)
            if known is None:
                result.append(self._new(base, row, table))
                if key:
                    places[key] = len(result) - 1
            else:
                result[known] = self._row(result[known], row, place, table)
        return result

    def _new(self, others: list[dict[str, Any]], row: dict[str, Any], table: str) -> dict[str, Any]:
        """A row of the user's alone; like the others, it may have one source or several."""
        several = bool(others) and isinstance(others[0].get("source"), list)
        stamped = {**self._default, **_UNSAID.get((self._name, table), {}), **row}
        if several and isinstance(stamped["source"], str):
            stamped["source"] = [stamped["source"]]
        if (self._name, table) == ("vm_sizes", "sizes"):
            asked = self._asked(row, by_region(self._over, row))
            return {**stamped, **({"asked": asked} if asked else {})}
        return stamped

    def _row(self, base: dict[str, Any], row: dict[str, Any], path: str, table: str) -> dict[str, Any]:
        field_name = _PRICES.get((self._name, table))
        keys = ROWS[self._name][table]
        if field_name is None or field_name not in row:
            return self._object(base, row, path, keys) or base
        given = row[field_name]
        if not isinstance(given, dict):
            self._fault(f"{path}.{field_name}", 'must be an object by region, as in {"westeurope": 0.39}')
            return base
        old = by_region(self._base, base) if field_name == "usd_per_hour" else base[field_name]
        rest = {key: value for key, value in row.items() if key != field_name}
        if not _direct(rest, keys):
            rest = {key: value for key, value in rest.items() if key not in _EVIDENCE}
        result = self._object(base, rest, path, keys) or base
        asked = {region: found for region, found in base.get("asked", {}).items() if region not in given}
        asked |= self._asked(row, given)
        estimated = {region: usd for region, usd in base.get("estimated", {}).items() if given.get(region) is None}
        return {
            **{key: value for key, value in result.items() if key not in {"asked", "estimated"}},
            field_name: {**old, **given},
            **({"estimated": estimated} if estimated else {}),
            **({"asked": asked} if asked else {}),
        }

    def _asked(self, row: dict[str, Any], regions: Iterable[str]) -> dict[str, Any]:
        """Where each region's price comes from, but for those of which the document says it for all its rows."""
        found: dict[str, Any] = {key: row[key] for key in ("source", "as_of") if key in row}
        judged = {"confidence": row.get("confidence", "high")} if self._name == "prices" else {}
        said: dict[str, Any] = self._over.get("priced", {})
        own: dict[str, Any] = row.get("asked", {})
        here: dict[str, Any] = {**self._default, **found, **judged}
        return own | {region: here for region in regions if region not in said and region not in own}

    def _stamp(self, base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
        stamp: dict[str, Any] = {**self._default, "as_of": over.get("as_of", self._default["as_of"])}
        if isinstance(base["source"], list):
            stamp["source"] = list(dict.fromkeys([*base["source"], stamp["source"]]))
        elif "note" in base and "note" not in over:
            # What was noted of our figure says nothing of theirs.
            stamp["note"] = None
        return stamp

    def _fault(self, path: str, message: str) -> None:
        self._result.faults.append(CatalogFault(path, message))


def _direct(over: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    """Whether figures of the row itself are given, not only of what lies in it."""
    return any(key not in _EVIDENCE and key not in keys and not _nested(value) for key, value in over.items())


def _nested(value: Any) -> bool:  # noqa: ANN401  # any JSON
    rows = isinstance(value, list) and value and all(isinstance(row, dict) for row in value)
    return isinstance(value, dict) or bool(rows)
