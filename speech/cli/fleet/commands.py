"""The commands of `speech fleet`."""

from typing import Annotated

import typer

from speech.cli.exit_status import exit_status

app = typer.Typer(
    help="Many stacks in waves: chosen by labels, side by side, stopped at the first wave that fails.",
    no_args_is_help=True,
)
_Select = Annotated[
    str,
    typer.Option(
        "--select",
        metavar="LABEL=VALUE,...",
        help="environment, location, target, name, tag.<name>; * for anything, != for all others. All, if left out.",
    ),
]
_Waves = Annotated[
    str | None,
    typer.Option("--waves", metavar="NAME=WHICH,...", help="WHICH: 1, 50%, location=westeurope, or * for the rest."),
]
_Parallel = Annotated[
    int | None,
    typer.Option("--parallel", min=1, max=64, help="Stacks at once. By cores and free memory, if left out."),
]
_Verify = Annotated[bool, typer.Option("--verify", help="speech verify of each wave before the next begins.")]
_Resume = Annotated[
    str | None, typer.Option("--resume", metavar="RUN", help="Go on with a run that has stopped: its name, or last.")
]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
_Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def _examples(*lines: str) -> str:
    return "\n".join(["Examples:", "", "\b", *(f"  {line}" for line in lines)])


@app.callback()
def fleet() -> None:
    """Many stacks in waves: chosen by labels, side by side, stopped at the first wave that fails."""


@app.command(
    epilog=_examples(
        "speech fleet preview --select environment=prod",
    )
)
def preview(*, select: _Select = "", waves: _Waves = None, parallel: _Parallel = None, json: _Json = False) -> None:
    """Show what `up` would change in each stack, and in its cost."""
    _run("preview", select, waves, parallel, as_json=json)


@app.command(
    epilog=_examples(
        "speech fleet up --select environment=prod --waves 'canary=1,rest=*'",
        "speech fleet up --waves 'us=location=*us*,half=50%,rest=*' --verify",
        "speech fleet up --resume last",
    )
)
def up(
    *,
    select: _Select = "",
    waves: _Waves = None,
    parallel: _Parallel = None,
    verify: _Verify = False,
    resume: _Resume = None,
    json: _Json = False,
    yes: _Yes = False,
) -> None:
    """Bring stacks up, wave after wave, to the first wave in which a stack fails."""
    _run("up", select, waves, parallel, resume, verify=verify, as_json=json, yes=yes)


@app.command(
    epilog=_examples(
        "speech fleet verify --select environment=prod",
    )
)
def verify(*, select: _Select = "", parallel: _Parallel = None, json: _Json = False) -> None:
    """Call the containers of stacks as clients do: `speech verify` of each."""
    _run("verify", select, None, parallel, as_json=json)


@app.command(
    epilog=_examples(
        "speech fleet destroy --select environment=dev",
        "speech fleet destroy --select environment=test,location=westeurope --yes --confirm test",
    )
)
def destroy(
    *,
    select: _Select = "",
    waves: _Waves = None,
    parallel: _Parallel = None,
    resume: _Resume = None,
    json: _Json = False,
    yes: _Yes = False,
    confirm: Annotated[
        str | None, typer.Option("--confirm", metavar="ENVIRONMENT", help="The environment's name: --yes needs it.")
    ] = None,
) -> None:
    """Destroy the stacks of one environment. Those whose file protects the account are skipped."""
    _run("destroy", select, waves, parallel, resume, as_json=json, yes=yes, confirm=confirm)


def _run(
    action: str,
    select: str,
    waves: str | None,
    parallel: int | None,
    resume: str | None = None,
    *,
    as_json: bool,
    verify: bool = False,
    yes: bool = False,
    confirm: str | None = None,
) -> None:
    from operations.fleet import prepare  # noqa: PLC0415  # the engine's SDK costs half a second
    from speech.cli.fleet import command  # noqa: PLC0415  # as above
    from speech.files.stack_file import UnreadableError  # noqa: PLC0415  # as above

    with exit_status():
        if resume is not None and (select or waves or verify):
            raise UnreadableError("--resume goes on with the stacks and waves of its run: leave out the others")
        made = command.prepared(
            lambda: (
                prepare.new(action, select, waves, parallel, verify=verify)
                if resume is None
                else prepare.again(action, resume, parallel)
            )
        )
        given = " ".join([*(["--yes"] if yes else []), *([f"--confirm {confirm}"] if confirm else [])])
        if command.confirmed(made, yes=yes, confirm=confirm):
            command.told(command.carried_out(made), as_json=as_json, given=given)
        else:
            typer.echo("nothing was run", err=True)
            raise typer.Exit(1)
