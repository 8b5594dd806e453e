"""The plan as a whole."""

import time

import pytest

from speech.capacity.money import Amount, Part
from speech.capacity.plan import Plan, Range
from speech.capacity.planner import plan
from speech.catalog.vm_sizes import vm_size
from speech.settings.faults import InvalidStackError
from speech.settings.parse import parse
from tests.stacks import stack_file

C = "speech:containers[0]"


def planned(*changes: tuple[str, object]) -> Plan:
    return plan(parse(stack_file(*changes)).stack, "dev-westeurope")


def test_what_the_plan_says_of_a_container() -> None:
    (container,) = planned().containers
    assert container.image == (
        "mcr.microsoft.com/azure-cognitive-services/speechservices/speech-to-text:5.1.0-amd64-en-us"
    )
    assert container.host_url == "ws://transcribe-en.speech.svc.cluster.local:5000"
    assert container.decoders_env == "DECODER_MAX_COUNT"
    assert container.decoders == container.streams_per_pod == 7
    assert container.replicas == Range(2, 3)


def test_an_image_may_be_named_by_tag_digest_or_repository() -> None:
    assert (
        planned((f"{C}.version", None), (f"{C}.tag", "latest")).containers[0].image.endswith("/speech-to-text:latest")
    )
    digest = "sha256:" + "0" * 64
    assert (
        planned((f"{C}.version", None), (f"{C}.digest", digest))
        .containers[0]
        .image.endswith(f"/speech-to-text@{digest}")
    )
    own = {"repository": "contoso.azurecr.io/stt", "tag": "1"}
    assert planned((f"{C}.version", None), (f"{C}.image", own)).containers[0].image == "contoso.azurecr.io/stt:1"


def test_quota_counts_the_surge_node_and_the_system_pool() -> None:
    made = planned(("speech:target.vm_size", "Standard_D8as_v5"), ("speech:target.system_vm_size", "Standard_D4as_v5"))
    (pool,) = made.node_pools
    assert pool.nodes == Range(2, 3)
    assert [(quota.family.lower(), quota.vcpus) for quota in made.quota] == [
        ("standarddasv5family", (3 + 1) * 8 + (1 + 1) * 4)
    ]


def lines(made: Plan) -> dict[str, Amount]:
    assert all(line.amount for line in made.cost.lines)
    return {line.what: line.amount for line in made.cost.lines if line.amount}


def test_each_thing_that_is_paid_for_is_a_line() -> None:
    made = planned(("speech:target.vm_size", "Standard_D8as_v5"), ("azure-native:location", "eastus"))
    size = vm_size("Standard_D8as_v5")
    assert size is not None
    hourly = size.hourly_usd("eastus")
    assert hourly is not None
    found = lines(made)
    assert found["speech pool"].known == pytest.approx((2 * hourly * 730, 3 * hourly * 730), abs=0.01)
    assert found["speech disks"].known == pytest.approx((2 * 38.01, 3 * 38.01), abs=0.05)  # P15, eastus, 2026-09
    assert found["system disks"].known == pytest.approx((19.71, 19.71))  # P10, eastus, 2025-07
    assert found["Free tier"].known == (0, 0)
    assert found["NAT gateway"].known == pytest.approx((32.85, 32.85))  # 0.045 an hour, 2025-07
    assert found["public addresses"].known == pytest.approx((3.65, 3.65))  # 0.005 an hour, 2026-06
    assert set(found) == {
        "speech pool", "speech disks", "system pool", "system disks", "Free tier", "NAT gateway", "public addresses",
    }  # fmt: skip


def test_the_cost_of_compute_is_the_sum_of_its_lines() -> None:
    made = planned(("azure-native:location", "eastus"))
    found = [line for line in made.cost.lines if line.part is Part.COMPUTE]
    assert made.cost.compute == pytest.approx(
        tuple(sum(line.usd[end] for line in found if line.usd) for end in (0, 1)), abs=0.02
    )


def test_a_sum_with_an_estimate_in_it_is_not_known() -> None:
    made = planned(("speech:target.vm_size", "Standard_D8as_v5"))
    assert lines(made)["speech pool"].known is not None
    assert lines(made)["speech disks"].known is None, "no price of a disk in westeurope is known"
    assert made.cost.compute is None
    estimate = made.cost.sum(Part.COMPUTE)
    assert estimate is not None
    assert estimate.estimated
    assert estimate.high > lines(made)["speech pool"].high


def test_nodes_with_disks_of_their_own_pay_for_none() -> None:
    made = planned(("speech:target.vm_size", "Standard_D8ds_v5"), ("speech:target.os_disk", "ephemeral"))
    assert made.node_pools[0].disk.ephemeral
    assert "speech disks" not in lines(made)


def exposed(*changes: tuple[str, object], **network: object) -> Plan:
    return planned(("speech:network", {"clients": {"cidrs": ["203.0.113.0/24"]}, **network}), *changes)


def test_what_is_exposed_pays_for_its_load_balancer_and_addresses() -> None:
    inside, outside = exposed(exposure="internal"), exposed(exposure="public")
    assert lines(inside)["load balancer"].known == pytest.approx((18.25, 18.25))  # 0.025 an hour, 2026-06
    assert lines(inside)["public addresses"].low == pytest.approx(3.65), "the way out has one"
    assert lines(outside)["public addresses"].low == pytest.approx(2 * 3.65), "and each public container one more"


def test_more_than_five_rules_of_a_load_balancer_are_an_estimate() -> None:
    (one,) = stack_file()["speech:containers"]
    six = [{**one, "name": f"transcribe-{letter}"} for letter in "abcdef"]
    made = exposed(("speech:containers", six), exposure="internal")
    assert lines(made)["load balancer"].known is None
    assert lines(exposed(("speech:containers", six[:5]), exposure="internal"))["load balancer"].known is not None


def test_private_endpoints_are_paid_for_where_they_are_asked_for() -> None:
    made = planned(("speech:account.private_endpoint", True))
    assert lines(made)["private endpoints"].known == pytest.approx((14.6, 14.6))  # two at 0.01 an hour, 2025-07
    assert "private endpoints" not in lines(planned())


def test_a_region_without_prices_has_an_unknown_cost_but_a_size() -> None:
    made = planned(("azure-native:location", "qatarcentral"))
    assert lines(made)["speech pool"].known is None
    assert lines(made)["speech pool"].high > 0, "dearest known region, to rank by"
    assert made.node_pools[0].vcpus <= 16


def test_metering_is_unknown_until_the_hours_are_given() -> None:
    assert planned().cost.metering is None
    assert planned((f"{C}.demand.hours_a_month", 1000)).cost.metering == pytest.approx(1000.0)  # 1 USD an hour


def test_a_pod_that_fits_no_allowed_size_names_one_that_holds_it() -> None:
    with pytest.raises(InvalidStackError) as caught:
        planned(("speech:target.vm_sizes", ["Standard_D4s_v5"]))
    (fault,) = caught.value.faults
    assert fault.path == "speech:target.vm_sizes"
    assert "no pod of 7 cpu 16 GiB fits Standard_D4s_v5, which leaves 3." in fault.message
    assert fault.message.endswith("would")


def test_every_container_that_cannot_be_planned_is_named() -> None:
    tight = {"max_replicas": 1}
    each = {
        "kind": "speech-to-text",
        "locale": "en-US",
        "version": "5.1.0",
        "demand": {"concurrent_streams": 30},
        "scaling": tight,
    }
    with pytest.raises(InvalidStackError) as caught:
        planned(("speech:containers", [{"name": "a", **each}, {"name": "b", **each}]))
    assert [fault.path for fault in caught.value.faults] == [
        "speech:containers[0].scaling.max_replicas",
        "speech:containers[1].scaling.max_replicas",
    ]


def test_more_streams_never_cost_less() -> None:
    plans = [planned((f"{C}.demand.concurrent_streams", streams)) for streams in (1, 7, 8, 30, 120)]
    costs = [cost.high for made in plans if (cost := made.cost.sum())]
    assert len(costs) == len(plans)
    assert costs == sorted(costs)


def test_a_rollout_at_the_peak_has_a_place_for_its_first_new_pod() -> None:
    (pool,) = planned((f"{C}.scaling.by", "fixed"), ("speech:target.vm_size", "Standard_D8as_v5")).node_pools
    assert pool.nodes == Range(3, 3)
    assert pool.most_nodes == 4


def test_a_thousand_containers_worth_of_streams_are_planned_at_once() -> None:
    began = time.perf_counter()
    with pytest.raises(InvalidStackError):
        planned((f"{C}.demand.concurrent_streams", 100_000))
    assert time.perf_counter() - began < 2, "packing counts nodes that are filled alike together"


def test_a_disk_that_no_allowed_size_has_a_place_for_is_refused_with_the_remedy() -> None:
    with pytest.raises(InvalidStackError) as caught:
        planned(("speech:target.vm_size", "Standard_D8as_v5"), ("speech:target.os_disk", "ephemeral"))
    (fault,) = caught.value.faults
    assert fault.path == "speech:target.os_disk"
    assert "no node of Standard_D8as_v5" in fault.message
    assert fault.message.endswith("Write auto or managed")


def test_the_vendors_own_sizes_stand_beside_the_planned_one() -> None:
    (container,) = planned().containers
    assert (container.vendor.minimum.cpu, container.vendor.recommended.cpu) == (4, 8)  # how-to, 2024-09
    assert container.vendor.minimum.cpu < container.shape.cpu < container.vendor.recommended.cpu


def test_an_account_is_private_when_its_private_endpoint_is_the_only_way_to_it() -> None:
    endpoint = ("speech:account.private_endpoint", True)
    assert not planned(endpoint).private_account
    assert planned(endpoint, ("speech:account.public_access", False)).private_account
