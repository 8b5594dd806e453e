"""A rotation from where it stands to its end."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from operations.fleet.engine import Outcome
from operations.keys.account import Account
from operations.keys.in_use import Containers
from operations.keys.steps import Act, Key, Known, Step, marked, message_of, next_step, other, used
from operations.stack_outputs import NoOutputsError, history, outputs
from speech.capacity.plan import Plan
from speech.files.stack_file import FailedError

_PAUSE_SECONDS = 2.0
_SLACK_SECONDS = 300
_MOST_STEPS = 12
"""Far more than any rotation has: one that goes on longer goes in circles."""


class Engine(Protocol):
    """What changes the stack."""

    def preview(self) -> Outcome:
        """What `pulumi up` would do."""

    def up(self, message: str) -> Outcome:
        """Brings the stack to what its file says."""

    def write(self, key: Key) -> None:
        """The active key into the stack file. Raises FailedError."""

    def written(self) -> Key:
        """The active key of the stack file."""


@dataclass(frozen=True, slots=True)
class Done:
    """One step that has been taken, or was found to be taken."""

    step: str
    said: str
    seconds: float


@dataclass
class Rotation:
    """A rotation of one stack's keys. `tell` gets what is under way and the seconds left at most, where known."""

    plan: Plan
    project: Path
    account: Account
    containers: Containers
    engine: Engine
    tell: Callable[[str, float | None], None]
    hears: Callable[[Done], None]
    by_hand: bool = False
    """Nobody but the user restarts the containers."""
    restarted: bool = False
    """And they have done it."""
    done: list[Done] = field(default_factory=list)

    def known(self) -> Known:
        """Where it stands. Raises FailedError."""
        try:
            updates = history(self.plan.stack, self.project)
            told = outputs(self.plan.stack, self.project)
        except NoOutputsError as error:
            raise FailedError(f"{self.plan.stack}: {error}\n  pulumi up --stack {self.plan.stack}") from None
        written = self.engine.written()
        moved_to, moved_at = marked(updates)
        self.tell("the account is asked for its keys", None)
        renewed = self.account.renewed(dict(told.get("keys") or {}))
        return Known(written, used(updates, written), moved_to, moved_at, renewed)

    def check_nothing_else_changes(self) -> None:
        """Raises FailedError where `pulumi up` would change more than keys."""
        self.tell("pulumi preview: whether anything but the keys would change", None)
        found = self.engine.preview()
        if found.error:
            raise FailedError(f"pulumi preview: {found.error}")
        if changes := counted(found.changes):
            name = self.plan.stack
            raise FailedError(
                f"{name}: the stack file asks for more than other keys ({changes}): that comes first\n"
                f"  pulumi up --stack {name}"
            )

    def go(self, known: Known) -> None:
        """To its end. Raises FailedError where it has to stop; what was done stays done, and the next run goes on."""
        for _ in range(_MOST_STEPS):
            step = next_step(known)
            if step.act is Act.RENEW:
                if known.moved_to == other(step.key):
                    self._all_moved(other(step.key))
                self._nobody_has(step.key)
            begun = time.monotonic()
            said = self._take(step, known)
            self._note(step.act, said, begun)
            if step.act is Act.FINISH:
                return
            known = self.known()
        raise FailedError("the rotation goes in circles: somebody else changes the keys or the stack file meanwhile")

    def _take(self, step: Step, known: Known) -> str:
        if step.act is Act.RENEW:
            self.tell(f"{step.key} gets a new value", None)
            self.account.renew(step.key)
            return f"{step.key} of {self.account.name} is new; nothing ran with it"
        if step.act is Act.SWITCH:
            self.engine.write(step.key)
            return f"speech:billing.active_key: {step.key}"
        self.tell(f"pulumi up: {_WHY[step.act].format(key=step.key)}", None)
        found = self.engine.up(message_of(step, known))
        if found.error:
            raise FailedError(f"pulumi up failed, nothing is lost: {found.error}\n  then again  {self._again}")
        return f"pulumi up ({counted(found.changes) or 'no changes'}): {_WHY[step.act].format(key=step.key)}"

    def _all_moved(self, key: Key) -> None:
        """Waits until everything runs with the key that it was moved to."""
        if self.by_hand:
            if not self.restarted:
                raise FailedError(self._what_to_do(key))
            return
        begun = time.monotonic()
        self._wait(
            lambda: self.containers.behind(self._told()),
            f"not everything runs with {key}, so {other(key)} stays as it is",
        )
        self._note("wait", f"everything runs with {key}, and its state is Valid", begun)

    def _nobody_has(self, key: Key) -> None:
        """Waits until nothing runs with a key that is about to be renewed: a pod may wait for its last stream."""
        self._wait(lambda: self.containers.users(key), f"something still runs with {key}, so it stays as it is")

    def _wait(self, in_the_way: Callable[[], list[str]], why: str) -> None:
        deadline = time.monotonic() + self._patience
        while found := in_the_way():
            left = deadline - time.monotonic()
            if left <= 0:
                raise FailedError(f"{why}: {_few(found)}\n  speech status {self.plan.stack}, then  {self._again}")
            self.tell(_few(found), left)
            time.sleep(_PAUSE_SECONDS)

    def _what_to_do(self, key: Key) -> str:
        name = self.plan.stack
        return (
            f"now it is your turn: the Docker hosts still run with {other(key)}. On each of them:\n"
            f"  speech render compose {name} --out DIR   writes .env with {key}\n"
            f"  docker compose --project-directory DIR up -d\n"
            f"then  {self._again} --restarted"
        )

    def _told(self) -> Mapping[str, Any]:
        try:
            return outputs(self.plan.stack, self.project)
        except NoOutputsError as error:
            raise FailedError(f"{self.plan.stack}: {error}") from None

    def _note(self, step: str, said: str, begun: float) -> None:
        self.done.append(Done(str(step), said, round(time.monotonic() - begun, 1)))
        self.hears(self.done[-1])

    @property
    def _again(self) -> str:
        return f"speech keys rotate {self.plan.stack}"

    @property
    def _patience(self) -> float:
        waits = [container.waits.update_seconds for container in self.plan.containers if container.waits]
        return float(max(waits, default=0) + _SLACK_SECONDS)


_WHY = {
    Act.MOVE: "containers move to {key}",
    Act.SETTLE: "containers get {key} as it is",
    Act.FINISH: "vault and outputs have the new {key}",
}


def counted(changes: Mapping[str, int]) -> str:
    """`2 update, 1 create`."""
    return ", ".join(f"{count} {kind}" for kind, count in changes.items() if count)


def _few(found: list[str]) -> str:
    more = f" and {len(found) - 2} more" if len(found) > 2 else ""  # noqa: PLR2004
    return "; ".join(found[:2]) + more
