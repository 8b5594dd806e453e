"""Custom speech to text on AKS, by the real engine: the model is there before a pod serves, and no old one after."""

import httpx
import pytest

from sandbox.speech_call import recognise
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


def address(stack: Stack) -> str:
    """Where the container's pods answer."""
    (found,) = (one["address"] for one in stack.workloads() if one["deployment"] == "custom-med")
    return str(found)


def page(stack: Stack) -> str:
    """The container's home page, which in the sandbox names its model."""
    return httpx.get(f"http://{address(stack)}/", trust_env=False).text


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
    assert "transcription" in recognise(address(stack), "", 10)
    assert stack.up().changes == {}

    stack.change(f"id: {ONE}", f"id: {OTHER}")
    stack.up()
    assert not set(jobs) & set(names(stack, JOB))
    assert not set(claims) & set(names(stack, CLAIM)), "the old model is gone with its volume"
    assert f"Model: {OTHER}" in page(stack)

    stack.destroy()
    assert stack.state() == []
    assert stack.ask("workloads") == []
