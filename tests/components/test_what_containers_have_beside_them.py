"""What the components make beside a container's Deployment, and in which order, without an engine."""

from functools import cache

from tests.components.deployed import deployed
from tests.components.recording import Made, Recording

C = "speech:containers[0]"
DEMAND = {"demand": {"concurrent_streams": 1}}
MODEL = {"id": "1f2e3d4c-0000-4000-8000-000000000000", "display": {"locale": "en-US", "types": ["FullDisplay"]}}
CUSTOM = {"name": "custom-med", "kind": "custom-speech-to-text", "version": "5.1.0", "model": MODEL, **DEMAND}
MEETING = {"name": "meeting", "kind": "speech-to-text", "locale": "en-US", "version": "5.1.0", **DEMAND}
FAST = {
    "name": "fast",
    "kind": "fast-transcription",
    "locale": "en",
    "version": "1.0.0",
    "scaling": {"streams_per_pod": 2},
    **DEMAND,
}
JOB, CLAIM = "kubernetes:batch/v1:Job", "kubernetes:core/v1:PersistentVolumeClaim"


@cache
def custom() -> Recording:
    return deployed((C, CUSTOM))


def awaited(made: Made) -> set[str]:
    """The logical names of what the engine makes first."""
    needed = made.opts.depends_on
    assert isinstance(needed, list)
    return {one._name for one in needed}  # type: ignore[union-attr]


def test_models_are_downloaded_one_group_after_the_other_and_pods_come_last() -> None:
    """Row: download runs before the Deployment rolls."""
    recording = custom()
    model, shown = recording.all(JOB)
    (claim,) = recording.all(CLAIM)
    deployment = recording.one("kubernetes:apps/v1:Deployment")
    assert claim.name in awaited(model)
    assert model.name in awaited(shown)
    assert {claim.name, model.name, shown.name} <= awaited(deployment)
    assert {claim.name, model.name, shown.name} <= awaited(recording.one("kubernetes:core/v1:Service"))


def test_a_job_that_is_done_is_left_alone_and_waited_for_as_long_as_it_may_take() -> None:
    for job in custom().all(JOB):
        assert job.opts.ignore_changes == ["spec"]
        timeouts = job.opts.custom_timeouts
        assert timeouts is not None
        assert int(str(timeouts.create).removesuffix("s")) > job.inputs["spec"]["activeDeadlineSeconds"]


def test_a_claim_is_waited_for_until_the_last_stream_of_its_old_pods_has_ended() -> None:
    (claim,) = custom().all(CLAIM)
    pod = custom().one("kubernetes:apps/v1:Deployment").inputs["spec"]["template"]["spec"]
    timeouts = claim.opts.custom_timeouts
    assert timeouts is not None
    assert int(str(timeouts.delete).removesuffix("s")) > pod["terminationGracePeriodSeconds"]


def test_another_model_is_another_claim_and_another_job_beside_the_old_ones() -> None:
    other = deployed((C, {**CUSTOM, "model": {**MODEL, "id": "another"}}))
    for token in (CLAIM, JOB):
        assert not {made.name for made in other.all(token)} & {made.name for made in custom().all(token)}


def test_volumes_on_aks_are_of_a_class_that_many_nodes_may_write() -> None:
    (claim,) = custom().all(CLAIM)
    assert claim.inputs["spec"]["storageClassName"] == "azurefile-csi"
    assert claim.inputs["spec"]["accessModes"] == ["ReadWriteMany"]


def test_a_cache_is_there_before_the_container_that_asks_it() -> None:
    recording = deployed((C, {**MEETING, "options": {"diarization": {}}}))
    deployments = {made.name: made for made in recording.all("kubernetes:apps/v1:Deployment")}
    assert set(deployments) == {"speech-meeting-deployment", "speech-meeting-cache-deployment"}
    assert "speech-meeting-cache-deployment" in awaited(deployments["speech-meeting-deployment"])


def test_a_container_that_needs_none_of_this_has_none_of_it() -> None:
    recording = deployed((C, MEETING))
    assert not recording.all(JOB)
    assert not recording.all(CLAIM)
    assert len(recording.all("kubernetes:apps/v1:Deployment")) == 1


def test_the_policies_of_a_container_are_there_before_its_pods_and_go_after_them() -> None:
    deployment = custom().one("kubernetes:apps/v1:Deployment")
    policies = {f"speech-policy-{what}-of-custom-med" for what in ("calls", "clients", "setup")}
    assert policies <= awaited(deployment)
    assert policies <= awaited(custom().all(JOB)[0])


def test_gpus_are_offered_before_a_container_asks_for_one() -> None:
    fast = (C, FAST)
    recording = deployed(fast, ("speech:acknowledge", ["preview-container"]))
    deployment = recording.one("kubernetes:apps/v1:Deployment")
    assert recording.one("kubernetes:apps/v1:DaemonSet").name in awaited(deployment)
    limits = deployment.inputs["spec"]["template"]["spec"]["containers"][0]["resources"]["limits"]
    assert limits["nvidia.com/gpu"] == "1"
    assert not custom().all("kubernetes:apps/v1:DaemonSet")


def test_the_diagnostic_is_a_job_and_nothing_else() -> None:
    recording = deployed(("speech:containers", [MEETING, {"name": "check", "kind": "diagnostic"}]))
    (job,) = recording.all(JOB)
    assert [made.token for made in recording.made if made.parent == "speech-check"] == [JOB]
    assert job.inputs["metadata"]["name"] == "check"
    assert recording.outputs["containers"]["check"]["host_url"] is None
