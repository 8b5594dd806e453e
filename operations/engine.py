"""The engine as one command, from its start to its end."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from speech.files.stack_file import FailedError


class NoEngineError(FailedError):
    """There is no engine. The text says where it is to be had."""

    def __init__(self) -> None:
        super().__init__("pulumi is not on PATH: https://www.pulumi.com/docs/install")


def pulumi(
    words: Sequence[str], project: Path, *, seconds: float | None = None, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """One command in a project, which asks nobody anything. `environment` joins this process's own.

    Raises NoEngineError, and subprocess.TimeoutExpired after that many seconds.
    """
    engine = shutil.which("pulumi")
    if engine is None:
        raise NoEngineError
    return subprocess.run(  # noqa: S603  # our own words and the stack's name, no shell
        [engine, *words, "--cwd", str(project), "--non-interactive", "--color", "never"],
        env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
