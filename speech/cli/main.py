"""The `speech` command: what people do around `pulumi up`.

Exit status: 0 done, 1 the check or change failed, 2 the input is wrong.
"""

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from speech.cli import diff, doctor, keys, new, promote, rendering, status, verify
from speech.cli.catalog import commands as catalog
from speech.cli.exit_status import exit_status as _exit_status
from speech.cli.fleet import commands as fleet
from speech.cli.pipeline import commands as pipeline
from speech.cli.words import AsJson, StackName, stacks, tell

app = typer.Typer(
    name="speech",
    help="Plan and look after Azure AI Speech containers.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def speech() -> None:
    """Plan and look after Azure AI Speech containers."""


@app.command()
def plan(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="STACK",
            help="A stack's name (dev-westeurope) or the path of a stack file; several to compare.",
            autocompletion=stacks,
        ),
    ],
    *,
    json: AsJson = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say why, and what one more stream costs.")] = False,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=VALUE", help="Plan with this setting instead: speech:target.zones=[]. Repeatable."
        ),
    ] = None,
    compare: Annotated[bool, typer.Option("--compare", help="Plans side by side, differences marked.")] = False,
) -> None:
    """Show what would run, where, how big and at what cost. Reads files only.

    \b
    Examples:
      speech plan dev-westeurope
      speech plan prod-westeurope --explain
      speech plan dev-westeurope --set speech:containers[0].demand.concurrent_streams=400
      speech plan dev-westeurope prod-westeurope --compare
    """
    from speech.cli import plan_command  # noqa: PLC0415  # a command pays for its own imports only

    with _exit_status():
        typer.echo(plan_command.run(names, changes or [], as_json=json, explain=explain, compare=compare))


@app.command()
def schema() -> None:
    """Print the JSON Schema of a stack file, for editors.

    \b
    Examples:
      speech schema > stacks/schema.json
    """
    from speech.cli import stack_schema  # noqa: PLC0415  # as above

    typer.echo(stack_schema.render())


@app.command()
def report(
    stack: StackName,
    *,
    out: Annotated[Path, typer.Option("--out", help="The page to write: report.html.", dir_okay=False)],
    json: AsJson = False,
) -> None:
    """Draw topology, capacity and cost as one HTML page that asks nobody for anything.

    \b
    Examples:
      speech report prod-westeurope --out report.html
    """
    from speech.cli.report import command  # noqa: PLC0415  # as above

    with _exit_status():
        tell(command.report(stack, out), json=json, stack=stack, out=str(out))


models_app = typer.Typer(help="Models that custom containers may download.", no_args_is_help=True)
app.add_typer(models_app, name="models")


@models_app.callback()
def models_() -> None:
    """Models that custom containers may download."""


@models_app.command("list")
def list_models(
    stack: StackName,
    *,
    locale: Annotated[str, typer.Option("--locale", help="Of which locale: en-US.")],
    display: Annotated[list[str] | None, typer.Option("--display", help="Display models of this type instead.")] = None,
    container: Annotated[str | None, typer.Option("--container", help="Whose image lists them.")] = None,
    log: Annotated[typer.FileText | None, typer.Option("--log", help="Read the log of a run elsewhere.")] = None,
    json: AsJson = False,
) -> None:
    """List base or display models of a locale. Runs the stack's custom container here, with Docker, unless --log.

    \b
    Examples:
      speech models list onprem-westeurope --locale en-US
      speech models list onprem-westeurope --locale en-US --display Punct --json
    """
    from speech.cli import key_file, models  # noqa: PLC0415  # as above
    from speech.files import stack_file  # noqa: PLC0415  # as above

    with _exit_status():
        settings, made, project = stack_file.opened(stack)
        if log is not None:
            found = models.read(log.read(), locale, f"another machine ({log.name})")
        else:
            known, _ = key_file.values(settings, made, project)
            found = models.ask_docker(made, container, locale, display or [], known)
        typer.echo(models.as_json(found) if json else models.text(found))


account_app = typer.Typer(help="What Pulumi's provider cannot do with a Speech account.", no_args_is_help=True)
app.add_typer(account_app, name="account")


@account_app.callback()
def account() -> None:
    """What Pulumi's provider cannot do with a Speech account."""


@account_app.command()
def purge(
    stack: StackName,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: AsJson = False,
) -> None:
    """End the soft deletion of the stack's account, so that its name is free before 48 hours are over.

    \b
    Examples:
      speech account purge dev-westeurope
    """
    from speech.files import stack_file  # noqa: PLC0415  # as above

    with _exit_status():
        settings, made, _ = stack_file.opened(stack)
        from speech.cli.account import purge_of  # noqa: PLC0415  # the SDKs cost half a second

        said = purge_of(settings, made.stack, lambda question: yes or typer.confirm(question, err=True))
        tell(said, json=json, stack=made.stack)


app.add_typer(rendering.app, name="render")
app.add_typer(catalog.app, name="catalog")
app.add_typer(fleet.app, name="fleet")
app.add_typer(pipeline.app, name="pipeline")
app.add_typer(keys.app, name="keys")
app.command()(doctor.doctor)
app.command()(verify.verify)
app.command()(status.status)
app.command()(new.new)
app.command()(diff.diff)
app.command()(promote.promote)


def main() -> None:
    """Run the command and end the process with its status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal without a sign for something shows a question mark, not a traceback.
            stream.reconfigure(errors="replace")
    # Pipelines activate no environment: what lies beside this command is found after all else.
    os.environ["PATH"] = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{Path(sys.executable).parent}"
    sys.exit(app())
