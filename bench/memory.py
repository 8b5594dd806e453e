"""The memory of a process with all that it has started, while it runs."""

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

_PROCESSES = Path("/proc")
_PAUSE_SECONDS = 0.2
_KIB_IN_MIB = 1024
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


@dataclass
class Peak:
    """Looks five times a second, in a thread of its own, until its block ends. Linux only.

    What processes share counts once: each has its part of it (proportional set size).
    """

    pid: int
    mib: float = 0.0
    processes: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Peak":  # noqa: PYI034  # not made to be inherited from
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_PAUSE_SECONDS):
            found = family(self.pid)
            self.mib = max(self.mib, sum(map(_pss_kib, found)) / _KIB_IN_MIB)
            self.processes = max(self.processes, len(found))


def family(pid: int) -> set[int]:
    """A process and those that descend from it, as far as they live."""
    parents = dict(_parents())
    found, fresh = set(), {pid}
    while fresh:
        found |= fresh
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
    return found


def _parents() -> Iterable[tuple[int, int]]:
    for entry in _PROCESSES.iterdir():
        if entry.name.isdigit():
            try:
                # The name in brackets may hold anything.
                rest = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            yield int(entry.name), int(rest[1])


def _pss_kib(pid: int) -> int:
    try:
        found = _PSS.search((_PROCESSES / str(pid) / "smaps_rollup").read_text())
    except OSError:
        return 0
    return int(found[1]) if found else 0
