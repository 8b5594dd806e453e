"""Places on nodes that are kept free for the next pods."""

from typing import Any

from speech.manifests import spare, workload
from speech.manifests.cluster import documents
from tests.manifests.made import planned, wired

C = "speech:containers[0]"
KEPT = (f"{C}.scaling", {"spare_pods": 2})
MIRROR = ("speech:registry", {"server": "registry.contoso.example"})


def kept(*changes: tuple[str, object]) -> Any:
    made = planned(KEPT, *changes)
    return spare.documents(made.containers[0], wired(made))["spare"]


def test_a_place_is_as_large_as_a_pod_and_on_its_nodes() -> None:
    made = planned(KEPT)
    pods = workload.documents(made.containers[0], wired(made))
    (speech, holder) = (pods[role]["spec"]["template"]["spec"] for role in ("deployment", "spare"))
    assert holder["containers"][0]["resources"] == speech["containers"][0]["resources"]
    assert (holder["nodeSelector"], holder["tolerations"]) == (speech["nodeSelector"], speech["tolerations"])
    assert pods["spare"]["spec"]["replicas"] == 2


def test_whoever_keeps_a_place_gives_way_at_once_and_drives_nobody_away() -> None:
    made = planned(KEPT)
    [priority] = spare.priority_class(made, wired(made))
    assert -10 <= priority["value"] < 0, "below -10 the cluster's autoscaler makes no node for a pod"
    assert priority["preemptionPolicy"] == "Never"
    pod = kept()["spec"]["template"]["spec"]
    assert pod["priorityClassName"] == priority["metadata"]["name"]
    assert pod["terminationGracePeriodSeconds"] == 0


def test_no_service_autoscaler_or_budget_finds_what_keeps_a_place() -> None:
    made = planned(KEPT)
    [service] = [each for each in documents(made, wired(made)) if each["kind"] == "Service"]
    labels = kept()["spec"]["template"]["metadata"]["labels"]
    assert not service["spec"]["selector"].items() <= labels.items()


def test_its_image_is_that_of_the_registry_or_the_stacks() -> None:
    def image(*changes: tuple[str, object]) -> object:
        return kept(*changes)["spec"]["template"]["spec"]["containers"][0]["image"]

    assert image() == "mcr.microsoft.com/oss/kubernetes/pause:3.6"
    assert image(MIRROR) == "registry.contoso.example/oss/kubernetes/pause:3.6"
    assert image(("speech:registry", {"pause_image": "registry.contoso.example/pause:1"})).endswith("/pause:1")


def test_nothing_is_kept_unasked() -> None:
    made = planned()
    assert spare.documents(made.containers[0], wired(made)) == {}
    assert spare.priority_class(made, wired(made)) == []
