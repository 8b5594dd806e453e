"""What ends a command: 0 done, 1 the check or change failed, 2 the input is wrong."""

import typer

from speech.settings.faults import InvalidStackError, render


class exit_status:  # noqa: N801  # reads as a statement
    """Turns what is wrong with the input, or what failed, into words on standard error and an exit status."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from speech.files.stack_file import FailedError, UnreadableError  # noqa: PLC0415  # only a failure needs it

        if isinstance(error, InvalidStackError):
            where = next(iter(getattr(error, "__notes__", [])), "stack")
            typer.echo("\n".join([f"{where}: {error}", *render(error.faults)]), err=True)
            raise typer.Exit(2) from None
        if isinstance(error, UnreadableError):
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None
        if isinstance(error, FailedError):
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
