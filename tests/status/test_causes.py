"""Each cause is known by the words that hosts and containers really say, and has its remedy."""

import pytest

from operations.status.causes import CAUSES, Around, cause_of, told

AROUND = Around("prod-westeurope", "speech", "kubectl -n speech logs deployment/{container} --tail 50",
                "kubectl -n speech describe pods,events")  # fmt: skip
SAID = {
    "tag": "ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image: manifest unknown",
    "pull-secret": "ImagePullBackOff: failed to authorize: 401 Unauthorized: authentication required",
    "pull": "ImagePullBackOff: Back-off pulling image",
    "memory": "OOMKilled: out of memory",
    "eula": "CrashLoopBackOff: Missing EULA=accept command line option. You must provide this to continue.",
    "licence": "CrashLoopBackOff: The licence has expired on 2026-11-01: download it again.",
    "key": "CrashLoopBackOff: Endpoint connection failed with status 'Invalid'.",
    "quota-of-account": "CrashLoopBackOff: API key is out of quota.",
    "endpoint": "CrashLoopBackOff: Invalid Billing Endpoint URI",
    "avx2": "CrashLoopBackOff: no AVX2",
    "secret": 'CreateContainerConfigError: secret "speech-key1-0a1b2c3d" not found',
    "config": "CreateContainerError: failed to reserve container name",
    "vault": 'FailedMount: MountVolume.SetUp failed for volume "speech-keys": failed to get objectType:secret: 403',
    "mount": 'FailedMount: MountVolume.SetUp failed for volume "models": mount failed: exit status 32',
    "refused": 'FailedCreate: pods "read-en-1" is forbidden: violates PodSecurity "baseline:latest"',
    "quota": "OperationNotAllowed: Operation could not be completed as it results in exceeding approved Total Regional Cores quota",
    "pool-full": "NotTriggerScaleUp: pod didn't trigger scale-up: 1 max node group size reached",
    "room": "FailedScheduling: 0/3 nodes are available: 3 Insufficient cpu.",
    "volume": "FailedScheduling: 0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
    "node": "FailedScheduling: 0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.",
    "scheduling": "FailedScheduling: 0/2 nodes are available: 2 Too many pods.",
    "liveness": "Killing: Killing container: its liveness probe failed",
    "not-ready": "NotReady: not ready after 10 minutes",
    "crash": "CrashLoopBackOff: Segmentation fault",
}


@pytest.mark.parametrize("name", [cause.name for cause in CAUSES])
def test_a_cause_is_found_by_its_words(name: str) -> None:
    found = cause_of(SAID[name])
    assert found
    assert found.name == name


@pytest.mark.parametrize("name", [cause.name for cause in CAUSES])
def test_a_cause_has_words_and_a_remedy_without_places_left_open(name: str) -> None:
    said, remedy = told(SAID[name], "transcribe-en", AROUND)
    assert said
    assert remedy
    assert "{" not in said + remedy


def test_the_licence_terms_are_accepted_by_a_command() -> None:
    assert told(SAID["eula"], "transcribe-en", AROUND) == (
        "the licence terms are not accepted",
        "pulumi config set --path speech:billing.eula accept --stack prod-westeurope; pulumi up --stack prod-westeurope",
    )


def test_last_words_that_nobody_knows_are_shown_with_the_log() -> None:
    assert told("CrashLoopBackOff: Segmentation fault", "transcribe-en", AROUND) == (
        "it ends by itself: Segmentation fault",
        "kubectl -n speech logs deployment/transcribe-en --tail 50",
    )


def test_a_long_message_is_cut() -> None:
    said, _ = told(f"ImagePullBackOff: {'x' * 500}", "transcribe-en", AROUND)
    assert len(said) < 160
    assert said.endswith("…")
