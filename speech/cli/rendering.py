"""`speech render`: stacks written down for hosts that Pulumi does not manage."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from speech.cli.exit_status import exit_status
from speech.cli.words import AsJson, StackName, tell

app = typer.Typer(help="Write a stack down for hosts that Pulumi does not manage.", no_args_is_help=True)
_Out = Annotated[Path, typer.Option("--out", help="The folder to write into.", file_okay=False)]


class Shell(StrEnum):
    """Shells that scripts are written for."""

    BASH = "bash"
    POWERSHELL = "powershell"


@app.callback()
def render() -> None:
    """Write a stack down for hosts that Pulumi does not manage. Keys are read from the stack's outputs."""


@app.command()
def compose(stack: StackName, *, out: _Out, json: AsJson = False) -> None:
    """Write compose.yaml, and beside it the file .env with endpoint and keys, which only you may read.

    \b
    Examples:
      speech render compose factory-westeurope --out factory
    """
    from speech.cli.render import render_compose  # noqa: PLC0415  # a command pays for its own imports only
    from speech.files import stack_file  # noqa: PLC0415  # as above

    with exit_status():
        tell(render_compose(*stack_file.opened(stack), out), json=json, stack=stack, out=str(out))


@app.command()
def docker(
    stack: StackName,
    *,
    out: _Out,
    shell: Annotated[Shell, typer.Option("--shell", help="For which shell.")] = Shell.BASH,
    volumes: Annotated[
        str | None, typer.Option("--volumes", help=r"A folder of the host for volumes: /srv/speech, C:\speech.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Write a script of plain `docker run` lines, and beside it .env with endpoint and keys.

    \b
    Examples:
      speech render docker factory-westeurope --out factory
      speech render docker factory-westeurope --out factory --shell powershell
    """
    from speech.cli.render import render_docker  # noqa: PLC0415  # as above
    from speech.files import stack_file  # noqa: PLC0415  # as above

    with exit_status():
        said = render_docker(*stack_file.opened(stack), out, shell.value, volumes)
        tell(said, json=json, stack=stack, out=str(out))


@app.command()
def kubernetes(stack: StackName, *, out: _Out, json: AsJson = False) -> None:
    """Write what runs in a cluster, for teams that apply it otherwise: keys as references only.

    \b
    Examples:
      speech render kubernetes onprem-westeurope --out gitops/speech
    """
    from speech.cli.render_kubernetes import render_kubernetes  # noqa: PLC0415  # as above
    from speech.files import stack_file  # noqa: PLC0415  # as above

    with exit_status():
        tell(render_kubernetes(*stack_file.opened(stack), out), json=json, stack=stack, out=str(out))
