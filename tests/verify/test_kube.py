"""What pods tell of themselves, through an API that answers as written."""

from typing import Any

import pytest

from operations.verify.kube import Cluster
from operations.verify.reach import NoTunnelError
from operations.verify.target import targets
from tests.manifests.made import planned


class Api(Cluster):
    """Knows these pods."""

    def __init__(self, *pods: dict[str, Any]) -> None:
        self.namespace = "speech"
        self._pods = list(pods)

    def get(self, path: str) -> Any:
        assert path == "/api/v1/namespaces/speech/pods?labelSelector=app.kubernetes.io/name%3Dtranscribe-en"
        return {"items": self._pods}


def pod(name: str, *, ready: bool = False, state: dict[str, Any] | None = None, **status: Any) -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    statuses = [{"name": "speech", "state": state or {"running": {}}}]
    return {
        "metadata": {"name": name},
        "spec": {"containers": [{"name": "speech", "image": "one"}, {"name": "other", "image": "two"}]},
        "status": {"conditions": conditions, "containerStatuses": statuses, **status},
    }


def test_pods_that_are_ready_are_preferred_and_counted() -> None:
    assert Api(pod("a"), pod("b", ready=True)).to("transcribe-en", 5000)[1] == 1


def test_pods_that_load_their_model_are_led_to_and_none_counts_as_ready() -> None:
    assert Api(pod("a"), pod("b")).to("transcribe-en", 5000)[1] == 0


def test_why_no_pod_runs_is_told_in_the_clusters_words() -> None:
    state = {"waiting": {"reason": "ImagePullBackOff", "message": "no such tag"}}
    unplaced = {"type": "PodScheduled", "status": "False", "message": "0/3 nodes are available: 3 Insufficient cpu."}
    waiting = pod("b", state={"terminated": {}})
    waiting["status"]["conditions"].append(unplaced)
    with pytest.raises(NoTunnelError) as told:
        Api(pod("a", state=state), waiting).to("transcribe-en", 5000)
    assert str(told.value) == (
        "none of its 2 pods runs: ImagePullBackOff: no such tag; 0/3 nodes are available: 3 Insufficient cpu."
    )


def test_no_pods_at_all_are_told() -> None:
    with pytest.raises(NoTunnelError, match="it has no pods"):
        Api().to("transcribe-en", 5000)


def test_a_pod_that_is_ending_is_none_of_them() -> None:
    ending = pod("a", ready=True)
    ending["metadata"]["deletionTimestamp"] = "2026-11-21T15:00:00Z"
    assert Api(ending, pod("b", ready=True)).to("transcribe-en", 5000)[1] == 1


def test_only_the_containers_own_image_is_compared() -> None:
    [target] = targets(planned(), {})
    assert [one.image for one in Api(pod("a"), pod("b")).running(target)] == ["one", "one"]
