"""What happens to a deleted account's name, and what can be done about it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.home import environment
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine
REPOSITORY = Path(__file__).resolve().parents[2]


def speech(stack: Stack, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **environment(stack.home, stack.server.url)}
    command = [sys.executable, "-m", "speech.cli", *words]
    return subprocess.run(command, cwd=REPOSITORY, env=env, text=True, capture_output=True, timeout=60, check=False)


def test_a_deleted_account_is_brought_back_where_the_stack_file_says_so(stack: Stack) -> None:
    stack.up()
    stack.destroy()
    assert "create" in stack.up().changes
    assert stack.up().changes == {}


def test_otherwise_the_name_is_refused_until_it_is_purged(stack: Stack) -> None:
    stack.change("on_soft_deleted: restore", "on_soft_deleted: fail")
    stack.up()
    stack.destroy()
    for refused in (stack.preview(expect=1), stack.up(expect=1)):
        assert "on_soft_deleted: restore" in refused.diagnostics
        assert "speech account purge sandbox" in refused.diagnostics
        assert "Traceback" not in refused.diagnostics

    purged = speech(stack, "account", "purge", str(stack.file), "--yes")
    assert (purged.returncode, purged.stdout) == (0, "contoso-speech-sandbox is purged: its name is free\n"), (
        purged.stderr
    )
    again = speech(stack, "account", "purge", str(stack.file), "--yes")
    assert again.stdout == "contoso-speech-sandbox is not soft-deleted: nothing to purge\n"
    stack.up()


def test_a_purge_without_a_subscription_says_what_is_missing() -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ARM_", "AZURE_"))}
    command = [sys.executable, "-m", "speech.cli", "account", "purge", "sandbox", "--yes"]
    done = subprocess.run(command, cwd=REPOSITORY, env=env, text=True, capture_output=True, timeout=60, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "set ARM_SUBSCRIPTION_ID" in done.stderr
