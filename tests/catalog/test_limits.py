import re

import pytest

from speech.catalog import aks, kinds, limits


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("aks.pool-name", "speech1", "speech-1"),
        ("aks.pool-name", "a" * 12, "a" * 13),
        ("account.custom-domain", "contoso-speech-weu", "contoso_speech"),
        ("account.custom-domain", "a" * 64, "a" * 65),
        ("vault.name", "kv-speech-1", "1-kv-speech"),
        ("vault.name", "kv-speech", "kv--speech"),
        ("storage-account.name", "stspeech1", "stSpeech"),
        ("registry.name", "acrspeech", "acr-speech"),
        ("aks.cluster-name", "aks-speech_dev", "aks-speech-"),
        ("resource-group.name", "rg-speech.dev", "rg-speech."),
        ("kubernetes.label", "transcribe-en", "Transcribe"),
        ("container-instances.group-name", "transcribe-en", "transcribe--en"),
    ],
)
def test_a_name_keeps_to_its_limit(name: str, good: str, bad: str) -> None:
    assert limits.limit(name).fault(good) is None
    assert limits.limit(name).fault(bad) is not None


def test_a_name_that_is_too_long_is_told_its_length() -> None:
    assert limits.limit("aks.pool-name").fault("speech-in-english") == (
        '"speech-in-english" has 17 characters: 1 to 12 are allowed'
    )


def test_a_container_group_holds_31_cores_and_240_gib() -> None:
    assert limits.limit("container-instances.vcpu").fault(31) is None
    assert limits.limit("container-instances.vcpu").fault(32) == "is 32: at most 31 vCPU"
    assert limits.limit("container-instances.memory-gib").fault(256) == "is 256: at most 240 GiB"


def test_a_number_below_the_least_is_a_fault() -> None:
    assert limits.limit("aks.drain-minutes").fault(4) == "is 4: at least 5 minutes"


def test_speech_ports_are_free_on_container_instances() -> None:
    assert not any(
        limits.is_reserved_port("container-instances", facts.port) for facts in kinds.kinds().values() if facts.port
    )
    assert limits.is_reserved_port("container-instances", 3390)


def test_other_hosts_reserve_no_port() -> None:
    assert not limits.is_reserved_port("docker", 22)


def test_every_pattern_is_a_regular_expression() -> None:
    for limit in limits.limits():
        assert limit.minimum <= limit.maximum, limit.name
        if limit.pattern is not None:
            re.compile(limit.pattern)


def test_pods_on_a_node_are_limited_alike_in_both_places() -> None:
    limit = limits.limit("aks.pods-per-node")
    assert (limit.minimum, limit.maximum) == (aks.pods().minimum, aks.pods().maximum)


def test_a_limit_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        limits.limit("aks.colour")
