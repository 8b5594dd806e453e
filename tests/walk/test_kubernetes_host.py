"""A cluster that was there before the stack, by the real engine."""

import base64
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from sandbox.home import Home
from sandbox.running import start, stop
from sandbox.verify import Target, verify
from tests.sandbox.arm.azure_clients import Azure
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

GROUP, ACCOUNT = "rg-speech-onprem-westeurope", "contoso-speech-onprem-weu"
NODE = {"feature.node.kubernetes.io/cpu-cpuid.AVX2": "true"}
SENTIMENT_KEY = "planted-sentiment-key-of-the-stack-file"


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The stack file of an own cluster, which is there; not yet up."""
    home = Home(tmp_path / "home")
    try:
        stack = Stack(home, start(home), "onprem-westeurope")
        stack.secret("speech:target.kubeconfig", json.dumps(stack.cluster("factory", NODE)))
        stack.secret("speech:containers[0].options.sentiment.key", SENTIMENT_KEY)
        yield stack
    finally:
        stop(home)


def steps(run: Any, *but: str) -> dict[str, str]:
    return {name: step for name, step in run.steps.items() if step not in {"same", "read", *but}}


def test_an_own_cluster_gets_its_containers_changes_in_place_and_is_left_as_it_was(stack: Stack) -> None:
    preview = stack.preview()
    first = stack.up()
    assert first.changes == preview.changes, "the first preview hid nothing"
    assert stack.up().changes == {}
    assert not {one["type"] for one in stack.state()} & {
        "azure-native:containerservice:ManagedCluster",
        "azure-native:network:VirtualNetwork",
    }

    rows = stack.workloads()
    assert {row["deployment"]: row["state"] for row in rows} == {
        "transcribe-en": "Running",
        "which-language": "Running",
    }, rows
    outputs = stack.outputs()
    kinds = {name: found["kind"] for name, found in outputs["containers"].items()}
    said = StringIO()
    assert verify([Target(row["deployment"], kinds[row["deployment"]], row["address"]) for row in rows], said), (
        said.getvalue()
    )

    stack.change("concurrent_streams: 24", "concurrent_streams: 40")
    assert steps(stack.up()) == {"speech-transcribe-en-autoscaler": "update"}

    stack.destroy()
    assert stack.state() == []
    assert stack.ask("workloads") == []
    assert [one["name"] for one in stack.ask("clusters")] == ["factory"]


def test_another_key_reaches_the_pods_that_use_it_by_a_secret_of_another_name(stack: Stack) -> None:
    stack.up()
    before = secrets(stack)
    Azure(stack.server).speech.accounts.regenerate_key(GROUP, ACCOUNT, "Key1")
    changed = steps(stack.up())
    assert changed.pop("speech-key1") == "update"
    assert {name for name, step in changed.items() if step == "update"} == {
        "speech-transcribe-en-deployment",
        "speech-which-language-deployment",
    }
    after = secrets(stack)
    assert len(after - before) == len(before - after) == 1, "one Secret took another's place"
    assert {row["state"] for row in stack.workloads()} == {"Running"}, "with the new key"

    stack.secret("speech:containers[0].options.sentiment.key", "another-sentiment-key")
    changed = steps(stack.up())
    assert {name for name, step in changed.items() if step == "update"} == {
        "speech-transcribe-en-sentiment-key",
        "speech-transcribe-en-deployment",
    }


def test_kubeconfig_and_keys_lie_nowhere_in_clear(stack: Stack) -> None:
    said = [stack.preview(), stack.up(), stack.preview(), stack.refresh()]
    said += [stack.pulumi("stack", "output"), stack.pulumi("stack", "export")]
    account = Azure(stack.server).speech.accounts.list_keys(GROUP, ACCOUNT)
    token = stack.cluster("factory", NODE)["users"][0]["user"]["token"]
    forms = [
        form
        for secret in (str(account.key1), str(account.key2), token, SENTIMENT_KEY)
        for form in (secret, base64.b64encode(secret.encode()).decode())
    ]
    places = {f"pulumi {' '.join(run.arguments)}": run.text.encode() for run in said}
    # The clusters' own store, as a real cluster keeps it, is the one more exception.
    doubles = {stack.home.kube_store.name, stack.home.kube_clusters.name}
    places |= {
        str(path.relative_to(stack.home.root)): path.read_bytes()
        for path in stack.files()
        if not any(path.name.startswith(name) for name in doubles)
    }
    assert sorted(place for place, content in places.items() for form in forms if form.encode() in content) == []


def secrets(stack: Stack) -> set[str]:
    """The names of the namespace's Secrets."""
    return {one["id"] for one in stack.state() if one["type"] == "kubernetes:core/v1:Secret"}
