"""Programs under the real engine, against a sandbox that is made for the run and gone after it."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.processes import FailedRunError, Measured, measure
from bench.surroundings import environment
from sandbox import engine
from sandbox.executables import install_executables
from sandbox.home import Home
from sandbox.home import environment as sandbox_environment
from sandbox.running import start, stop

STACK = "bench"
_EVENTS = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}


@dataclass(frozen=True)
class Bench:
    """A running sandbox and an engine that knows it."""

    home: Home
    pulumi: Path
    environment: Mapping[str, str]

    def project(self, name: str, main: Path) -> Path:
        """The folder of a Pulumi project of that name around the program in the folder `main`, with no stack yet."""
        folder = self.home.root / name
        folder.mkdir()
        plugins = {"providers": [{"name": each, "path": str(self.home.bin)} for each in ("azure-native", "kubernetes")]}
        host = {"languages": [{"name": "python", "path": str(self.home.bin)}]}
        write(
            folder / "Pulumi.yaml",
            {
                "name": name,
                "main": str(main),
                "runtime": {"name": "python", "options": {"virtualenv": sys.prefix}},
                "plugins": {**plugins, **(host if (self.home.bin / "pulumi-language-python").exists() else {})},
            },
        )
        return folder

    def program(self, name: str, main: Path, config: Mapping[str, Any]) -> "Program":
        """A Pulumi project of that name around the program in the folder `main`, with nothing provisioned yet."""
        folder = self.project(name, main)
        write(folder / f"Pulumi.{STACK}.yaml", {"config": dict(config)})
        program = Program(folder, self)
        program.pulumi("stack", "init", STACK)
        return program


@dataclass(frozen=True)
class Program:
    """One program, previewed as often as one likes."""

    folder: Path
    bench: Bench

    def preview(self) -> Measured:
        """One `pulumi preview`, measured. Raises FailedRunError."""
        command: list[str | Path] = [self.bench.pulumi, "preview", "--stack", STACK, "--non-interactive"]
        return measure(command, folder=self.folder, environment=self.bench.environment)

    def events(self) -> list[dict[str, Any]]:
        """What the engine tells of one preview. Raises FailedRunError."""
        told = self.pulumi("preview", "--stack", STACK, "--json")
        return [json.loads(line) for line in told.splitlines() if line.startswith('{"')]

    def pulumi(self, *words: str) -> str:
        """What a command prints. Raises FailedRunError."""
        done = subprocess.run(  # noqa: S603  # our own words
            [self.bench.pulumi, *words, "--non-interactive"],
            cwd=self.folder,
            env={**self.bench.environment, **_EVENTS},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise FailedRunError(f"pulumi {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout


@contextmanager
def bench() -> Iterator[Bench]:
    """A sandbox of the run's own in a temporary folder; its server is stopped by its own pid, however the run ends."""
    found = engine.find()
    if found is None:
        raise FailedRunError("there is no Pulumi engine: run `make setup` first")
    with tempfile.TemporaryDirectory(prefix="speech-bench-") as folder:
        home = Home(Path(folder) / "home")
        try:
            server = start(home)
            install_executables(home, found.path)
            here = environment()
            known = sandbox_environment(home, server.url, found.directory)
            yield Bench(home, found.path, {**here, **known})
        finally:
            stop(home)


def write(file: Path, content: Mapping[str, Any]) -> None:
    """A YAML file."""
    # Every JSON document is a YAML document.
    file.write_text(json.dumps(content, indent=2))
