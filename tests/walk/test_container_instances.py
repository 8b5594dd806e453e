"""The stack on Container Instances, by the real engine: up, no change, changes in place and by replacement, destroy."""

import base64
from collections import defaultdict
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sandbox.home import Home
from sandbox.running import start, stop
from sandbox.verify import Target, verify
from tests.engine_harness import Run
from tests.sandbox.arm.azure_clients import Azure
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

NAME, GROUP, ACCOUNT = "groups-westeurope", "rg-speech-groups-westeurope", "contoso-speech-groups-weu"
MODEL, VOICE, OTHER_MODEL = (f"{number}f2e3d4c-0000-4000-8000-000000000000" for number in (1, 2, 3))
EVERY_GROUP = {
    "transcribe-en-1", "transcribe-en-2", "transcribe-med-1", "read-en-1", "read-en-2", "which-language-1",
    "which-language-2", "check-billing-1", "read-old-1", "read-old-2", "read-own-1", "read-own-2",
}  # fmt: skip
TYPE = "azure-native:containerinstance:ContainerGroup"


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The stack of container groups, not yet up. What it starts is stopped by its own pid."""
    home = Home(tmp_path / "home")
    try:
        stack = Stack(home, start(home), NAME)
        created = {MODEL: "2024-02-01", OTHER_MODEL: "2024-02-01", VOICE: "2019-08-01"}
        models = {name: {"locale": "en-us", "created": f"{day}T00:00:00Z"} for name, day in created.items()}
        # The stack file says that its owner has asked Azure for large groups.
        stack.ask("settings", "PUT", {"big_container_groups": True, "models": models})
        yield stack
    finally:
        stop(home)


def steps(run: Run) -> Iterator[tuple[str, str, str]]:
    """(begin or end, operation, name of the group) of every step with groups, in their order."""
    for event in run.events:
        for name, mark in (("resourcePreEvent", "begin"), ("resOutputsEvent", "end")):
            metadata = event.get(name, {}).get("metadata")
            if metadata and metadata["type"] == TYPE:
                yield mark, metadata["op"], metadata["urn"].rpartition("::")[2].removeprefix("speech-")


def gone_at_once(run: Run) -> dict[str, int]:
    """By container: how many of its groups at most were deleted and not yet made again, or being changed."""
    gone: dict[str, set[str]] = defaultdict(set)
    most: dict[str, int] = {}
    for mark, operation, group in steps(run):
        container = group.rpartition("-")[0]
        if (mark, operation) in {("begin", "delete-replaced"), ("begin", "update")}:
            gone[container].add(group)
        elif (mark, operation) in {("end", "create-replacement"), ("end", "update")}:
            gone[container].discard(group)
        if gone[container]:
            most[container] = max(most.get(container, 0), len(gone[container]))
    assert not any(gone.values()), "what went came back"
    return most


def operations(run: Run) -> dict[str, list[str]]:
    """What was done with each group, in its order."""
    found: dict[str, list[str]] = defaultdict(list)
    for mark, operation, group in steps(run):
        if mark == "begin" and operation not in {"same", "read", "refresh"}:
            found[group].append(operation)
    return dict(found)


def speech(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The rows of the containers of the stack file, by group."""
    return {row["group"]: row for row in rows if row["container"] == "speech"}


def test_every_kind_runs_and_answers_is_left_alone_and_destroyed(stack: Stack) -> None:
    preview = stack.preview()
    assert set(preview.steps.values()) <= {"create", "read"}
    first = stack.up()
    assert first.changes == preview.changes, "the first preview hid nothing"
    assert stack.up().changes == {}
    assert stack.refresh().changes == {}

    rows = speech(stack.workloads())
    assert set(rows) >= EVERY_GROUP
    containers = stack.outputs()["containers"]
    targets = [
        Target(replica["group"], found["kind"], rows[replica["group"]]["address"], ssml_voice=found["ssml_voice"] or "")
        for found in containers.values()
        for replica in found["replicas"]
        if replica["host_url"]
    ]
    said = StringIO()
    assert verify(targets, said), said.getvalue()
    assert {target.name for target in targets} == set(rows) - {"check-billing-1"}
    for name, found in containers.items():
        for replica in found["replicas"]:
            assert (replica["urls"].get("home") or "").rstrip("/") == (rows[replica["group"]]["url"] or ""), name

    stack.destroy()
    assert stack.state() == []
    assert stack.ask("workloads") == []


def test_a_new_size_replaces_groups_one_at_a_time_each_gone_before_it_comes(stack: Stack) -> None:
    stack.change("concurrent_streams: 6", "concurrent_streams: 9")
    stack.up()
    stack.change("memory_gib: 15}", "memory_gib: 14}")
    changed = stack.up()
    assert operations(changed) == {
        f"transcribe-en-{number}": ["delete-replaced", "replace", "create-replacement"] for number in (1, 2, 3)
    }
    assert gone_at_once(changed) == {"transcribe-en": 1}
    assert stack.up().changes == {}


def test_a_new_image_changes_groups_in_place_one_at_a_time(stack: Stack) -> None:
    stack.change("concurrent_streams: 6", "concurrent_streams: 9")
    stack.up()
    before = stack.outputs()["containers"]
    stack.change("locale: en-US\n      version: 5.1.0", "locale: en-US\n      version: 5.2.0")
    changed = stack.up()
    assert operations(changed) == {f"transcribe-en-{number}": ["update"] for number in (1, 2, 3)}
    assert gone_at_once(changed) == {"transcribe-en": 1}
    assert stack.outputs()["containers"] == before, "no address has changed"


def test_a_new_key_changes_groups_in_place_one_at_a_time(stack: Stack) -> None:
    made = set(operations(stack.up()))
    Azure(stack.server).speech.accounts.regenerate_key(GROUP, ACCOUNT, "Key1")
    changed = stack.up()
    done = operations(changed)
    assert done.pop("check-billing-1") == ["delete-replaced", "replace", "create-replacement"], "it has ended"
    assert {operation for each in done.values() for operation in each} == {"update"}
    assert set(done) == made - {"check-billing-1"}
    assert set(gone_at_once(changed).values()) == {1}


def test_another_model_has_another_share(stack: Stack) -> None:
    stack.up()
    before = shares(stack)
    stack.change(MODEL, OTHER_MODEL)
    changed = stack.up()
    assert operations(changed) == {"transcribe-med-1": ["delete-replaced", "replace", "create-replacement"]}
    assert len(shares(stack)) == len(before)
    assert len(shares(stack) & before) == 1, "the voice's own share stays"
    assert speech(stack.workloads())["transcribe-med-1"]["state"] == "Running"


def test_fewer_streams_take_the_last_groups_away(stack: Stack) -> None:
    stack.up()
    stack.change("concurrent_streams: 6", "concurrent_streams: 2")
    changed = stack.up()
    assert operations(changed) == {"transcribe-en-2": ["delete"]}
    assert "transcribe-en-2" not in speech(stack.workloads())


def test_a_public_stack_has_names_that_stay_and_no_network(stack: Stack) -> None:
    stack.change("exposure: internal", "exposure: public")
    stack.change("    address_space: 10.91.0.0/16\n    clients: {cidrs: [10.0.0.0/8]}\n", "")
    refused = stack.preview(expect=1)
    assert "open-endpoint" in refused.text
    stack.change("    - retired-container", "    - open-endpoint\n    - retired-container")
    stack.up()
    before = stack.outputs()["containers"]["read-en"]["host_url"]
    assert before.startswith("http://read-en-groups-westeurope-1.")
    assert before.endswith(".westeurope.azurecontainer.io:5000")
    assert not [one for one in stack.state() if one["type"] == "azure-native:network:VirtualNetwork"]

    stack.change("resources: {cpu: 6, memory_gib: 16}", "resources: {cpu: 7, memory_gib: 16}")
    changed = stack.up()
    assert "delete-replaced" in operations(changed)["read-en-1"]
    assert stack.outputs()["containers"]["read-en"]["host_url"] == before


def test_no_avx2_is_acknowledged_or_refused(stack: Stack) -> None:
    stack.change("    - no-avx2-guarantee", "    # - no-avx2-guarantee")
    refused = stack.preview(expect=1)
    assert "no-avx2-guarantee" in refused.text
    assert "Traceback" not in refused.text


def test_keys_lie_nowhere_in_clear(stack: Stack) -> None:
    said = [stack.preview(), stack.up(), stack.preview(), stack.refresh(), stack.pulumi("stack", "output")]
    said.append(stack.pulumi("stack", "export"))
    found = Azure(stack.server).speech.accounts.list_keys(GROUP, ACCOUNT)
    forms = {
        form
        for key in (found.key1, found.key2)
        for form in (key, quote(key, safe=""), base64.b64encode(key.encode()).decode())
    }
    places = {f"pulumi {' '.join(run.arguments)}": run.text.encode() for run in said}
    places |= {str(path.relative_to(stack.home.root)): path.read_bytes() for path in stack.files()}
    places |= {"journal": str(stack.ask("journal")).encode()}
    assert sorted(place for place, content in places.items() for form in forms if form.encode() in content) == []


def shares(stack: Stack) -> set[str]:
    return {one["inputs"]["shareName"] for one in stack.state() if one["type"] == "azure-native:storage:FileShare"}
