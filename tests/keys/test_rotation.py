"""`speech keys rotate` as a user runs it, by the real engine: a client that never stops asking sees no invalid key."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.home import Home
from sandbox.running import start, stop
from tests.keys.client import Client, keys
from tests.sandbox.arm.azure_clients import Azure
from tests.speech_command import ran, started
from tests.walk.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.long, pytest.mark.timeout(1800)]

NAME, GROUP, ACCOUNT = "sandbox", "rg-speech-sandbox", "contoso-speech-sandbox"
_SECONDS = 300


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The sandbox stack, up."""
    home = Home(tmp_path / "home")
    try:
        made = Stack(home, start(home))
        made.up()
        made.workloads()
        yield made
    finally:
        stop(home)


def stopped_after(stack: Stack, step: str, number: int) -> None:
    """The command, ended by force as soon as it has said so."""
    said: list[str] = []
    with started(stack, "keys", "rotate", NAME, "--yes") as process:
        assert process.stdout
        for line in process.stdout:
            said.append(line)
            if line.startswith(f"done  {step}"):
                process.send_signal(number)
                break
        process.communicate(timeout=_SECONDS)
    assert said[-1].startswith(f"done  {step}"), said
    assert process.returncode != 0


def test_both_keys_are_renewed_and_no_client_ever_meets_an_invalid_one(stack: Stack) -> None:
    before = keys(stack, GROUP, ACCOUNT)
    with Client(stack) as client:
        code, out, err = ran(stack, "keys", "rotate", NAME, "--yes")
    assert code == 0, out + err
    after = keys(stack, GROUP, ACCOUNT)
    assert not set(before.values()) & set(after.values())
    assert client.states == {"Valid"}
    assert [line.split()[1] for line in out.splitlines() if line.startswith("done")] == [
        "renew", "switch", "move", "wait", "renew", "finish",
    ]  # fmt: skip
    assert "done  renew   key2 of contoso-speech-sandbox is new; nothing ran with it" in out
    assert "done  wait    everything runs with key2, and its state is Valid" in out
    assert "Both keys are new. Containers use key2, and the stack file says so: commit it." in out
    assert "active_key: key2" in stack.file.read_text()
    assert "# you accept the licence terms" in stack.file.read_text(), "comments stay"
    for value in (*before.values(), *after.values()):
        assert value not in out + err

    # The client can tell: a key that is renewed while containers use it is refused at once.
    Azure(stack.server).speech.accounts.regenerate_key(GROUP, ACCOUNT, "Key2")
    with Client(stack) as client:
        deadline = time.monotonic() + 30
        while "Invalid" not in client.states:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_it_is_stopped_after_each_step_and_goes_on_where_it_was(stack: Stack) -> None:
    values = [keys(stack, GROUP, ACCOUNT)]
    with Client(stack) as client:
        for step, number in (
            ("renew", signal.SIGKILL),
            ("switch", signal.SIGINT),
            ("move", signal.SIGKILL),
            ("wait", signal.SIGTERM),
            ("renew", signal.SIGKILL),
        ):
            stopped_after(stack, step, number)
            values.append(keys(stack, GROUP, ACCOUNT))
        code, out, err = ran(stack, "keys", "rotate", NAME, "--yes")
    assert code == 0, out + err
    assert "goes on with the rotation that moved them there at 20" in out
    assert client.states == {"Valid"}
    first, *_, last = [*values, keys(stack, GROUP, ACCOUNT)]
    for key in ("key1", "key2"):
        assert len({one[key] for one in [*values, last]}) == 2, f"{key} is renewed once"
    assert first != last
    assert stack.up().changes == {}


def test_a_stack_file_that_asks_for_more_is_brought_up_first(stack: Stack) -> None:
    stack.change("concurrent_streams: 12", "concurrent_streams: 40")
    before = keys(stack, GROUP, ACCOUNT)
    code, _, err = ran(stack, "keys", "rotate", NAME, "--yes")
    assert code == 1
    assert "sandbox: the stack file asks for more than other keys (" in err
    assert "pulumi up --stack sandbox" in err
    assert keys(stack, GROUP, ACCOUNT) == before
