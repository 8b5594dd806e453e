"""What waits for what."""

import pulumi

from tests.components.deployed import deployed
from tests.components.recording import Recording
from tests.components.test_speech_platform import SECOND
from tests.stacks import stack_file


def two_containers() -> Recording:
    return deployed(("speech:containers", [*stack_file()["speech:containers"], SECOND]))


def needed(recording: Recording, name: str) -> list[str]:
    found = recording.named(name).opts.depends_on
    assert isinstance(found, list)
    return [one._name for one in found if isinstance(one, pulumi.Resource)]


def test_a_container_waits_for_the_policy_of_its_own_clients_and_for_no_others() -> None:
    for name in ("transcribe-en", "transcribe-de"):
        policies = [one for one in needed(two_containers(), f"speech-{name}-deployment") if "-policy-" in one]
        assert "speech-policy-default-deny" in policies
        assert [one for one in policies if "-clients-of-" in one] == [f"speech-policy-clients-of-{name}"]


def test_what_a_container_waits_for_does_not_grow_with_the_number_of_containers() -> None:
    name = "speech-transcribe-en-deployment"
    assert len(needed(deployed(), name)) == len(needed(two_containers(), name)) > 0
