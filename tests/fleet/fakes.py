"""A fleet without an engine: stack files in a folder, and work that does as it is told."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from operations.fleet import members
from operations.fleet.engine import Outcome, Told
from operations.fleet.members import Fleet, Member
from operations.fleet.processes import OnLine
from operations.fleet.run import Check, Row, Run
from operations.fleet.run_file import Asked, RunFile, begin
from operations.fleet.selection import selection
from operations.fleet.waves import waves
from tests.stacks import stack_file

PROJECT = "name: speech-containers\nruntime: python\nstackConfigDir: stacks\n"
DOCKER = ("speech:target", {"kind": "docker"})


def project(folder: Path, stacks: Mapping[str, Sequence[tuple[str, object]]]) -> Path:
    """A project in the folder with these stack files: the small one of the tests, each with its changes."""
    (folder / "stacks").mkdir(parents=True)
    (folder / "Pulumi.yaml").write_text(PROJECT)
    for name, changes in stacks.items():
        write(folder, name, *changes)
    return folder


def write(folder: Path, name: str, *changes: tuple[str, object]) -> Path:
    """One stack file."""
    file = folder / "stacks" / f"Pulumi.{name}.yaml"
    own = ("speech:account", {"custom_domain": f"contoso-speech-{name}"})
    YAML(typ="safe").dump({"config": stack_file(DOCKER, own, *changes)}, file)
    return file


@dataclass
class Engine:
    """Does with each stack what `outcomes` say, or makes three resources. Remembers who began, and how many at once."""

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    during: Callable[[str], None] = lambda _: None
    began: list[str] = field(default_factory=list)
    most: int = 0

    def __post_init__(self) -> None:
        self._lock, self._now = threading.Lock(), 0

    def work(self, member: Member, on_line: OnLine, told: Told) -> Outcome:
        with self._lock:
            self.began.append(member.name)
            self._now += 1
            self.most = max(self.most, self._now)
        assert on_line is not None
        on_line(f"{member.name} is worked on")
        told({"create": 1})
        self.during(member.name)
        with self._lock:
            self._now -= 1
        return self.outcomes.get(member.name, Outcome({"create": 3}))


@dataclass
class Clock:
    """Time that moves when it is told to."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now

    def ahead(self, seconds: float) -> None:
        self.now += seconds


def asked(fleet: Fleet, in_waves: str = "all=*", **more: Any) -> Asked:
    """What a run of the fleet is asked for."""
    cut = waves(in_waves, [member.labels for member in fleet.members])
    return Asked(**{"action": "up", "select": "", "waves": cut, "parallel": 2, "verify": False} | more)


def fleet_of(select: str = "") -> Fleet:
    """The fleet of the project in the current folder."""
    return members.selected(selection(select))


def run(
    fleet: Fleet,
    engine: Engine,
    file: RunFile,
    check: Check | None = None,
    heard: Callable[[Row | None], None] = lambda _: None,
    **more: Any,
) -> Run:
    """A run, gone to its end."""
    found = Run(fleet, file, engine.work, heard, check, **more)
    found.go()
    return found


def begun(fleet: Fleet, in_waves: str = "all=*", **more: Any) -> RunFile:
    """The file of a new run."""
    return begin(fleet.project, asked(fleet, in_waves, **more))
