"""A run: wave after wave, stacks of a wave side by side, to the first wave with a failure."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from operations.fleet.engine import Changes, Outcome, Told
from operations.fleet.log import Log
from operations.fleet.members import Fleet, Member
from operations.fleet.processes import OnLine
from operations.fleet.run_file import Done, RunFile

Work = Callable[[Member, OnLine, Told], Outcome]
Check = Callable[[Member, OnLine], str | None]
"""Whether a stack works once it is up: None, or what is wrong."""
_HEARTBEAT_SECONDS = 0.5
_INTERRUPTED = "interrupted: what it was at is in its log"
_UNVERIFIED = "up, but interrupted before it was verified"


class State(StrEnum):
    """Where a stack of a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    CHECKING = "verifying"
    DONE = "done"
    BEFORE = "done before"
    FAILED = "failed"
    STOPPED = "stopped"
    NOT_RUN = "not run"
    PROTECTED = "protected"


@dataclass(eq=False)
class Row:
    """A stack of a run. `began` and `seconds` are of this run's work on it: the first by the run's clock."""

    member: Member
    wave: str
    log: Path
    state: State = State.WAITING
    changes: Changes = field(default_factory=dict)
    began: float | None = None
    seconds: float | None = None
    error: str | None = None
    cost_before: Mapping[str, Any] | None = None

    @property
    def works(self) -> bool:
        """Whether something is under way."""
        return self.state in {State.RUNNING, State.CHECKING}

    @property
    def failed(self) -> bool:
        """Whether its work did not end well."""
        return self.state in {State.FAILED, State.STOPPED}


@dataclass
class Run:
    """What is done, with whom, and how far it is.

    `hears` is told of every change of a row, from several threads, one at a time; and with None when time has passed.
    """

    fleet: Fleet
    file: RunFile
    work: Work
    hears: Callable[[Row | None], None]
    check: Check | None = None
    protected: frozenset[str] = frozenset()
    goes_on: bool = False
    """After a wave with a failure too: what changes nothing may tell of all stacks."""
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._stop, self._lock = threading.Event(), threading.Lock()
        members = {member.name: member for member in self.fleet.members}
        self._began = self.clock()
        self._ended: float | None = None
        self.rows = [
            Row(members[name], wave.name, self.file.log(name)) for wave in self.file.asked.waves for name in wave.stacks
        ]
        for row in self.rows:
            if row.member.name in self.protected:
                row.state = State.PROTECTED
            elif self._is_up(row) and self._is_verified(row):
                row.state, row.changes = State.BEFORE, self.file.done[row.member.name].changes

    @property
    def seconds(self) -> float:
        """How long it has been under way, or was."""
        return (self.clock() if self._ended is None else self._ended) - self._began

    @property
    def stopped(self) -> bool:
        """Whether somebody asked for its end before its end."""
        return self._stop.is_set()

    @property
    def well(self) -> bool:
        """Whether every stack ended well."""
        return all(row.state in {State.DONE, State.BEFORE, State.PROTECTED} for row in self.rows)

    def stop(self) -> None:
        """Begin nothing more. What is under way ends by itself, or is interrupted by whoever calls this."""
        self._stop.set()

    def go(self) -> None:
        """The whole run. Rows tell how it ended."""
        with self.file.alone():
            for wave in self.file.asked.waves:
                rows = [row for row in self.rows if row.wave == wave.name]
                self._side_by_side([row for row in rows if row.state is State.WAITING], self._change)
                if self.check is not None and not any(row.failed for row in rows):
                    self._side_by_side([row for row in rows if row.state is State.DONE], self._verify)
                if self.stopped or (any(row.failed for row in rows) and not self.goes_on):
                    break
        for row in self.rows:
            if row.state is State.WAITING:
                self._now(row, State.NOT_RUN)
            elif self.stopped and row.state is State.DONE and not self._is_verified(row):
                self._now(row, State.STOPPED, _UNVERIFIED)
        self._ended = self.clock()

    def _is_up(self, row: Row) -> bool:
        return self.file.is_done(row.member.name, row.member.content)

    def _is_verified(self, row: Row) -> bool:
        """Or nobody asks."""
        return self.check is None or self.file.done[row.member.name].verified

    def _side_by_side(self, rows: list[Row], work: Callable[[Row], None]) -> None:
        if not rows:
            return
        with ThreadPoolExecutor(max_workers=self.file.asked.parallel, thread_name_prefix="stack") as pool:
            left = {pool.submit(work, row): row for row in rows}
            while left:
                # Signals reach the main thread between two beats.
                ended, _ = wait(left, timeout=_HEARTBEAT_SECONDS)
                self._tell(None)
                for future in ended:
                    self._ended_with(left.pop(future), future.exception())

    def _ended_with(self, row: Row, error: BaseException | None) -> None:
        if isinstance(error, OSError):
            self._now(row, State.FAILED, f"{error.filename or self.file.folder}: {error.strerror}")
        elif error is not None:
            raise error

    def _change(self, row: Row) -> None:
        if self.stopped:
            return
        name, content = row.member.name, row.member.content
        if self._is_up(row):
            row.changes = self.file.done[name].changes
            self._now(row, State.DONE)
            return
        row.began = self.clock()
        self._now(row, State.RUNNING)
        with Log(row.log) as log:
            log.begin(f"{self.file.asked.action} {name}")
            found = self.work(row.member, log.line, lambda changes: self._counted(row, changes))
            error = found.error and log.hidden(found.error)
            if error:
                log.line(error)
        row.seconds = self.clock() - row.began
        row.changes, row.cost_before = found.changes, found.cost_before
        if error is None:
            with self._lock:
                self.file.ended_well(name, Done(content, found.changes, round(row.seconds, 1)))
        self._now(row, *self._outcome(error))

    def _verify(self, row: Row) -> None:
        if self.check is None or self.stopped:
            return
        self._now(row, State.CHECKING)
        with Log(row.log) as log:
            log.begin(f"verify {row.member.name}")
            wrong = self.check(row.member, log.line)
            error = wrong and log.hidden(wrong)
        if error is None:
            with self._lock:
                self.file.verified(row.member.name)
        self._now(row, *self._outcome(error))

    def _outcome(self, error: str | None) -> tuple[State, str | None]:
        """How a row has ended. What processes say once they are interrupted is in the log, and says no more."""
        if error is None:
            return State.DONE, None
        return (State.STOPPED, _INTERRUPTED) if self.stopped else (State.FAILED, error)

    def _counted(self, row: Row, changes: Changes) -> None:
        row.changes = changes
        self._tell(None)

    def _now(self, row: Row, state: State, error: str | None = None) -> None:
        row.state, row.error = state, error
        self._tell(row)

    def _tell(self, row: Row | None) -> None:
        with self._lock:
            self.hears(row)
