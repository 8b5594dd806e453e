"""Container Instances: a group a replica."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.capacity.money import Part
from speech.capacity.names import dns_label, group_name
from speech.capacity.plan import PodShape, Range
from speech.catalog.limits import limit
from tests.capacity.kinds_of_all import CHECK, CUSTOM, GROUPS, LANGUAGE, STT, VOICE, fault, planned

SMALL = {**STT, "resources": {"cpu": 4, "memory_gib": 12}}
LABELS = st.from_regex(r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?", fullmatch=True)


def test_every_replica_is_a_group() -> None:
    made = planned(GROUPS, STT, VOICE)
    assert [group.name for group in made.container_groups] == [
        "transcribe-en-1", "transcribe-en-2", "transcribe-en-3", "transcribe-en-4", "read-en-1",
    ]  # fmt: skip
    assert {group.container for group in made.container_groups} == {"transcribe-en", "read-en"}


def test_what_the_peak_with_its_headroom_needs_runs_always() -> None:
    # 12 streams and a fifth on pods of 4: four groups, though the base needs one.
    demand = {"concurrent_streams": 12, "base_streams": 2}
    (found,) = planned(GROUPS, {**STT, "demand": demand}).containers
    assert found.replicas == Range(4, 4)
    assert found.fixed


def test_a_size_that_nobody_wrote_is_that_of_groups_without_a_request() -> None:
    found, voice, custom = planned(GROUPS, STT, VOICE, CUSTOM).containers
    assert (found.shape, found.streams_per_pod) == (PodShape(4, 16), 4)
    assert custom.shape == PodShape(4, 16)
    assert voice.shape == PodShape(7, 16), "the vendor's minimum has 6 cores"


def test_a_size_that_is_written_or_was_measured_stays() -> None:
    written = {**STT, "resources": {"cpu": 7, "memory_gib": 16}}
    measured = {**STT, "scaling": {"streams_per_pod": 9}}
    for container in (written, measured):
        (found,) = planned(GROUPS, container).containers
        assert found.shape == PodShape(7, 16)


def test_there_is_no_cluster() -> None:
    made = planned(GROUPS, STT)
    assert (made.system_pool, made.node_pools, made.pools) == (None, (), ())
    assert made.containers[0].pool is None


def test_a_group_holds_its_cache_too() -> None:
    (group,) = planned(GROUPS, {**SMALL, "demand": {"concurrent_streams": 2}, "options": {"diarization": {}}}).container_groups  # fmt: skip
    assert (group.cpu, group.memory_gib) == (4.25, 13)


def test_a_group_is_never_smaller_than_azure_makes_one() -> None:
    (group,) = planned(GROUPS, CHECK).container_groups
    assert (group.cpu, group.memory_gib) == (1, 1)  # container-instances-resource-and-quota-limits, 2025-11
    assert group.port is None


def test_public_groups_have_a_dns_label_each() -> None:
    made = planned(GROUPS, LANGUAGE, network={"exposure": "public"})
    labels = [group.dns_label for group in made.container_groups]
    assert labels[0] == "which-language-dev-westeurope-1"
    assert len(set(labels)) == len(labels) == 6
    assert {group.port for group in made.container_groups} == {5003}


def test_private_groups_have_none() -> None:
    assert {group.dns_label for group in planned(GROUPS, STT).container_groups} == {None}


def test_what_serves_nothing_has_no_name_in_the_world() -> None:
    assert planned(GROUPS, CHECK, network={"exposure": "public"}).container_groups[0].dns_label is None


@given(LABELS, st.integers(1, 999))
def test_group_names_hold_the_limits_of_azure(container: str, number: int) -> None:
    assert limit("container-instances.group-name").fault(group_name(container, number)) is None


@given(LABELS, st.from_regex(r"[A-Za-z0-9_.-]{1,100}", fullmatch=True), st.integers(1, 999))
def test_dns_labels_hold_the_limits_of_azure(container: str, stack: str, number: int) -> None:
    label = dns_label(container, stack, number)
    assert limit("container-instances.dns-label").fault(label) is None
    assert re.fullmatch(rf".*-{number}", label)


@given(LABELS, LABELS)
def test_two_containers_never_share_a_group(one: str, other: str) -> None:
    if one != other:
        assert group_name(one, 1) != group_name(other, 1)
        assert dns_label(one, "dev-westeurope", 1) != dns_label(other, "dev-westeurope", 1)


def test_the_quota_is_in_cores_and_groups() -> None:
    (quota,) = planned(GROUPS, SMALL, LANGUAGE).quota
    # 12 streams and a fifth on pods of 4; 24 calls on pods of 4.
    assert (quota.family, quota.vcpus, quota.groups) == ("StandardCores", 4 * 4 + 6 * 1, 4 + 6)


def test_more_than_a_subscription_has_is_worth_a_warning() -> None:
    many = {**SMALL, "demand": {"concurrent_streams": 100}}
    (found,) = planned(GROUPS, many).warnings
    assert found.path == "speech:containers"
    assert "30 groups of 120 cores in all: a subscription has 100 groups and 100 cores" in found.message


def test_a_group_above_the_standard_quota_is_worth_a_warning() -> None:
    # container-instances-resource-and-quota-limits, 2025-11: 4 vCPU and 16 GB without a request
    cached = {**STT, "resources": {"cpu": 4, "memory_gib": 15}, "options": {"diarization": {}}}
    for container, shape in ((cached, "4.25 cpu 16 GiB"), (VOICE, "7 cpu 16 GiB")):
        (found,) = [each for each in planned(GROUPS, container).warnings if each.path.endswith(".resources")]
        assert found.message == f"a group of {shape} needs a quota above 4 cpu 16 GiB: ask Azure's support for it first"
    assert not planned(GROUPS, SMALL).warnings


def test_a_group_that_its_cache_makes_too_large_is_refused() -> None:
    largest = {**STT, "resources": {"cpu": 31, "memory_gib": 64}, "options": {"diarization": {}}}
    found = fault(GROUPS, largest)
    assert found.path == "speech:containers[0].resources"
    assert found.message == "a group of 31.25 cpu 65 GiB: 31 cpu 240 GiB is the most that Azure has"


def test_groups_are_paid_by_core_and_gib() -> None:
    found = planned(GROUPS, {**SMALL, "scaling": {"streams_per_pod": 20}}, network={"exposure": "public"})
    (line,) = [line for line in found.cost.lines if line.part is Part.COMPUTE]
    assert line.amount is not None
    assert line.amount.estimated, "westeurope has no recorded price"
    # swedencentral, 2026-09: the dearest region on record.
    assert line.amount.high == pytest.approx((4 * 0.0466 + 12 * 0.00511) * 730)


def test_what_runs_once_costs_nothing_in_a_month() -> None:
    assert planned(GROUPS, STT, CHECK).cost.compute == planned(GROUPS, STT).cost.compute


def test_groups_in_a_network_of_the_stacks_leave_it_by_a_nat_gateway() -> None:
    def network(target: dict[str, object], exposure: str) -> set[str]:
        made = planned(target, STT, network={"exposure": exposure})
        return {line.what for line in made.cost.lines if line.part is Part.NETWORK}

    subnet = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/groups"
    assert network(GROUPS, "internal") == {"NAT gateway", "public addresses"}
    assert network({**GROUPS, "subnet_id": subnet}, "internal") == set()
    assert network(GROUPS, "public") == set()


def test_shares_have_no_known_price_and_none_is_made_up() -> None:
    made = planned(GROUPS, CUSTOM)
    assert made.cost.sum(Part.STORAGE) is None
    assert made.cost.sum(Part.COMPUTE) is not None
    assert made.cost.sum() is None, "a sum with an unknown part is unknown"


def test_a_group_that_goes_is_not_waited_for() -> None:
    (found,) = planned(GROUPS, STT).containers
    assert found.waits.delete_seconds < planned({"kind": "aks"}, STT).containers[0].waits.delete_seconds
