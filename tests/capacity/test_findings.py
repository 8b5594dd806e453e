"""What a plan finds that settings alone do not."""

import pytest

from speech.capacity.aks_findings import warnings as of_nodes
from speech.capacity.findings import warnings
from speech.capacity.plan import Plan
from speech.capacity.planner import plan
from speech.catalog.vm_sizes import vm_size
from speech.settings.containers import KindName
from speech.settings.faults import Finding, InvalidStackError
from speech.settings.parse import parse
from speech.settings.stack import Environment
from speech.settings.target import AksTarget
from tests.stacks import stack_file

C = "speech:containers[0]"


def planned(*changes: tuple[str, object]) -> Plan:
    return plan(parse(stack_file(*changes)).stack, "dev-westeurope")


def fault(*changes: tuple[str, object]) -> Finding:
    with pytest.raises(InvalidStackError) as caught:
        planned(*changes)
    (found,) = caught.value.faults
    return found


def warned(*changes: tuple[str, object]) -> dict[str, str]:
    return {warning.path: warning.message for warning in planned(*changes).warnings}


def test_an_address_space_that_overlaps_the_clusters_own_ranges_is_refused() -> None:
    found = fault(("speech:network", {"address_space": "10.244.0.0/16"}))
    assert found.path == "speech:network.address_space"
    assert found.message.startswith("10.244.0.0/16 overlaps 10.244.0.0/16, which pods or services have")


def test_more_nodes_than_the_tier_takes_are_refused() -> None:
    found = fault((f"{C}.demand.concurrent_streams", 7_000), ("speech:target.vm_size", "Standard_D8as_v5"))
    assert found.path == "speech:target.tier"
    # ceil(7,000 * 1.2 / 7) and one for rollouts; the system pool's one, and one for its upgrades.
    assert found.message.startswith("Free takes 1,000 nodes, the plan needs 1,203:")


def test_more_nodes_than_their_subnet_has_addresses_are_refused() -> None:
    found = fault(
        (f"{C}.demand.concurrent_streams", 12_000),
        ("speech:target.vm_size", "Standard_D8as_v5"),
        ("speech:target.tier", "Standard"),
    )
    assert found.path == "speech:network.address_space"
    # The first /21 of the space, less the five addresses that Azure keeps; ceil(12,000 * 1.2 / 7) and the rest.
    assert found.message.startswith("its subnet 10.80.0.0/21 has 2,043 addresses for nodes, the plan needs 2,061:")


def test_a_plan_within_all_limits_has_no_warning() -> None:
    assert warned() == {}


def test_a_clock_that_no_page_names_is_said_of_a_size_that_the_planner_chose() -> None:
    size = vm_size("Standard_D8as_v6")
    assert size is not None
    for named, count in (({}, 1), ({"vm_sizes": ["Standard_D8as_v6"]}, 0)):
        stack = parse(stack_file(("speech:target", {"kind": "aks", **named}))).stack
        assert isinstance(stack.target, AksTarget)
        found = list(of_nodes(stack, stack.target, [size]))
        assert len(found) == count, "of a size that the file names, the settings speak"
        assert all("has no documented clock" in warning.message for warning in found)


def test_a_size_that_is_not_fixed_is_said_to_change_with_the_demand_in_prod() -> None:
    stack = parse(stack_file()).stack.model_copy(update={"environment": Environment.PROD})
    size = vm_size("Standard_D8as_v5")
    assert size is not None
    assert isinstance(stack.target, AksTarget)
    (found,) = of_nodes(stack, stack.target, [size])
    assert found.path == "speech:target.vm_size"
    assert found.message.endswith("write  vm_size: Standard_D8as_v5")
    assert not list(of_nodes(stack, stack.target.model_copy(update={"vm_size": size.name}), [size]))


def test_streams_that_no_vendor_counts_are_said_to_be_a_guess() -> None:
    stack = parse(stack_file()).stack
    (container,) = stack.containers
    speaking = container.model_copy(update={"kind": KindName.NEURAL_TEXT_TO_SPEECH})
    (found,) = warnings(stack.model_copy(update={"containers": (container, speaking)}))
    assert found.path == "speech:containers[1].scaling.streams_per_pod"
    assert "Measure it" in found.message


def test_a_public_container_without_tls_is_warned_of() -> None:
    found = warned(("speech:network", {"exposure": "public", "clients": {"cidrs": ["203.0.113.0/24"]}}))
    assert "unencrypted" in found["speech:network.exposure"]


def test_a_domain_without_records_is_warned_of() -> None:
    found = warned(("speech:network", {"exposure": "internal", "domain": "speech.contoso.example"}))
    assert "no DNS record is made" in found["speech:network.domain"]


def test_more_than_eight_streams_a_pod_are_said_to_be_more_than_the_vendor_advises() -> None:
    found = warned((f"{C}.scaling.streams_per_pod", 9))
    assert found == {
        f"{C}.scaling": "9 streams a pod: beyond 6 to 8 more pods are better than more streams (vendor, 2022-01-24)"
    }
    assert not warned((f"{C}.scaling.streams_per_pod", 8))


def test_more_than_sixteen_cores_a_pod_are_said_to_be_slow() -> None:
    found = warned((f"{C}.resources", {"cpu": 17, "memory_gib": 32}), (f"{C}.scaling.streams_per_pod", 8))
    assert "beyond 16 cores memory of another socket slows each" in found[f"{C}.resources.cpu"]


def test_a_rule_of_low_confidence_is_said_to_be_a_guess_and_a_figure_of_the_users_is_not() -> None:
    assert "Measure it" in warned((f"{C}.scaling.rule", "oss-demo"))[f"{C}.scaling.streams_per_pod"]
    assert not warned((f"{C}.scaling.cpu_per_stream", 1.5))


def test_a_speaking_rate_that_nobody_measured_is_said_to_be_a_judgement() -> None:
    voice = {
        "name": "a",
        "kind": "neural-text-to-speech",
        "locale": "en-US",
        "voice": "AriaNeural",
        "version": "3.11.0",
    }
    spoken = {"characters_a_second": 30}
    found = warned(("speech:containers", [{**voice, "demand": spoken}]))
    assert "15 characters a second a stream, a judgement" in found[f"{C}.demand.speaking_rate"]
    measured = {**voice, "demand": {**spoken, "speaking_rate": 12}}
    assert f"{C}.demand.speaking_rate" not in warned(("speech:containers", [measured]))
