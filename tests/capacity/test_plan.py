"""The plan as a whole."""

import pytest

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


def test_the_cost_is_the_sum_of_its_lines() -> None:
    made = planned(("speech:target.vm_size", "Standard_D8as_v5"))
    size = vm_size("Standard_D8as_v5")
    assert size is not None
    hourly = size.hourly_usd("westeurope")
    assert hourly is not None
    lines = {line.what: line.usd for line in made.cost.lines}
    assert lines["speech pool"] == pytest.approx((2 * hourly * 730, 3 * hourly * 730))
    assert made.cost.compute == pytest.approx(
        tuple(sum(line[end] for line in lines.values() if line) for end in (0, 1)), abs=0.01
    )


def test_a_region_without_prices_has_an_unknown_cost_but_a_size() -> None:
    made = planned(("azure-native:location", "qatarcentral"))
    assert made.cost.compute is None
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
    costs = [planned((f"{C}.demand.concurrent_streams", streams)).cost.compute for streams in (1, 7, 8, 30, 120)]
    assert all(cost is not None for cost in costs)
    assert costs == sorted(costs, key=lambda cost: cost or (0, 0))
