"""What a run was asked for and how far it is, on disk: `.speech/fleet/<run>.json` in the project's folder.

It holds names, digests and counts, never a setting's value.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from operations.fleet.waves import Wave
from speech.files.stack_file import FailedError, UnreadableError
from speech.settings.faults import shown

LAST = "last"
_FORM = 1
_MINE = "*\n"


@dataclass(frozen=True, slots=True)
class Done:
    """A stack that ended well: what its file said then, what was changed, how long it took."""

    content: str
    changes: Mapping[str, int]
    seconds: float
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run was asked for. It stays the same when the run goes on."""

    action: str
    select: str
    waves: tuple[Wave, ...]
    parallel: int
    verify: bool = False


@dataclass
class RunFile:
    """A run on disk. Every change is written at once and whole, so that a run can be cut off anywhere."""

    folder: Path
    name: str
    asked: Asked
    done: dict[str, Done] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The file itself."""
        return self.folder / f"{self.name}.json"

    def log(self, stack: str) -> Path:
        """Where a stack's log lies."""
        return self.folder / self.name / f"{stack}.log"

    def ended_well(self, stack: str, done: Done) -> None:
        """A stack is done."""
        self.done[stack] = done
        self.write()

    def verified(self, stack: str) -> None:
        """A stack that is done was found to work."""
        self.ended_well(stack, replace(self.done[stack], verified=True))

    def is_done(self, stack: str, content: str) -> bool:
        """Whether it ended well with a file that says the same."""
        return stack in self.done and self.done[stack].content == content

    def write(self) -> None:
        """The file as it is now, in one step."""
        asked = {**asdict(self.asked), "waves": {wave.name: wave.stacks for wave in self.asked.waves}}
        done = {name: asdict(each) for name, each in sorted(self.done.items())}
        _write(self.path, json.dumps({"form": _FORM, **asked, "done": done}, indent=2) + "\n")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Raises FailedError where another process is at this run. The lock goes with its process."""
        with (self.folder / self.name / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FailedError(f"run {self.name} is under way in another process: wait for its end") from None
            yield


def begin(project: Path, asked: Asked) -> RunFile:
    """A new run, named after the second in which it begins (UTC). Raises FailedError where it cannot be written."""
    folder = _folder(project)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # What lies here belongs to this machine: Git need not know of it, whatever the project's own rules are.
        (folder.parent / ".gitignore").write_text(_MINE)
    except OSError as error:
        raise FailedError(f"{folder}: {error.strerror}: a run keeps its logs and its progress there") from None
    name, number = f"{datetime.now(UTC):%Y%m%d-%H%M%S}", 1
    while True:
        run = RunFile(folder, name if number == 1 else f"{name}-{number}", asked)
        try:
            run.log("").parent.mkdir(mode=0o700)
        except FileExistsError:
            number += 1
        else:
            run.write()
            return run


def resumed(project: Path, name: str, action: str) -> RunFile:
    """A run of before. `last`: the newest of this action. Raises UnreadableError."""
    found = {each.name: each for each in _all(_folder(project))}
    of_action = [each for each in found.values() if each.asked.action == action]
    if name == LAST and of_action:
        return of_action[-1]
    if name not in found:
        known = ", ".join(each.name for each in of_action[-3:]) or "none"
        raise UnreadableError(
            f"--resume {shown(name)}: {_folder(project)} has no such run; newest of {action}: {known}"
        )
    if found[name].asked.action != action:
        other = found[name].asked.action
        raise UnreadableError(f"--resume {name}: that was a run of {other}: speech fleet {other} --resume {name}")
    return found[name]


def seconds_before(project: Path, action: str) -> dict[str, float]:
    """How long each stack took the last time that it changed by this action, by what runs have left behind."""
    found: dict[str, float] = {}
    for run in _all(_folder(project)):
        if run.asked.action == action:
            found |= {name: done.seconds for name, done in run.done.items()}
    return found


def _folder(project: Path) -> Path:
    return project / ".speech" / "fleet"


def _all(folder: Path) -> Iterator[RunFile]:
    """The runs on disk, oldest first; what is no run is passed over."""
    for file in sorted(folder.glob("*.json"), key=lambda file: (file.stem[:15], len(file.stem), file.stem)):
        try:
            content: dict[str, Any] = json.loads(file.read_text())
            asked = Asked(
                content["action"],
                content["select"],
                tuple(Wave(name, tuple(stacks)) for name, stacks in content["waves"].items()),
                int(content["parallel"]),
                bool(content["verify"]),
            )
            done = {name: Done(**each) for name, each in content["done"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        if content.get("form") == _FORM:
            yield RunFile(folder, file.stem, asked, done)


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
