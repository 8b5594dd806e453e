"""What a stack file holds encrypted, each value by its path."""

import re
from functools import reduce
from typing import Any

import pulumi

from speech.manifests.arguments import secrets
from speech.settings.stack import Stack


def secret_at(path: str) -> pulumi.Output[str]:
    """The value at a path of the namespace `speech`, as `containers[2].options.sentiment.key`: a secret throughout.

    Settings have only its place (`speech.settings.base.Secret`); they have checked that it is there.
    """
    section, *steps = re.findall(r"[^.\[\]]+", path)
    whole: pulumi.Output[Any] = pulumi.Config("speech").require_secret_object(section)
    return whole.apply(lambda found: str(reduce(_step, steps, found)))


def _step(part: Any, step: str) -> Any:  # noqa: ANN401  # a structure of JSON
    return part[int(step)] if isinstance(part, list) else part[step]


def option_secrets(stack: Stack) -> dict[str, dict[str, pulumi.Output[str]]]:
    """What the options of each container refer to: by the container's name, then by entry."""
    named = {container.name: secrets(container.options) for container in stack.containers}
    return {
        name: {entry: secret_at(f"containers[{index}].options.{path}") for entry, path in entries.items()}
        for index, (name, entries) in enumerate(named.items())
        if entries
    }
