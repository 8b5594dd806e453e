"""What all commands have in common."""

from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from speech.cli import words
from speech.cli.main import app

SCHEMA = "schema"
"""What it prints is JSON anyhow."""


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(path), command
        return
    for name, each in inner.items():
        yield from commands(each, (*path, name))


COMMANDS = dict(commands(get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_its_help_has_an_example_that_calls_it(name: str) -> None:
    command = COMMANDS[name]
    assert f"speech {name}" in f"{command.help}\n{command.epilog}"


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {SCHEMA}))
def test_it_can_speak_json(name: str) -> None:
    assert "--json" in {word for parameter in COMMANDS[name].params for word in parameter.opts}


def test_a_shell_completes_the_names_of_stacks() -> None:
    assert words.stacks("prod-") == ["prod-eastus2", "prod-westeurope"]
    assert words.stacks("nowhere") == []
