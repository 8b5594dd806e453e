"""What `speech keys rotate` does, put together for one stack."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.azure import azure
from operations.engine import pulumi
from operations.fleet.engine import Changes, Outcome
from operations.fleet.engine import Engine as FleetEngine
from operations.fleet.members import Member
from operations.fleet.processes import Processes
from operations.fleet.selection import labels
from operations.keys.account import Account, refuse_others
from operations.keys.in_use import ByHand, Containers, Groups, Pods
from operations.keys.rotate import Done, Rotation, counted
from operations.keys.steps import Key
from operations.stack_outputs import NoOutputsError, outputs
from operations.verify import kube
from speech.capacity.plan import Plan
from speech.files import stack_file
from speech.files.stack_file import FailedError
from speech.settings.stack import Stack

Tell = Callable[[str, float | None], None]


@dataclass(frozen=True)
class StackEngine:
    """The engine at work on one stack."""

    member: Member
    project: Path
    engine: FleetEngine
    tell: Tell

    def preview(self) -> Outcome:
        """What `pulumi up` would do."""
        return self.engine.preview(self.member, None, self._changes("pulumi preview"))

    def up(self, message: str) -> Outcome:
        """Brings the stack to what its file says."""
        return self.engine.up(self.member, None, self._changes("pulumi up"), message)

    def write(self, key: Key) -> None:
        """The active key into the stack file, by the engine's own command, which leaves comments where they are."""
        words = ["config", "set", "--path", "speech:billing.active_key", key, "--stack", self.member.name]
        done = pulumi(words, self.project)
        if done.returncode:
            raise FailedError(f"{self.member.file} cannot be changed: {done.stderr.strip()}")

    def written(self) -> Key:
        """The active key of the stack file."""
        parsed, _ = stack_file.planned(self.member.file)
        return parsed.stack.billing.active_key

    def _changes(self, what: str) -> Callable[[Changes], None]:
        return lambda changes: self.tell(f"{what}: {counted(changes)}", None)


def rotation(
    asked: str, processes: Processes, tell: Tell, hears: Callable[[Done], None], *, restarted: bool
) -> Rotation:
    """A rotation of a stack by its name or file. Raises UnreadableError, InvalidStackError and FailedError."""
    file = stack_file.find(asked)
    stack, plan, project = stack_file.opened(asked)
    refuse_others(stack)
    place = azure(stack.location)
    member = Member(plan.stack, file, labels(plan.stack, stack_file.keys(file)), stack, plan, "")
    engine = StackEngine(member, project, FleetEngine(project, processes), tell)
    return Rotation(
        plan=plan,
        project=project,
        account=Account(place, plan),
        containers=_containers(stack, plan, project, lambda: Groups(plan, place)),
        engine=engine,
        tell=tell,
        hears=hears,
        by_hand=plan.target == "docker",
        restarted=restarted,
    )


def _containers(stack: Stack, plan: Plan, project: Path, groups: Callable[[], Groups]) -> Containers:
    if plan.target == "docker":
        return ByHand()
    if plan.target == "container-instances":
        return groups()
    try:
        told: dict[str, Any] = outputs(plan.stack, project)
        return Pods(plan, kube.cluster(stack, plan, told, project, None))
    except (NoOutputsError, kube.NoClusterError) as error:
        raise FailedError(f"{plan.stack}: nobody can tell which key pods use: {error}") from None
