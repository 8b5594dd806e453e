"""The stack file as the engine hands it to a running program."""

import json
from typing import Any

import pulumi.runtime

from speech.settings.faults import InvalidStackError, render


def configuration() -> dict[str, Any]:
    """Every key of the stack's configuration, structured values as structures.

    The engine passes structured values as JSON text and secrets decrypted; settings drop the latter at once.
    """
    return {key: _structure(value) for key, value in pulumi.runtime.get_config_env().items()}


def _structure(value: str) -> Any:  # noqa: ANN401  # whatever the stack file holds
    return json.loads(value) if value[:1] in {"{", "["} else value


def refusal(error: InvalidStackError, stack: str) -> pulumi.RunError:
    """The faults of a stack file as the program's error: words for a person, no traceback."""
    return pulumi.RunError("\n".join([f"stack {stack}: {error}", *render(error.faults)]))
