"""A stack examined: its questions asked, and what was found."""

import time
from collections import Counter
from dataclasses import dataclass

from operations.doctor.asking import Told, asked, worst_last
from operations.doctor.check import Check, Status
from operations.doctor.questions import QUESTIONS
from operations.doctor.subject import Subject
from speech.files import stack_file

_PART_OF_DEADLINE = 0.8
"""One call ends before the whole does, so that its own words are heard."""


@dataclass(frozen=True, slots=True)
class Examination:
    """Every check of a stack, the worst last."""

    stack: str
    checks: tuple[Check, ...]
    seconds: float

    @property
    def counts(self) -> dict[Status, int]:
        """How many of each status, those without any too."""
        found = Counter(check.status for check in self.checks)
        return {status: found[status] for status in Status}


def subject_of(stack: str, deadline: float) -> Subject:
    """The stack of a name or a path. Raises UnreadableError and InvalidStackError."""
    settings, plan, project = stack_file.opened(stack)
    return Subject(settings, plan, stack_file.find(stack), project, _PART_OF_DEADLINE * deadline)


def examined(stack: str, deadline: float, told: Told, *, in_cluster: bool = False) -> Examination:
    """Asks everything, within `deadline` seconds. `in_cluster`: runs a container where the stack runs, for minutes.

    Raises UnreadableError and InvalidStackError.
    """
    began = time.monotonic()
    subject = subject_of(stack, deadline)
    checks = asked(subject, QUESTIONS, told, deadline)
    if in_cluster:
        from operations.doctor import inside  # noqa: PLC0415  # the client of Kubernetes takes half a second

        run = inside.tested(subject, lambda doing, gone, left: told([doing], 1, gone, left))
        checks = worst_last([*checks, run])
    return Examination(subject.name, checks, time.monotonic() - began)
