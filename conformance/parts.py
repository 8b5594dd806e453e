"""The executables: official ones where they are on PATH, else built once into the per-user cache.

`python -m conformance.parts` makes sure that there are all.
"""

import os
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from conformance.recipes import (
    CONTROL_PLANE,
    ETCD,
    KUBERNETES,
    KWOK,
    NODES,
    PROVIDER,
    PROVIDER_PLUGIN,
    embedded_schema,
)
from conformance.versions import plugin_version, printed_version
from sandbox.engine import only_one, platform
from sandbox.engine_install import settle
from sandbox.engine_versions import EngineError, cache
from sandbox.executables import is_shim
from sandbox.go_build import Embed, Recipe, go_build
from sandbox.progress import Progress

PROVIDER_COMMAND = "pulumi-resource-kubernetes"


@dataclass(frozen=True)
class Command:
    """One executable, how it tells its version, and what is asked of one that somebody else has put on PATH."""

    name: str
    version: str
    """Of the one that is built."""
    ask: Callable[[Path], str] = printed_version
    alike: int = 2
    """How many numbers of the version an official one must share: 2 accepts any patch."""

    def accepts(self, answer: str) -> bool:
        """Whether the version in this answer will do."""
        found = re.search(r"\d+\.\d+\.\d+", answer)
        return found is not None and found[0].split(".")[: self.alike] == self.version.split(".")[: self.alike]


@dataclass(frozen=True)
class Part:
    """What one Go module builds."""

    name: str
    """Of its folder in the cache, before the platform."""
    recipe: Recipe
    commands: tuple[Command, ...]
    built_as: Mapping[str, str] = field(default_factory=dict)
    """What Go names a command otherwise."""
    embed: Callable[[Path], Embed] | None = None

    @property
    def place(self) -> Path:
        """The folder in the cache: `bin/` and `origin`."""
        return cache() / f"{self.name}-{platform()}"


PARTS = (
    Part(
        f"kubernetes-{KUBERNETES}",
        CONTROL_PLANE,
        tuple(Command(name, KUBERNETES) for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")),
    ),
    Part(
        f"etcd-{ETCD}-kwok-{KWOK}",
        NODES,
        (Command("etcd", ETCD), Command("kwok", KWOK)),
        built_as={"server": "etcd"},
    ),
    Part(
        f"{PROVIDER_COMMAND}-{PROVIDER}",
        PROVIDER_PLUGIN,
        (Command(PROVIDER_COMMAND, PROVIDER, plugin_version, alike=1),),
        embed=embedded_schema,
    ),
)


CONTROL_PLANE_PARTS = PARTS[:2]


def ensure(progress: Progress, parts: Sequence[Part] | None = None) -> dict[str, Path]:
    """Every executable of the parts by its name; builds what there is not. One process does, others wait for it.

    Raises EngineError where one cannot be had.
    """
    return {name: path for part in parts or PARTS for name, path in _settled(part, progress).items()}


def find(parts: Sequence[Part] | None = None) -> dict[str, Path] | None:
    """Every executable of the parts by its name; None where one is to be built first."""
    found = {name: path for part in parts or PARTS for name, path in _found(part).items()}
    wanted = [command.name for part in parts or PARTS for command in part.commands]
    return found if set(found) == set(wanted) else None


def _settled(part: Part, progress: Progress) -> dict[str, Path]:
    wanted = {command.name for command in part.commands}
    if set(found := _found(part)) == wanted:
        return found
    with only_one(part.place.with_name(part.place.name + ".lock"), progress, part.recipe.name):
        if set(found := _found(part)) != wanted:
            for left in cache().glob(f"{part.place.name}.part-*"):
                shutil.rmtree(left, ignore_errors=True)
            _build(part, progress)
            found = _found(part)
    return found


def _found(part: Part) -> dict[str, Path]:
    return {
        command.name: path for command in part.commands if (path := _on_path(command) or _cached(part, command.name))
    }


def _on_path(command: Command) -> Path | None:
    for folder in os.get_exec_path():
        path = Path(folder or ".").absolute() / command.name
        theirs = path.is_file() and os.access(path, os.X_OK) and not is_shim(path)
        if theirs and cache() not in path.resolve().parents and command.accepts(command.ask(path)):
            return path
    return None


def _cached(part: Part, name: str) -> Path | None:
    path = part.place / "bin" / name
    return path if (part.place / "origin").is_file() and path.is_file() else None


def _build(part: Part, progress: Progress) -> None:
    work = part.place.with_name(part.place.name + ".build")
    with tempfile.TemporaryDirectory(dir=part.place.parent, prefix=f"{part.place.name}.part-") as folder:
        root = Path(folder) / "root"
        binaries = root / "bin"
        binaries.mkdir(parents=True)
        go_build(part.recipe, work, binaries, progress, part.embed(work) if part.embed else None)
        for built, name in part.built_as.items():
            (binaries / built).rename(binaries / name)
        for command in part.commands:
            answer = command.ask(binaries / command.name)
            if command.version not in answer:
                said = answer.strip()[:200] or "nothing"
                raise EngineError(
                    f"conformance: the built {command.name} says of its version: {said}\n  try: rm -r {work} and again"
                )
        settle(root, part.place, "built")
    shutil.rmtree(work)


def _stopped(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> int:
    """Make sure of all parts and say where they are. Exit status 1: one is missing; 130: stopped."""
    signal.signal(signal.SIGTERM, _stopped)
    try:
        found = ensure(Progress())
    except EngineError as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "\nconformance: stopped. The next try goes on from here: what was downloaded and built is kept",
            file=sys.stderr,
        )
        return 130
    for name, path in found.items():
        print(f"conformance: {name} {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
