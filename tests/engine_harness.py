"""Runs the real Pulumi engine on a program, against a sandbox of its own."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox import engine
from sandbox.executables import install_executables
from sandbox.home import environment
from sandbox.running import Server

_SECONDS = 180
_KEPT = ("HOME", "LANG", "XDG_CACHE_HOME", "SPEECH_PULUMI")
"""All that the engine sees of the environment the tests run in, besides PATH."""
_EVENTS = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}


@dataclass(frozen=True)
class Run:
    """What one `pulumi` command did. `events` are the engine's own, where the command was given --json."""

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything it said."""
        return f"pulumi {' '.join(self.arguments)} -> {self.code}\n{self.out}\n{self.err}"

    @property
    def summary(self) -> str:
        """What a person reads of a failure."""
        return f"pulumi {' '.join(self.arguments)} -> {self.code}\n{self.diagnostics}\n{self.err}"

    @property
    def events(self) -> list[dict[str, Any]]:
        """Engine events, oldest first."""
        return [json.loads(line) for line in self.out.splitlines() if line.startswith('{"')]

    @property
    def changes(self) -> dict[str, int]:
        """How many resources were created, updated, left alone ...: the engine's summary, `same` and the stack left out."""
        summaries = [event["summaryEvent"]["resourceChanges"] for event in self.events if "summaryEvent" in event]
        return {kind: count for kind, count in (summaries or [{}])[-1].items() if kind != "same"}

    @property
    def steps(self) -> dict[str, str]:
        """What was done with each resource, by its logical name. A replacement shows its last step."""
        found = [event["resourcePreEvent"]["metadata"] for event in self.events if "resourcePreEvent" in event]
        return {step["urn"].rpartition("::")[2]: step["op"] for step in found}

    @property
    def changed(self) -> dict[str, set[str]]:
        """The top-level properties that changed, by the resource's logical name."""
        found = [event["resOutputsEvent"]["metadata"] for event in self.events if "resOutputsEvent" in event]
        return {
            step["urn"].rpartition("::")[2]: {path.partition("[")[0].partition(".")[0] for path in step["detailedDiff"]}
            for step in found
            if step["op"] not in {"same", "refresh"} and step.get("detailedDiff")
        }

    @property
    def diagnostics(self) -> str:
        """Errors, warnings and what the program printed."""
        found = [event["diagnosticEvent"] for event in self.events if "diagnosticEvent" in event]
        return "".join(event["message"] for event in found if event["severity"] != "debug")


@dataclass
class Project:
    """A Pulumi project in `folder`, named like it, with the stack `test`, kept in the sandbox's own file backend."""

    folder: Path
    server: Server
    config: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = engine.find()
        assert found, "no Pulumi engine: run `make setup` first"
        self._pulumi = found.path
        install_executables(self.server.home, found.path)
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self.environment = kept | environment(self.server.home, self.server.url, found.directory) | _EVENTS
        self.folder.mkdir(parents=True, exist_ok=True)

    def program(self, text: str) -> None:
        """Make this the program."""
        (self.folder / "__main__.py").write_text(textwrap.dedent(text))
        if not (self.folder / "Pulumi.yaml").exists():
            (self.folder / "Pulumi.yaml").write_text(
                f"name: {self.folder.name}\nruntime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
            )
            self.pulumi("stack", "init", "test")
            for key, value in self.config.items():
                self.pulumi("config", "set", key, value)

    def up(self, *options: str, expect: int = 0) -> Run:
        """`pulumi up` without a preview before it."""
        return self.pulumi("up", "--yes", "--skip-preview", "--json", *options, expect=expect)

    def preview(self, *options: str, expect: int = 0) -> Run:
        """`pulumi preview`, as events."""
        return self.pulumi("preview", "--json", *options, expect=expect)

    def refresh(self, *options: str, expect: int = 0) -> Run:
        """`pulumi refresh` without a preview before it."""
        return self.pulumi("refresh", "--yes", "--skip-preview", "--json", *options, expect=expect)

    def destroy(self, expect: int = 0) -> Run:
        """`pulumi destroy` without a preview before it."""
        return self.pulumi("destroy", "--yes", "--skip-preview", "--json", expect=expect)

    def outputs(self, *options: str) -> dict[str, Any]:
        """The stack's outputs; secrets masked unless --show-secrets is given."""
        return dict(json.loads(self.pulumi("stack", "output", "--json", *options).out))

    def state(self) -> list[dict[str, Any]]:
        """The resources in the state, secrets encrypted."""
        return list(json.loads(self.pulumi("stack", "export").out)["deployment"].get("resources", []))

    def pulumi(self, *arguments: str, expect: int | None = 0, **more: str) -> Run:
        """Run `pulumi`; fails the test on another exit code than `expect` (None: any). `more` joins the environment."""
        with self.start(*arguments, **more) as process:
            try:
                out, err = process.communicate(timeout=_SECONDS)
            except subprocess.TimeoutExpired:
                _end(process)
                raise
        run = Run(arguments, process.returncode, out, err)
        assert expect is None or run.code == expect, run.summary
        return run

    def start(self, *arguments: str, **more: str) -> "subprocess.Popen[str]":
        """Start `pulumi` and leave it to the caller, in a process group of its own."""
        return subprocess.Popen(
            [self._pulumi, *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self.environment | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )


def _end(process: "subprocess.Popen[str]") -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
