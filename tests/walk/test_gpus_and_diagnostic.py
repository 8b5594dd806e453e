"""A container on GPUs, and one that runs to its end, on AKS by the real engine."""

import pytest

from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

BOTH = """\
    - name: fast
      kind: fast-transcription
      locale: en
      version: 1.0.0
      scaling: {streams_per_pod: 2}
      demand: {concurrent_streams: 2}
    - {name: check, kind: diagnostic}
"""


def test_a_file_is_transcribed_on_a_gpu_and_the_way_to_billing_is_tested_once(stack: Stack) -> None:
    """Rows: fast transcription on a GPU pool, `/stt/health`, `DECODER_COUNT`; the diagnostic is a Job."""
    stack.change("  speech:containers:\n", "  speech:acknowledge: [preview-container]\n  speech:containers:\n")
    stack.containers(BOTH)
    preview = stack.preview()
    assert stack.up().changes == preview.changes
    rows = {one["deployment"] or one["job"]: one for one in stack.workloads()}
    assert {name: row["state"] for name, row in rows.items()} == {"fast": "Running", "check": "Complete"}
    assert stack.serves("fast", "fast-transcription", status=None)
    assert stack.up().changes == {}

    (pod,) = (one["inputs"]["spec"]["template"]["spec"] for one in stack.state() if one["type"].endswith(":Deployment"))
    pools = [one["outputs"] for one in stack.state() if one["type"].endswith(":AgentPool")]
    (gpus,) = (pool for pool in pools if pool["name"] == pod["nodeSelector"]["speech-containers/pool"])
    assert "T4" in gpus["vmSize"]
    assert {"name": "DECODER_COUNT", "value": "2"} in pod["containers"][0]["env"]

    stack.destroy()
    assert stack.state() == []
