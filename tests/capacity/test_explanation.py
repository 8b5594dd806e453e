"""Why a pool is as it is, and why no other size was taken."""

import pytest

from speech.capacity.explanation import Ground, PoolExplanation, explain
from speech.capacity.planner import plan
from speech.catalog.vm_sizes import vm_sizes
from speech.settings.parse import parse
from tests.capacity.kinds_of_all import AKS, CHECK, DOCKER, FAST, RISKS, STT
from tests.stacks import stack_file


def explained(target: dict[str, object], *containers: dict[str, object]) -> tuple[PoolExplanation, ...]:
    changes = [("speech:target", target), ("speech:containers", list(containers)), ("speech:acknowledge", RISKS)]
    stack = parse(stack_file(*changes)).stack
    return explain(stack, plan(stack, "dev"))


def reason(of: PoolExplanation, vm_size: str) -> str:
    (found,) = [each.reason for each in of.rejected if each.vm_size == vm_size]
    return found


@pytest.mark.parametrize(
    ("vm_size", "words"),
    [
        ("Standard_D8ps_v5", "ARM64"),
        ("Standard_D8s_v3", "2.1 GHz"),
        ("Standard_B8s_v2", "burstable"),
        ("Standard_F8s_v2", "retires 2028-11-15"),
        ("Standard_D4as_v5", "does not fit by 3640m"),  # 7 - (4 - 0.14 - 0.5)
        ("Standard_D8ls_v5", "does not fit by 2.4 GiB"),
        ("Standard_D8s_v4", "dearer by 9.4 %"),  # (0.460 + 0.052) / (0.416 + 0.052), with disks of P15
        ("Standard_NC16as_T4_v3", "an NVIDIA T4 that no pod needs"),
    ],
)
def test_every_other_size_has_its_reason(vm_size: str, words: str) -> None:
    (pool,) = explained(AKS, STT)
    assert pool.vm_size == "Standard_D8as_v5"
    assert reason(pool, vm_size) == words


def test_every_size_of_the_catalogue_is_the_pools_or_rejected() -> None:
    for pool in explained(AKS, STT, FAST):
        assert {pool.vm_size, *(each.vm_size for each in pool.rejected)} == {size.name for size in vm_sizes()}
        assert len(pool.rejected) == len(vm_sizes()) - 1


def test_what_the_stack_file_does_not_allow_is_told_from_what_does_not_fit() -> None:
    (pool,) = explained({**AKS, "vm_sizes": ["Standard_D8s_v5", "Standard_D16s_v5"]}, STT)
    assert reason(pool, "Standard_D8as_v5") == "not in the allow-list"
    assert reason(pool, "Standard_D16s_v5").startswith("dearer by")


def test_a_size_without_the_wanted_disk_says_so() -> None:
    (pool,) = explained({**AKS, "os_disk": "ephemeral"}, STT)
    assert reason(pool, "Standard_D8as_v5") == "no place for an ephemeral disk"


def test_a_gpu_pool_says_what_a_smaller_gpu_node_lacks() -> None:
    speech, gpu = explained(AKS, STT, FAST)
    assert reason(gpu, "Standard_NC8as_T4_v3") == "does not fit by 680m"
    assert reason(gpu, speech.vm_size) == "no GPU"


def test_sentences_say_size_count_and_of_each_ground_the_nearest() -> None:
    (pool,) = explained({**AKS, "zones": ["1", "2", "3"], "system_nodes": 3}, STT, CHECK)
    words = pool.sentences
    assert words[0] == "speech: a node of Standard_D8as_v5 leaves 7.32 cpu and 29.0 GiB to pods, 1 of 7 cpu 16 GiB"
    assert "speech: 3 nodes at the peak for 3 pods of transcribe-en, in any order, one in each of 3 zones" in words
    (dearer,) = [each for each in words if Ground.DEARER in each]
    assert dearer.startswith("speech: not taken, dearer at the peak: Standard_D8as_v6 (dearer by 4.9 %), ")
    assert max(map(len, words)) < 240


def test_a_size_that_costs_as_much_says_why_it_was_not_taken() -> None:
    many = {**STT, "demand": {"concurrent_streams": 30}}
    (pool,) = explained({**AKS, "vm_sizes": ["Standard_D8as_v5", "Standard_D16as_v5"]}, many)
    alike = [each for each in pool.rejected if each.ground is Ground.ALIKE]
    assert [each.reason for each in alike] == ["costs about as much, but its price is an estimate"]


def test_hosts_without_nodes_have_nothing_to_explain() -> None:
    assert explained(DOCKER, STT) == ()
