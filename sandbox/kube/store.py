"""The objects of every cluster of the sandbox, in one SQLite file. It holds Secrets: mode 0600."""

import json
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sandbox.kube import errors, kinds
from sandbox.kube.admission import admit
from sandbox.kube.claims import admit_claim
from sandbox.kube.first_objects import Objects, of_aks
from sandbox.kube.kinds import Document, Kind

_TABLES = """
CREATE TABLE IF NOT EXISTS objects (
    cluster TEXT, resource TEXT, namespace TEXT, name TEXT, document TEXT NOT NULL,
    PRIMARY KEY (cluster, resource, namespace, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS revision (number INTEGER NOT NULL);
INSERT INTO revision SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM revision);
"""
_CLAIM, _STORAGE_CLASS = kinds.named("PersistentVolumeClaim"), kinds.named("StorageClass")
_ONE = "SELECT document FROM objects WHERE cluster = ? AND resource = ? AND namespace = ? AND name = ?"


class Store:
    """Objects by cluster, kind, namespace and name, checked as they come in. Usable from several threads."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        self._lock = threading.RLock()
        self._listeners: list[Callable[[], None]] = []
        self._opened: set[str] = set()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA synchronous=NORMAL")
        # What is deleted leaves the file, Secrets above all.
        self._database.execute("PRAGMA secure_delete=ON")
        self._database.executescript(_TABLES)

    def close(self) -> None:
        """Closes the file. The store cannot be used afterwards."""
        with self._lock:
            self._database.close()

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Calls the listener, without arguments, after every change of any object. It must not block."""
        self._listeners.append(listener)

    def revision(self) -> str:
        """The newest resourceVersion."""
        return str(self._rows("SELECT number FROM revision")[0][0])

    def open_cluster(self, cluster: str, first: Callable[[], Objects] = of_aks) -> None:
        """Gives a cluster what every cluster starts with, and what of that is missing: somebody there keeps it."""
        if cluster in self._opened:
            return
        with self._change():
            for kind, document in first():
                if not self._holds(cluster, kind, "", document["metadata"]["name"]):
                    self.create(cluster, kind, "", document)
        self._opened.add(cluster)

    def clusters(self) -> list[str]:
        """The clusters that hold objects."""
        return [cluster for (cluster,) in self._rows("SELECT DISTINCT cluster FROM objects")]

    def served(self, cluster: str) -> list[Kind]:
        """The kinds that CustomResourceDefinitions of the cluster define."""
        definitions = self.objects(cluster, kinds.named("CustomResourceDefinition"))
        return [kind for definition in definitions for kind in kinds.defined_by(definition)]

    def has_release(self, cluster: str) -> bool:
        """Whether Helm has installed something."""
        statement = "SELECT name FROM objects WHERE cluster = ? AND resource = ? AND name LIKE 'sh.helm.release.%'"
        return bool(self._rows(statement, cluster, kinds.named("Secret").resource))

    def get(self, cluster: str, kind: Kind, namespace: str, name: str) -> Document:
        """The object. Raises ApiError 404."""
        rows = self._rows(_ONE, cluster, kind.resource, namespace, name)
        if not rows:
            raise errors.not_found(kind, name)
        document: Document = json.loads(rows[0][0])
        return document

    def objects(self, cluster: str, kind: Kind, namespace: str = "") -> list[Document]:
        """The objects of a kind, of one namespace or of all, ordered by namespace and name."""
        statement = "SELECT document FROM objects WHERE cluster = ? AND resource = ? AND ? IN ('', namespace)"
        return [json.loads(text) for (text,) in self._rows(statement, cluster, kind.resource, namespace)]

    def create(
        self, cluster: str, kind: Kind, namespace: str, document: Document, *, dry_run: bool = False
    ) -> Document:
        """The object as stored, or as it would be. Raises ApiError."""
        new = admit(kind, document)
        name = new["metadata"]["name"]
        with self._change(dry_run=dry_run):
            if namespace:
                self.get(cluster, kinds.NAMESPACE, "", namespace)
            self._place(kind, new, namespace)
            if self._holds(cluster, kind, namespace, name):
                raise errors.already_exists(kind, name)
            if kind == _CLAIM:
                admit_claim(new, None, self.objects(cluster, _STORAGE_CLASS))
            new["metadata"] |= {
                "uid": str(uuid.uuid4()),
                "creationTimestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "resourceVersion": self._next_revision(),
            }
            if "spec" in new:
                new["metadata"]["generation"] = 1
            self._write(cluster, kind, namespace, new)
        return new

    def replace(
        self, cluster: str, kind: Kind, namespace: str, name: str, document: Document, *, dry_run: bool = False
    ) -> Document:
        """The object as stored in place of the one of that name. Raises ApiError."""
        with self._change(dry_run=dry_run):
            old = self.get(cluster, kind, namespace, name)
            new = admit(kind, document, old)
            if kind == _CLAIM:
                admit_claim(new, old, self.objects(cluster, _STORAGE_CLASS))
            self._place(kind, new, namespace)
            if new["metadata"]["name"] != name:
                raise errors.bad_request(f"the name of the object ({new['metadata']['name']}) is not that on the URL")
            before, after = old["metadata"], new["metadata"]
            if after.get("resourceVersion", before["resourceVersion"]) != before["resourceVersion"]:
                raise errors.modified(kind, name)
            kept = ("uid", "creationTimestamp", "resourceVersion", "generation")
            after |= {field: before[field] for field in kept if field in before}
            if new != old:
                after["resourceVersion"] = self._next_revision()
                if new.get("spec") != old.get("spec"):
                    after["generation"] = before.get("generation", 0) + 1
                self._write(cluster, kind, namespace, new)
        return new

    def keep(self, cluster: str, kind: Kind, document: Document) -> None:
        """Stores an object as its controller left it, status and all; not where another wrote it meanwhile."""
        metadata = document["metadata"]
        with self._lock:
            rows = self._rows(_ONE, cluster, kind.resource, metadata.get("namespace", ""), metadata["name"])
            stored: Document = json.loads(rows[0][0]) if rows else document
            if stored == document or stored["metadata"] != metadata:
                return  # a controller that changes nothing wakes nobody
            with self._change():
                kept = {**document, "metadata": {**metadata, "resourceVersion": self._next_revision()}}
                self._write(cluster, kind, metadata.get("namespace", ""), kept)

    def delete(self, cluster: str, kind: Kind, namespace: str, name: str, *, dry_run: bool = False) -> Document:
        """The object that was removed; with a namespace goes what is inside. Raises ApiError 404."""
        with self._change(dry_run=dry_run):
            old = self.get(cluster, kind, namespace, name)
            self._rows(
                "DELETE FROM objects WHERE cluster = ? AND resource = ? AND namespace = ? AND name = ?",
                cluster, kind.resource, namespace, name,
            )  # fmt: skip
            if kind == kinds.NAMESPACE:
                self._rows("DELETE FROM objects WHERE cluster = ? AND namespace = ?", cluster, name)
            self._next_revision()
        return old

    def forget(self, cluster: str) -> None:
        """Removes everything of a cluster that is gone."""
        self._opened.discard(cluster)
        with self._change():
            self._rows("DELETE FROM objects WHERE cluster = ?", cluster)

    @contextmanager
    def _change(self, *, dry_run: bool = False) -> Iterator[None]:
        """All or nothing; a dry run is nothing. The listeners hear of what was done."""
        with self._lock:
            self._database.execute("SAVEPOINT change")
            try:
                yield
            except BaseException:
                dry_run = True
                raise
            finally:
                if dry_run:
                    self._database.execute("ROLLBACK TO change")
                self._database.execute("RELEASE change")
        if not dry_run:
            for listener in self._listeners:
                listener()

    def _place(self, kind: Kind, document: Document, namespace: str) -> None:
        given = document["metadata"].get("namespace", namespace)
        if kind.namespaced and given != namespace:
            raise errors.bad_request(
                "the namespace of the provided object does not match the namespace sent on the request"
            )
        document["metadata"].pop("namespace", None)
        if kind.namespaced:
            document["metadata"]["namespace"] = namespace

    def _holds(self, cluster: str, kind: Kind, namespace: str, name: str) -> bool:
        return bool(self._rows(_ONE, cluster, kind.resource, namespace, name))

    def _next_revision(self) -> str:
        self._rows("UPDATE revision SET number = number + 1")
        return self.revision()

    def _write(self, cluster: str, kind: Kind, namespace: str, document: Document) -> None:
        row = (cluster, kind.resource, namespace, document["metadata"]["name"], json.dumps(document))
        self._rows("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)", *row)

    def _rows(self, statement: str, *values: str) -> list[tuple[str, ...]]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()
