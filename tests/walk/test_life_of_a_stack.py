"""The sandbox stack from its first preview to its end, by the real engine."""

import base64
import os
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.sandbox.arm.azure_clients import Azure
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

GROUP, ACCOUNT = "rg-speech-sandbox", "contoso-speech-sandbox"


def test_a_stack_is_previewed_made_changed_in_place_refreshed_and_destroyed(stack: Stack) -> None:
    preview = stack.preview()
    assert set(preview.steps.values()) == {"create"}

    first = stack.up()
    assert first.changes == preview.changes, "the first preview hid nothing"
    assert stack.up().changes == {}

    stack.change("concurrent_streams: 12", "concurrent_streams: 30")
    changed = stack.up()
    assert changed.changes == {"update": 2}
    assert {name for name, step in changed.steps.items() if step != "same"} == {
        "speech-speech-pool",
        "speech-transcribe-en-autoscaler",
    }

    # Azure lists the Speech pool in the cluster, too: the first refresh learns of it, and plans nothing from it.
    assert stack.refresh().changed == {"speech-cluster": {"agentPoolProfiles"}}
    assert stack.up().changes == {}
    assert stack.refresh().changes == {}

    stack.destroy()
    assert stack.state() == []
    assert stack.ask("workloads") == []


def test_the_billing_key_lies_nowhere_in_clear(stack: Stack) -> None:
    said = [stack.preview(), stack.up(), stack.preview(), stack.refresh()]
    said.append(stack.pulumi("stack", "output"))
    said.append(stack.pulumi("stack", "export"))
    keys = _keys(stack)
    assert stack.outputs("--show-secrets")["keys"] == keys, "it is there for those who ask"

    forms = {
        form for key in keys.values() for form in (key, quote(key, safe=""), base64.b64encode(key.encode()).decode())
    }
    places = {f"pulumi {' '.join(run.arguments)}": run.text.encode() for run in said}
    places |= {str(path.relative_to(stack.home.root)): path.read_bytes() for path in stack.files()}
    places |= {"journal": str(stack.ask("journal")).encode(), **_processes()}
    leaks = sorted(place for place, content in places.items() for form in forms if form.encode() in content)
    assert leaks == []


def test_the_search_for_keys_would_find_one(stack: Stack) -> None:
    (stack.home.logs / "leak.log").write_text("key=planted")
    assert any(b"planted" in path.read_bytes() for path in stack.files())


def test_a_new_key_rolls_the_pods_without_a_key_in_any_document(stack: Stack) -> None:
    stack.up()
    before = _deployment(stack)
    Azure(stack.server).speech.accounts.regenerate_key(GROUP, ACCOUNT, "Key1")
    changed = stack.up()
    assert {name for name, step in changed.steps.items() if step == "update"} == {
        "speech-key1",
        "speech-key-class",
        "speech-transcribe-en-deployment",
    }
    assert [one["state"] for one in stack.workloads()] == ["Running"], "with the new key"
    assert _deployment(stack) != before


def test_a_refused_stack_file_ends_the_program_with_its_faults_and_no_traceback(stack: Stack) -> None:
    stack.change("eula: accept", "eula: maybe")
    refused = stack.preview(expect=1)
    assert "speech:billing.eula" in refused.text
    assert "Traceback" not in refused.text


def _keys(stack: Stack) -> dict[str, str]:
    found = Azure(stack.server).speech.accounts.list_keys(GROUP, ACCOUNT)
    assert found.key1
    assert found.key2
    return {"key1": found.key1, "key2": found.key2}


def _deployment(stack: Stack) -> object:
    return next(one["inputs"] for one in stack.state() if one["type"] == "kubernetes:apps/v1:Deployment")


def _processes() -> dict[str, bytes]:
    """Command lines and environments of all processes of this user."""
    found = {}
    for process in Path("/proc").iterdir():
        for part in ("cmdline", "environ"):
            try:
                found[f"{process.name} {part}"] = (process / part).read_bytes()
            except OSError:
                continue
    assert f"{os.getpid()} cmdline" in found
    return found
