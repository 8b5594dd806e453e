"""A fleet command before anything runs: stack files found and planned, waves cut, the engine asked what there is."""

from dataclasses import dataclass
from pathlib import Path

from operations.fleet import members, parallel, run_file, selection
from operations.fleet.engine import Engine, Outcome, Told
from operations.fleet.members import Fleet, Member
from operations.fleet.processes import OnLine, Processes
from operations.fleet.run import Check, Work
from operations.fleet.run_file import Asked, RunFile
from operations.fleet.verifying import verifier
from operations.fleet.waves import ALL, waves
from speech.files import stack_file
from speech.files.stack_file import UnreadableError
from speech.settings.faults import one_of, shown

PREVIEW, UP, VERIFY, DESTROY = "preview", "up", "verify", "destroy"
RESUMABLE = (UP, DESTROY)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What will run. `file` is the run that goes on, if one does."""

    fleet: Fleet
    asked: Asked
    file: RunFile | None

    @property
    def protected(self) -> frozenset[str]:
        """Stacks that a destroy leaves alone: their file protects the account."""
        if self.asked.action != DESTROY:
            return frozenset()
        return frozenset(member.name for member in self.fleet.members if member.stack.account.protect)

    @property
    def environment(self) -> str:
        """The one environment of all stacks. Raises UnreadableError where there are more."""
        found = sorted({str(member.stack.environment) for member in self.fleet.members})
        if len(found) > 1:
            raise UnreadableError(
                f"{self.asked.action}: the stacks are of {one_of(found)}; one environment at a time:"
                f"  --select environment={found[0]}"
            )
        return found[0]

    def begun(self) -> RunFile:
        """The file of the run, made now unless the run goes on."""
        if self.file is None:
            return run_file.begin(self.fleet.project, self.asked)
        self.file.asked = self.asked
        self.file.write()
        return self.file


def new(action: str, select: str, in_waves: str | None, at_once: int | None, *, verify: bool) -> Prepared:
    """A new run. Raises UnreadableError with the faults of all stack files that were chosen."""
    fleet = members.selected(selection.selection(select))
    cut = waves(in_waves or ALL, [member.labels for member in fleet.members])
    return Prepared(fleet, Asked(action, select, cut, at_once or parallel.here(), verify), None)


def again(action: str, name: str, at_once: int | None) -> Prepared:
    """A run that goes on: the same stacks in the same waves, by their files as they are now. Raises UnreadableError."""
    project, _ = stack_file.of_project()
    file = run_file.resumed(project, name, action)
    fleet = members.named([stack for wave in file.asked.waves for stack in wave.stacks])
    before = file.asked
    asked = Asked(action, before.select, before.waves, at_once or before.parallel, before.verify)
    return Prepared(fleet, asked, file)


def confirmed(prepared: Prepared, word: str) -> None:
    """Raises UnreadableError unless the word is the name of the environment that is to be destroyed."""
    if word.strip() != prepared.environment:
        raise UnreadableError(f"{shown(word)} is not the environment, which is {prepared.environment}: nothing was run")


def work(action: str, project: Path, processes: Processes) -> Work:
    """What is done with each stack. Raises FailedError where the engine does not answer."""
    if action == VERIFY:
        verify = verifier(processes)

        def verified(member: Member, on_line: OnLine, _told: Told) -> Outcome:
            return Outcome({}, verify(member, on_line))

        return verified
    engine = Engine(project, processes)
    return {PREVIEW: engine.preview, UP: engine.up, DESTROY: engine.destroy}[action]


def check(asked: Asked, processes: Processes) -> Check | None:
    """What is asked of the stacks of a wave before the next one begins."""
    return verifier(processes) if asked.verify else None
