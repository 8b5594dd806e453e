"""A stack file with encrypted values, made into resources without an engine."""

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pulumi

from components.speech_platform import SpeechPlatform, SpeechPlatformArgs
from speech.capacity.planner import plan
from speech.settings.parse import parse
from tests.components.recording import Recording, record
from tests.stacks import stack_file

_MARK = "4dabf18193072939515e22adb298388d"
"""By which the engine tells a secret from a mapping."""


def clear(value: Any) -> Any:
    """Inputs without the engine's marks around secrets."""
    if isinstance(value, dict):
        return clear(value["value"]) if _MARK in value else {key: clear(each) for key, each in value.items()}
    return [clear(each) for each in value] if isinstance(value, list) else value


def deployed(
    *changes: tuple[str, object], secrets: Mapping[str, str] | None = None, preview: bool = False
) -> Recording:
    """What the components make. `secrets` has clear values by path, which the engine would have decrypted."""
    hidden = secrets or {}
    stack = parse(stack_file(*deepcopy(changes), *((path, {"secure": "v1:x:y"}) for path in hidden))).stack
    decrypted = stack_file(*deepcopy(changes), *hidden.items())
    made = plan(stack, "test")

    def configure() -> None:
        for path in hidden:
            section = path.partition(".")[0].partition("[")[0]
            pulumi.runtime.set_config(section, json.dumps(decrypted[section]))

    def program() -> Mapping[str, Any]:
        return SpeechPlatform("speech", SpeechPlatformArgs(stack=stack, plan=made)).outputs

    return record(program, preview=preview, before=configure)
