"""One stack by Pulumi's Automation API: previewed, brought up, destroyed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi.automation import (
    CommandError,
    CommandResult,
    EngineEvent,
    LocalWorkspace,
    OutputMap,
    PulumiCommand,
    Stack,
)
from pulumi.automation.errors import InvalidVersionError, create_command_error

from operations.engine import NoEngineError
from operations.fleet.imagined import imagined
from operations.fleet.members import Member
from operations.fleet.processes import OnLine, Processes
from speech.files import yaml_text
from speech.files.stack_file import FailedError

Changes = Mapping[str, int]
"""How many resources, by what is done with them: create, update, replace, delete."""
Told = Callable[[Changes], None]
_ROOT = "pulumi:pulumi:Stack"
_KINDS = {
    "create": "create",
    "import": "create",
    "update": "update",
    "delete": "delete",
    "replace": "replace",
    "create-replacement": "replace",
}
_COLOUR = re.compile(r"<\{%.*?%\}>")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine did with one stack. `error` is its first complaint where it failed."""

    changes: Changes
    error: str | None = None
    cost_before: Mapping[str, Any] | None = None
    """The output `monthly_cost_usd` of what was up; None where nothing was."""


@dataclass
class _Heard:
    """What matters of the engine's events, while they come."""

    told: Told
    changes: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    cost_before: Mapping[str, Any] | None = None

    def event(self, event: EngineEvent) -> None:
        if (said := event.diagnostic_event) and said.severity == "error":
            self.errors.append(_COLOUR.sub("", said.message).strip())
        if (before := event.resource_pre_event) and before.metadata.type == _ROOT and (old := before.metadata.old):
            self.cost_before = (old.outputs or {}).get("monthly_cost_usd")
        if (done := event.res_outputs_event) and (kind := _KINDS.get(str(done.metadata.op.value))):
            self.changes[kind] = self.changes.get(kind, 0) + 1
            self.told(dict(self.changes))
        # The engine's own count, in the place of ours: it knows replacements in one.
        if summary := event.summary_event:
            self.changes = {}
            for operation, count in summary.resource_changes.items():
                if kind := _KINDS.get(str(getattr(operation, "value", operation))):
                    self.changes[kind] = self.changes.get(kind, 0) + count


class Engine:
    """The engine at work in one project."""

    def __init__(self, project: Path, processes: Processes) -> None:
        self._project = project
        self._command = _Command(processes)
        listed = LocalWorkspace(work_dir=str(project), pulumi_command=self._command)
        try:
            # By their last word: a backend of several organisations puts theirs before it.
            self._there = {summary.name.rpartition("/")[2] for summary in listed.list_stacks()}
        except CommandError as error:
            raise FailedError(f"the stacks that there are cannot be listed: {_last_words(error)}") from None

    def knows(self, name: str) -> bool:
        """Whether there was such a stack in the backend."""
        return name in self._there

    def preview(self, member: Member, on_line: OnLine, told: Told) -> Outcome:
        """What `up` would do. A stack that is not there yet is imagined: nothing of it is left."""
        heard = _Heard(told)
        if self.knows(member.name):
            return self._worked(heard, lambda: self._stack(member).preview(**_listening(on_line, heard)))
        with imagined(self._project, member.file) as place:

            def first() -> None:
                self._workspace(member, place.folder, place.environment).create_stack(member.name)
                stack = Stack.select(member.name, self._workspace(member, self._project, place.environment))
                stack.preview(config_file=str(place.file), **_listening(on_line, heard))

            return self._worked(heard, first)

    def up(self, member: Member, on_line: OnLine, told: Told, message: str | None = None) -> Outcome:
        """Brought to what its file says. A stack that is not there is made first. `message`: for the history."""
        heard = _Heard(told)
        return self._worked(
            heard,
            lambda: self._stack(member).up(
                show_secrets=False, suppress_outputs=True, message=message, **_listening(on_line, heard)
            ),
        )

    def destroy(self, member: Member, on_line: OnLine, told: Told) -> Outcome:
        """All its resources deleted; the stack with its history, and its file, stay."""
        if not self.knows(member.name):
            return Outcome({})
        heard = _Heard(told)
        return self._worked(
            heard,
            lambda: self._stack(member).destroy(
                show_secrets=False, suppress_outputs=True, **_listening(on_line, heard)
            ),
        )

    def _worked(self, heard: _Heard, work: Callable[[], object]) -> Outcome:
        try:
            work()
        except (CommandError, RuntimeError) as error:
            return Outcome(heard.changes, next(filter(None, heard.errors), _last_words(error)), heard.cost_before)
        return Outcome(heard.changes, None, heard.cost_before)

    def _stack(self, member: Member) -> Stack:
        workspace = self._workspace(member, self._project, {})
        if self.knows(member.name):
            return Stack.select(member.name, workspace)
        made = Stack.create(member.name, workspace)
        self._there.add(member.name)
        return made

    def _workspace(self, member: Member, folder: Path, environment: Mapping[str, str]) -> "_Workspace":
        content = yaml_text.load(member.file.read_text(encoding="utf-8-sig"))
        provider = content.get("secretsprovider") if isinstance(content, Mapping) else None
        return _Workspace(
            work_dir=str(folder),
            pulumi_command=self._command,
            secrets_provider=str(provider) if provider else None,
            env_vars=environment,
        )


def _listening(on_line: OnLine, heard: _Heard) -> dict[str, Any]:
    return {"on_output": on_line, "on_error": on_line, "on_event": heard.event, "color": "never"}


class _Workspace(LocalWorkspace):
    """Leaves the stack that the user has selected: every command names its own. Asks for no outputs."""

    def select_stack(self, stack_name: str) -> None:
        del stack_name

    def create_stack(self, stack_name: str) -> None:
        provider = ["--secrets-provider", self.secrets_provider] if self.secrets_provider else []
        words = ["stack", "init", stack_name, "--no-select", *provider]
        self.pulumi_command.run(words, str(self.work_dir), self.env_vars)

    def stack_outputs(self, stack_name: str) -> OutputMap:
        # Nobody here reads them, and secret ones would come in clear.
        del stack_name
        return {}


class _Command(PulumiCommand):
    """The engine as a process among those that can be interrupted. Raises FailedError where there is none."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        try:
            super().__init__()
        except FileNotFoundError:
            raise NoEngineError from None
        except InvalidVersionError as error:
            raise FailedError(str(error)) from None

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnLine = None,
        on_error: OnLine = None,
    ) -> CommandResult:
        environment = {**additional_env, "PULUMI_AUTOMATION_API": "true", "PULUMI_SKIP_UPDATE_CHECK": "true"}
        ended = self._processes.run([self.command, "--non-interactive", *args], cwd, environment, on_output, on_error)
        result = CommandResult(ended.out, ended.err, ended.code)
        if ended.code:
            raise create_command_error(result)
        return result


def _last_words(error: Exception) -> str:
    """From the first line that says error; else the last line."""
    lines = [line.strip().removeprefix("stderr:").strip() for line in str(error).splitlines() if line.strip()]
    first = next((at for at, line in enumerate(lines) if line.startswith("error:")), len(lines) - 1)
    return " ".join(lines[first:]).removeprefix("error:").strip() or "the engine failed"
