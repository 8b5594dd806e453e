"""The Pulumi engine of the make targets: found on PATH, else installed or built once into the per-user cache.

`python -m sandbox.engine` makes sure that there is one. docs/engine.md tells the whole story.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

from sandbox.engine_versions import EngineError, Version, cache, shown, version_of
from sandbox.executables import is_shim, link_into_environment
from sandbox.progress import Progress, minutes

VERSION = "3.259.0"
"""The engine that is installed or built: same release as the SDK (requirements/run.in) and sandbox/go/engine/go.mod."""

MINIMUM: Version = (3, 259, 0)
"""An engine older than the SDK is refused: nothing here has ever run with one."""

Origin = Literal["path", "installer", "built"]


@dataclass(frozen=True)
class Engine:
    """A `pulumi` that was seen to run."""

    path: Path
    version: str
    origin: Origin

    @property
    def directory(self) -> Path:
        """What belongs on PATH: the official distribution keeps its language hosts here too."""
        return self.path.parent


def platform() -> str:
    """`linux-x86_64`: what a cached executable is built for."""
    return f"{sys.platform}-{os.uname().machine}"


def place() -> Path:
    """The cache folder of the engine: `bin/pulumi` and `origin`."""
    return cache() / f"pulumi-{VERSION}-{platform()}"


def find() -> Engine | None:
    """The engine to use, or None if one must be got first. A few file stats when it has been seen before.

    Raises EngineError if SPEECH_PULUMI names something that is no recent enough `pulumi`.
    """
    return _chosen() or _on_path() or _cached()


def ensure(progress: Progress) -> Engine:
    """The engine to use; installs or builds it where there is none. One process does so, others wait for it.

    Raises EngineError if there is none and none can be had.
    """
    if engine := find():
        return engine
    # Loaded only when needed: a warm start is part of every make target.
    from sandbox.engine_build import build  # noqa: PLC0415
    from sandbox.engine_install import install  # noqa: PLC0415

    with only_one(place().with_name(place().name + ".lock"), progress):
        if engine := find():
            return engine
        for left in cache().glob(f"{place().name}.part-*"):
            shutil.rmtree(left, ignore_errors=True)
        for path in _candidates():
            progress.say(f"engine: {path} is passed over: {shown(version_of(path))}, {shown(MINIMUM)} is needed")
        if not install(place(), VERSION, progress):
            build(place(), VERSION, progress)
        if engine := _cached():
            return engine
    raise EngineError(f"engine: {place() / 'bin/pulumi'} was made but does not run\n  try: rm -r {place()} and again")


def _recent(path: Path, origin: Origin) -> Engine | None:
    version = version_of(path)
    return Engine(path, shown(version), origin) if version and MINIMUM <= version < (MINIMUM[0] + 1, 0, 0) else None


def _chosen() -> Engine | None:
    if not (named := os.environ.get("SPEECH_PULUMI")):
        return None
    path = Path(named).expanduser().absolute()
    if engine := _recent(path, "path"):
        return engine
    raise EngineError(
        f"engine: SPEECH_PULUMI={named} cannot be used: {shown(version_of(path))}, {shown(MINIMUM)} is needed\n"
        "  try: name another pulumi, or unset SPEECH_PULUMI"
    )


def _candidates() -> Iterator[Path]:
    """Every `pulumi` on PATH that is neither one of our shims nor of our cache, which is looked at later."""
    for directory in os.get_exec_path():
        path = Path(directory or ".").absolute() / "pulumi"
        if os.access(path, os.X_OK) and path.is_file() and not is_shim(path) and cache() not in path.resolve().parents:
            yield path


def _on_path() -> Engine | None:
    return next(filter(None, (_recent(path, "path") for path in _candidates())), None)


def _cached() -> Engine | None:
    try:
        origin = (place() / "origin").read_text().strip()
    except OSError:
        return None
    return _recent(place() / "bin" / "pulumi", "installer" if origin == "installer" else "built")


@contextlib.contextmanager
def only_one(lock: Path, progress: Progress, what: str = "the engine") -> Iterator[None]:
    """One process at a time. The others say whom they wait for; the lock goes with its process, however it ends."""
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("a+")
    except OSError as fault:
        raise EngineError(
            f"engine: the cache cannot be written: {fault}\n  try: XDG_CACHE_HOME=DIR make setup"
        ) from fault
    with file:
        began = time.monotonic()
        waiting = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                file.seek(0)
                holder = f"engine: process {file.read().strip() or '?'} is getting {what}: waiting for it"
                if not waiting:
                    waiting = True
                    progress.say(holder)
                progress.update(f"{holder} ({minutes(time.monotonic() - began)})")
                time.sleep(0.2)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _stopped(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> int:
    """Make sure of the engine and say where it is. Exit status 1: there is none; 130: stopped."""
    signal.signal(signal.SIGTERM, _stopped)
    try:
        engine = ensure(Progress())
    except EngineError as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "\nengine: stopped. The next try goes on from here: what was downloaded and built is kept", file=sys.stderr
        )
        return 130
    link_into_environment(engine.path, Path(sys.prefix) / "bin", own=engine.origin != "path")
    print(f"engine: pulumi {engine.version} ({engine.origin}) {engine.path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
