"""Custom speech to text on AKS, by the real engine: the model is there before a pod serves, and no old one after."""

import httpx
import pytest

from tests.sandbox.arm.azure_clients import Azure
from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

ONE, OTHER = "0a000000-0000-4000-8000-000000000001", "0b000000-0000-4000-8000-000000000002"
CUSTOM = f"""\
    - name: custom-med
      kind: custom-speech-to-text
      version: 5.1.0
      model: {{id: {ONE}, display: {{locale: en-US, types: [Punct, Rescore]}}}}
      demand: {{concurrent_streams: 2}}
"""
CLAIM, JOB = "kubernetes:core/v1:PersistentVolumeClaim", "kubernetes:batch/v1:Job"


def names(stack: Stack, token: str) -> list[str]:
    """Of the objects of a type in the state, sorted."""
    return sorted(one["inputs"]["metadata"]["name"] for one in stack.state() if one["type"] == token)


def page(stack: Stack) -> str:
    """The home page of the container, which serves: in the sandbox it names its model."""
    return httpx.get(f"http://{stack.serves('custom-med', 'custom-speech-to-text')}/", trust_env=False).text


def test_a_model_is_downloaded_before_it_is_served_and_another_one_never_meets_the_old(stack: Stack) -> None:
    """Rows: ModelId, model volume, display models; `ModelId` is ignored once the volume holds a model."""
    stack.containers(CUSTOM)
    preview = stack.preview()
    first = stack.up()
    assert first.changes == preview.changes
    jobs, claims = names(stack, JOB), names(stack, CLAIM)
    assert (len(jobs), len(claims)) == (2, 1), "a run a group of models, into one volume"
    assert [one["state"] for one in stack.workloads() if one["job"]] == ["Complete", "Complete"]
    assert f"Model: {ONE}" in page(stack)
    assert stack.up().changes == {}

    Azure(stack.server).speech.accounts.regenerate_key("rg-speech-sandbox", "contoso-speech-sandbox", "Key1")
    rolled = {name for name, step in stack.up().steps.items() if step != "same"}
    assert rolled == {"speech-key1", "speech-key-class", "speech-custom-med-deployment"}, (
        "and no model is fetched again"
    )

    stack.change(f"id: {ONE}", f"id: {OTHER}")
    stack.up()
    assert not set(jobs) & set(names(stack, JOB))
    assert not set(claims) & set(names(stack, CLAIM)), "the old model is gone with its volume"
    assert f"Model: {OTHER}" in page(stack)

    stack.destroy()
    assert stack.state() == []
    assert stack.ask("workloads") == []
