"""What a stack that is up tells about itself, asked of the engine."""

import json
import subprocess
from pathlib import Path
from typing import Any

from operations.engine import NoEngineError, pulumi

_SECONDS = 120
_UPDATES = 100


class NoOutputsError(Exception):
    """The engine knows no such stack, or may not tell. The text is a reason, in a few words."""


def outputs(stack: str, project: Path) -> dict[str, Any]:
    """The outputs of a stack, secret ones in clear. Raises NoOutputsError."""
    found: dict[str, Any] = _asked(["stack", "output", "--json", "--show-secrets", "--stack", stack], project)
    if not found:
        raise NoOutputsError(f"{stack} is not up")
    return found


def configuration(stack: str, project: Path) -> dict[str, Any]:
    """The configuration of a stack with its secrets in clear, as structures. Raises NoOutputsError."""
    keys = _asked(["config", "--json", "--show-secrets", "--stack", stack], project)
    return {key: row.get("objectValue", row.get("value")) for key, row in keys.items()}


def history(stack: str, project: Path) -> list[dict[str, Any]]:
    """The stack's last updates, newest first, secrets hidden. Raises NoOutputsError."""
    found: list[dict[str, Any]] = _asked(
        ["stack", "history", "--json", "--page-size", str(_UPDATES), "--page", "1", "--stack", stack], project
    )
    return found


def state(stack: str, project: Path) -> list[dict[str, Any]]:
    """The resources of a stack's state, secrets encrypted. Raises NoOutputsError."""
    found: dict[str, Any] = _asked(["stack", "export", "--stack", stack], project)
    return list(found["deployment"].get("resources", []))


def _asked(arguments: list[str], project: Path) -> Any:  # noqa: ANN401  # JSON
    try:
        done = pulumi(arguments, project, seconds=_SECONDS)
    except NoEngineError:
        raise NoOutputsError("pulumi is not on PATH") from None
    except subprocess.TimeoutExpired:
        raise NoOutputsError(f"pulumi did not answer within {_SECONDS} s") from None
    if done.returncode:
        raise NoOutputsError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "pulumi failed")
    return json.loads(done.stdout)
