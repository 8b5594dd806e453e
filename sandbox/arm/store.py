"""The double's memory: one SQLite file that survives restarts. It holds keys in clear: only its owner may read it."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS resources (
    key TEXT PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, document TEXT NOT NULL, hidden TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS resources_by_type ON resources (type);
CREATE TABLE IF NOT EXISTS records (
    kind TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal (number INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL);
"""
_JOURNAL_LENGTH = 20_000


@dataclass
class Resource:
    """A resource as it stands.

    `id` keeps the casing of the first PUT, `document` is what GET answers, `hidden` what it never does (keys, values).
    """

    id: str
    type: str
    document: Document
    hidden: Document = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The id by which resources are compared."""
        return self.id.lower()

    @property
    def name(self) -> str:
        """The last segment of the id."""
        return self.id.rsplit("/", 1)[1]

    @property
    def properties(self) -> Document:
        """The document's `properties`."""
        properties: Document = self.document.setdefault("properties", {})
        return properties


class Store:
    """Resources by id, other records by kind and key, and the journal of requests. Usable from several threads."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` None keeps everything in memory."""
        if path is not None:
            path.touch(mode=0o600)
        self._lock = threading.RLock()
        self._database = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Closes the file. The store cannot be used afterwards."""
        with self._lock:
            self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: an exception undoes every change made inside."""
        with self._lock:
            if self._database.in_transaction:
                yield
                return
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def now(self) -> float:
        """Seconds since the epoch on the sandbox's clock, which tests can advance."""
        return time.time() + float(self.setting("clock_offset_seconds", 0.0))

    # Resources

    def resource(self, resource_id: str) -> Resource | None:
        """The resource of that id, in whatever casing."""
        rows = self._rows("SELECT id, type, document, hidden FROM resources WHERE key = ?", resource_id.lower())
        return _resource(rows[0]) if rows else None

    def save(self, resource: Resource) -> None:
        """Adds or replaces the resource."""
        self._rows(
            "INSERT OR REPLACE INTO resources VALUES (?, ?, ?, ?, ?)",
            resource.key,
            resource.id,
            resource.type.lower(),
            json.dumps(resource.document),
            json.dumps(resource.hidden),
        )

    def remove(self, resource_id: str) -> None:
        """Removes the one resource."""
        self._rows("DELETE FROM resources WHERE key = ?", resource_id.lower())

    def of_type(self, type_name: str, under: str = "") -> list[Resource]:
        """Resources of a type, in the order of their ids; `under` is an id they stand below."""
        start, end = _range(under)
        rows = self._rows(
            "SELECT id, type, document, hidden FROM resources WHERE type = ? AND key >= ? AND key < ? ORDER BY key",
            type_name.lower(),
            start,
            end,
        )
        return [_resource(row) for row in rows]

    def below(self, resource_id: str) -> list[Resource]:
        """Everything that stands below the id, deepest last."""
        start, end = _range(resource_id)
        rows = self._rows(
            "SELECT id, type, document, hidden FROM resources WHERE key >= ? AND key < ? ORDER BY key", start, end
        )
        return [_resource(row) for row in rows]

    def mentioning(self, resource_id: str) -> list[Resource]:
        """Resources whose documents hold the id as a value, but not as their own."""
        rows = self._rows(
            "SELECT id, type, document, hidden FROM resources "
            "WHERE instr(lower(document), ?) AND key <> ? ORDER BY key",
            json.dumps(resource_id).lower(),
            resource_id.lower(),
        )
        return [_resource(row) for row in rows]

    # Records

    def record(self, kind: str, key: str) -> Document | None:
        """The record of that kind and key, in whatever casing."""
        rows = self._rows("SELECT document FROM records WHERE kind = ? AND key = ?", kind, key.lower())
        return json.loads(rows[0][0]) if rows else None

    def records(self, kind: str) -> list[tuple[str, Document]]:
        """(key, document) of all records of the kind, in the order of their keys."""
        rows = self._rows("SELECT key, document FROM records WHERE kind = ? ORDER BY key", kind)
        return [(key, json.loads(document)) for key, document in rows]

    def keep(self, kind: str, key: str, document: Any) -> None:  # noqa: ANN401 - any JSON value
        """Adds or replaces a record."""
        self._rows("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", kind, key.lower(), json.dumps(document))

    def forget(self, kind: str, key: str) -> None:
        """Removes a record."""
        self._rows("DELETE FROM records WHERE kind = ? AND key = ?", kind, key.lower())

    def setting(self, name: str, default: Any) -> Any:  # noqa: ANN401 - any JSON value
        """A setting made through the control endpoints, else the default."""
        rows = self._rows("SELECT document FROM records WHERE kind = 'setting' AND key = ?", name)
        return json.loads(rows[0][0]) if rows else default

    # Journal

    def note(self, entry: Document) -> None:
        """Appends to the journal, which keeps the newest 20,000 entries."""
        self._rows("INSERT INTO journal (entry) VALUES (?)", json.dumps(entry))
        self._rows("DELETE FROM journal WHERE number <= (SELECT MAX(number) FROM journal) - ?", _JOURNAL_LENGTH)

    def journal(self, after: int = 0) -> list[Document]:
        """Entries after that number, oldest first, each with its `number`."""
        rows = self._rows("SELECT number, entry FROM journal WHERE number > ? ORDER BY number", after)
        return [{"number": number, **json.loads(entry)} for number, entry in rows]

    def _rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - SQL values
        with self._lock:
            return self._database.execute(statement, values).fetchall()


def _range(prefix: str) -> tuple[str, str]:
    """The half-open range of keys below an id: '0' is the character after '/'."""
    return f"{prefix.lower().rstrip('/')}/", f"{prefix.lower().rstrip('/')}0"


def _resource(row: tuple[Any, ...]) -> Resource:
    return Resource(id=row[0], type=row[1], document=json.loads(row[2]), hidden=json.loads(row[3]))
