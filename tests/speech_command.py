"""The `speech` command as a user runs it in a stack's project, in the sandbox's environment."""

import subprocess
import sys
from pathlib import Path

from tests.walk.stack import Stack

_SECONDS = 600
REPOSITORY = Path(__file__).parents[1]


def started(stack: Stack, *words: str, **more: str) -> "subprocess.Popen[str]":
    """The command at work. `more` joins the environment; an empty value takes a variable away."""
    environment = stack.environment | {"PYTHONPATH": str(REPOSITORY), "COLUMNS": "100"} | more
    return subprocess.Popen(
        [sys.executable, "-m", "speech.cli", *words],
        cwd=stack.folder,
        env={name: value for name, value in environment.items() if value},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ran(stack: Stack, *words: str, **more: str) -> tuple[int, str, str]:
    """Its exit status, and what it said on standard output and standard error."""
    with started(stack, *words, **more) as process:
        out, err = process.communicate(timeout=_SECONDS)
    return process.returncode, out, err
