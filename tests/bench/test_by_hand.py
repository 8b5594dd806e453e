"""The program by hand is a fair measure: it makes what the toolkit makes."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import pulumi
import pytest

from bench.by_hand import account as account_by_hand
from bench.by_hand.build import build
from bench.by_hand.region import region
from bench.numbers import by_hand
from bench.registered import differences
from components import deleted_account
from components.speech_platform import SpeechPlatform, SpeechPlatformArgs
from speech.capacity.planner import plan
from speech.settings.parse import parse
from speech.settings.target import AksTarget
from tests.components.recording import Made, Recording, record
from tests.stacks import stack_file

FIXED = {
    "name": "transcribe-de",
    "kind": "speech-to-text",
    "locale": "de-DE",
    "version": "3.7.0",
    "demand": {"concurrent_streams": 3},
    "scaling": {"by": "fixed"},
}
STACKS = {
    "one container": stack_file(),
    "two containers, one with a fixed number of pods": stack_file(
        ("speech:containers", [*stack_file()["speech:containers"], FIXED])
    ),
    "an account that may come back": stack_file(("speech:account.on_soft_deleted", "restore")),
}


@pytest.fixture(autouse=True)
def no_account_is_soft_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one question that does not go through the engine."""
    for module in (deleted_account, account_by_hand):
        monkeypatch.setattr(module, "is_deleted", lambda *_: False)


@dataclass(frozen=True)
class Both:
    """What the toolkit and the program by hand would have made."""

    toolkit: Recording
    by_hand: Recording


def both(keys: Mapping[str, Any], **changed: Any) -> Both:
    stack = parse(keys).stack
    target = stack.target
    assert isinstance(target, AksTarget)
    made = plan(stack, "test")
    (given,) = by_hand({"speech": keys}, "test")["by-hand:regions"]

    def program() -> Mapping[str, Any]:
        return SpeechPlatform("speech", SpeechPlatformArgs(stack=stack, plan=made)).outputs

    return Both(record(program), record(lambda: build(replace(region(given), **changed))))


def custom(recording: Recording) -> Iterator[Made]:
    return (made for made in recording.made if not made.token.startswith(("speech:", "pulumi:pulumi:")))


def inputs(recording: Recording) -> dict[tuple[str, str], Any]:
    return {(made.token, made.name): deepcopy(made.inputs) for made in custom(recording)}


def asked(recording: Recording) -> dict[tuple[str, str], dict[str, Any]]:
    """What else the engine is told of each resource. Aliases, parents and order are each program's own."""
    return {(made.token, made.name): _options(made.opts) for made in custom(recording)}


def _options(opts: pulumi.ResourceOptions) -> dict[str, Any]:
    timeouts = opts.custom_timeouts
    replaced_with = opts.replace_with or []
    assert isinstance(replaced_with, list)
    return {
        "protect": bool(opts.protect),
        "ignore_changes": opts.ignore_changes or [],
        "replace_on_changes": opts.replace_on_changes or [],
        "delete_before_replace": opts.delete_before_replace,
        "deleted_with": opts.deleted_with._name if isinstance(opts.deleted_with, pulumi.Resource) else None,
        "replace_with": [one._name for one in replaced_with],
        "timeouts": timeouts and [timeouts.create, timeouts.update, timeouts.delete],
    }


@pytest.mark.parametrize("stack", STACKS)
def test_it_registers_the_same_resources_with_the_same_inputs(stack: str) -> None:
    found = both(STACKS[stack])
    assert len(inputs(found.toolkit)) > 25
    assert differences(inputs(found.toolkit), inputs(found.by_hand), ("toolkit", "by hand")) == []


def test_it_asks_the_engine_for_the_same_care() -> None:
    found = both(stack_file())
    assert differences(asked(found.toolkit), asked(found.by_hand), ("toolkit", "by hand")) == []


def test_another_number_in_its_stack_file_would_be_seen() -> None:
    found = both(stack_file(), grace_seconds=1)
    lines = differences(inputs(found.toolkit), inputs(found.by_hand), ("toolkit", "by hand"))
    assert any("terminationGracePeriodSeconds: 3660.0 toolkit, 1.0 by hand" in line for line in lines)


def test_a_container_that_it_forgets_would_be_seen() -> None:
    found = both(stack_file(), containers=())
    lines = differences(inputs(found.toolkit), inputs(found.by_hand), ("toolkit", "by hand"))
    assert "kubernetes:apps/v1:Deployment speech-transcribe-en-deployment: only toolkit" in lines


def test_it_uses_nothing_of_the_toolkit() -> None:
    program = "import sys, bench.by_hand.build; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert {"bench", "pulumi_azure_native"} <= set(done.stdout.split())
    assert not {"speech", "components"} & set(done.stdout.split())
