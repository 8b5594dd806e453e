"""`speech new`: a commented stack file from a few questions or words."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from speech.cli.exit_status import exit_status
from speech.cli.words import AsJson, tell

if TYPE_CHECKING:
    from operations.stacks.new import Answers
    from speech.settings.faults import Finding

_ENVIRONMENTS = ("dev", "test", "prod")
_HOSTS = ("aks", "kubernetes", "container-instances", "docker")
_ANSWERED = (
    "azure-native:location",
    "speech:environment",
    "speech:target.kind",
    "speech:account.custom_domain",
    "speech:acknowledge",
    "speech:containers",
)
"""Settings that come from answers: a fault there is a wrong answer. What else is missing is left to the user."""


def new(
    name: Annotated[
        str | None, typer.Argument(metavar="[STACK]", help="Its name; without one, environment and region.")
    ] = None,
    *,
    environment: Annotated[str | None, typer.Option("--environment", help="dev, test or prod.")] = None,
    location: Annotated[str | None, typer.Option("--location", help="The Azure region: westeurope.")] = None,
    target: Annotated[str | None, typer.Option("--target", help=f"Where containers run: {', '.join(_HOSTS)}.")] = None,
    custom_domain: Annotated[
        str | None, typer.Option("--custom-domain", help="The account's name in Azure, unique everywhere.")
    ] = None,
    container: Annotated[
        list[str] | None,
        typer.Option("--container", metavar="KIND[:LOCALE[:VOICE]][=STREAMS]", help="What runs. Repeatable."),
    ] = None,
    accept_eula: Annotated[
        bool, typer.Option("--accept-eula", help="You accept the licence terms of the Speech containers.")
    ] = False,
    acknowledge: Annotated[
        list[str] | None, typer.Option("--acknowledge", metavar="ID", help="What works at your own risk. Repeatable.")
    ] = None,
    json: AsJson = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a stack file that is there.")] = False,
) -> None:
    """Write a commented stack file from a few answers. On a terminal it asks for those that are not given.

    \b
    Examples:
      speech new
      speech new --environment dev --location westeurope --target aks --accept-eula \\
        --custom-domain contoso-speech-dev-weu --container speech-to-text:en-US=12
    """
    from operations.stacks.new import AnswerError  # noqa: PLC0415  # a command pays for its own imports only
    from speech.files import stack_file  # noqa: PLC0415  # as above

    with exit_status():
        given = (environment, location, target, custom_domain, container, accept_eula)
        try:
            answers = _answers(given, tuple(acknowledge or ()))
        except AnswerError as error:
            raise stack_file.UnreadableError(str(error)) from None
        stack = name or f"{answers.environment}-{answers.location}"
        file = stack_file.folder() / f"Pulumi.{stack}.yaml"
        if file.exists() and not force:
            raise stack_file.UnreadableError(f"{file}: is there already; --force writes over it")
        tell("\n".join(_written(stack, file, answers)), json=json, stack=stack, file=str(file))


def _written(stack: str, file: Path, answers: "Answers") -> Iterator[str]:
    """Writes the file, unless an answer is wrong; what is left to do."""
    from operations.stacks.new import keys, text  # noqa: PLC0415  # as above
    from speech.settings.faults import InvalidStackError, render  # noqa: PLC0415  # as above

    left: Sequence[Finding] = ()
    try:
        _check(answers, stack)
    except InvalidStackError as error:
        if wrong := [fault for fault in error.faults if fault.path.startswith(_ANSWERED)]:
            refused = InvalidStackError(wrong)
            refused.add_note(f"{file} is not written")
            raise refused from None
        left = error.faults
    file.parent.mkdir(parents=True, exist_ok=True)
    today = datetime.now(tz=UTC).date()
    schema = (file.parent / "schema.json").is_file()
    file.write_text(text(stack, answers, f"Written by  speech new  on {today}.", schema=schema), encoding="utf-8")
    count = len(keys(answers)["speech:containers"])
    yield f"{file}: written, with {count} container{'' if count == 1 else 's'}"
    if left:
        yield ""
        yield "still to be written in it:"
        yield from render(left)
    yield ""
    yield "next"
    yield f"  speech plan {stack}"
    yield f"  pulumi stack init {stack}"
    yield f"  speech doctor {stack}"
    yield f"  pulumi up --stack {stack}"


def _check(answers: "Answers", stack: str) -> None:
    """Raises InvalidStackError."""
    from operations.stacks.new import keys  # noqa: PLC0415  # as above
    from speech.capacity.planner import plan  # noqa: PLC0415  # as above
    from speech.settings.parse import parse  # noqa: PLC0415  # as above

    plan(parse(keys(answers)).stack, stack)


_Given = tuple[str | None, str | None, str | None, str | None, list[str] | None, bool]


def _answers(given: _Given, acknowledged: tuple[str, ...]) -> "Answers":
    """Given words, and questions for those that are missing. Raises AnswerError for all that nobody can be asked."""
    from operations.stacks.new import AnswerError, Answers, Wanted, wrong_choice  # noqa: PLC0415  # as above

    environment, location, target, domain, containers, eula = given
    asked = sys.stdin.isatty()
    if not asked:
        _need_all(given)
    place = environment or typer.prompt("Environment (dev, test, prod)", default="dev")
    region = location or typer.prompt("Azure region", default="westeurope")
    host = target or typer.prompt(f"Where do containers run ({', '.join(_HOSTS)})", default="aks")
    named = domain or typer.prompt("Custom domain of the account, unique in Azure", default=f"contoso-speech-{place}")
    wanted = [Wanted.read(each) for each in containers or _asked_containers()]
    wrong = [
        *wrong_choice("--environment", place, _ENVIRONMENTS),
        *wrong_choice("--target", host, _HOSTS),
        *(each for each in wanted if isinstance(each, str)),
    ]
    if wrong:
        raise AnswerError("\n".join(wrong))
    return Answers(
        place,
        region,
        host,
        named,
        eula or (asked and typer.confirm("Do you accept the licence terms of the Speech containers?")),
        tuple(each for each in wanted if isinstance(each, Wanted)),
        acknowledged,
    )


def _asked_containers() -> list[str]:
    found = [typer.prompt("First container, as KIND:LOCALE=STREAMS", default="speech-to-text:en-US=12")]
    while another := typer.prompt("Another container (empty: no more)", default="", show_default=False):
        found.append(another)
    return found


def _need_all(given: _Given) -> None:
    from operations.stacks.new import AnswerError  # noqa: PLC0415  # as above

    names = ("--environment", "--location", "--target", "--custom-domain", "--container")
    missing = [name for name, value in zip(names, given, strict=False) if not value]
    if missing:
        raise AnswerError(f"no terminal to ask on: give  {'  '.join(missing)}")
