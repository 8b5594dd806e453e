"""All questions at once, each in a thread of its own, none for longer than the deadline."""

import queue
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

import httpx
from azure.core.exceptions import AzureError, HttpResponseError

from operations.azure import NoAzureError
from operations.doctor.check import Check, Status, left_out
from operations.doctor.login import session
from operations.doctor.subject import Session, Subject
from operations.doctor.threads import in_background
from operations.stack_outputs import NoOutputsError

_ORDER = tuple(Status)
_TICK_SECONDS = 0.2
_UNKNOWN_FORM = (LookupError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True)
class Question:
    """One cause of a failed first `up`. It yields a check for each thing that it looked at, and changes nothing."""

    name: str
    here: Callable[[Subject], Iterable[Check]] | None = None
    """Asks this machine, files, a registry."""
    azure: Callable[[Subject, Session], Iterable[Check]] | None = None
    """Asks Resource Manager, for which somebody must be logged in."""
    concerns: Callable[[Subject], bool] = lambda _: True
    """Whether the stack has anything that it is about."""
    tells_why: bool = False
    """Where nobody is logged in, this one says why; the others only that they need it."""


_Answers = queue.SimpleQueue[tuple[int, tuple[Check, ...] | BaseException]]
Told = Callable[[Sequence[str], int, float, float], None]
"""What is still being asked, of how many in all, for how many seconds, and for how many more at most."""


def asked(subject: Subject, questions: Iterable[Question], told: Told, deadline: float) -> tuple[Check, ...]:
    """Every check, the worst last, otherwise in the order of the questions. Waits `deadline` seconds at the most."""
    wanted = [question for question in questions if question.concerns(subject)]
    answers: _Answers = queue.SimpleQueue()
    login: Future[Session] = Future()
    in_background(lambda: _settle(login, subject))
    for number, question in enumerate(wanted):
        in_background(partial(_deliver, answers, number, question, subject, login))
    found: dict[int, tuple[Check, ...]] = {}
    began = time.monotonic()
    while len(found) < len(wanted):
        passed = time.monotonic() - began
        still = [question.name for at, question in enumerate(wanted) if at not in found]
        told(still, len(wanted), passed, max(0.0, deadline - passed))
        if passed >= deadline:
            break
        try:
            number, answer = answers.get(timeout=min(_TICK_SECONDS, deadline - passed))
        except queue.Empty:
            continue
        if isinstance(answer, BaseException):
            raise answer
        found[number] = answer
    late = f"no answer within {deadline:g} s"
    again = f"speech doctor {subject.name} --timeout {6 * deadline:g}"
    lines = [
        check for at, question in enumerate(wanted) for check in found.get(at, (left_out(question.name, late, again),))
    ]
    return worst_last(lines)


def worst_last(checks: Iterable[Check]) -> tuple[Check, ...]:
    """Otherwise in their order."""
    return tuple(sorted(checks, key=lambda check: _ORDER.index(check.status)))


def _deliver(answers: _Answers, number: int, question: Question, subject: Subject, login: "Future[Session]") -> None:
    answers.put((number, _answer(question, subject, login)))


def _settle(login: "Future[Session]", subject: Subject) -> None:
    try:
        login.set_result(session(subject))
    except Exception as error:  # noqa: BLE001  # whoever waits for the log-in gets it
        login.set_exception(error)


def _answer(question: Question, subject: Subject, login: "Future[Session]") -> tuple[Check, ...] | BaseException:
    try:
        return tuple(_put(question, subject, login))
    except NoAzureError as error:
        if question.tells_why:
            return (left_out(question.name, str(error), "az login"),)
        return (left_out(question.name, "needs a log-in"),)
    except (AzureError, OSError, httpx.HTTPError, NoOutputsError, *_UNKNOWN_FORM) as error:
        remedy = [_reader(login.result())] if _forbidden(error) else []
        return (left_out(question.name, _why(error), *remedy),)
    except BaseException as error:  # noqa: BLE001  # a mistake of ours belongs in the main thread
        return error


def _why(error: BaseException) -> str:
    if _forbidden(error):
        return f"the log-in may not read it: {first_line(error)}"
    if isinstance(error, _UNKNOWN_FORM) and not isinstance(error, AzureError):
        return f"an answer of a form that is not known: {type(error).__name__} {error}"
    return f"no answer: {first_line(error)}"


def _forbidden(error: BaseException) -> bool:
    return isinstance(error, HttpResponseError) and error.status_code == HTTPStatus.FORBIDDEN


def _put(question: Question, subject: Subject, login: "Future[Session]") -> Iterator[Check]:
    if question.here:
        yield from question.here(subject)
    if question.azure:
        yield from question.azure(subject, login.result())


def _reader(known: Session) -> str:
    return f"az role assignment create --assignee {known.caller.object_id} --role Reader --scope {known.subscription}"


def first_line(error: BaseException) -> str:
    """What an exception says, without what SDKs add below it."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
