"""Prices from the Retail Prices API."""

from typing import Any

import pytest

from speech.catalog import prices as price_facts
from speech.catalog.prices import as_of
from speech.catalog.vm_sizes import vm_size
from speech.cli.catalog.retail import VARIABLE
from speech.files.stack_file import FailedError
from tests.catalog_refresh.conftest import NOISE, Project, Run
from tests.catalog_refresh.doubles import PAGE, item, meter, retail

Items = list[dict[str, Any]]


def change(items: Items, name: str, usd: float) -> None:
    for each in items:
        if each["armSkuName"] == name and each["productName"] == "Virtual Machines Some Series" and each["retailPrice"]:
            each["retailPrice"] = usd


def without(items: Items, name: str) -> Items:
    return [each for each in items if each["armSkuName"] != name]


def test_a_price_that_changed_is_told_and_read_from_then_on(project: Project, run: Run, prices: Items) -> None:
    run(VARIABLE, retail([*without(prices, "Standard_F8s_v2"), item("Standard_F8s_v2", 0.41)]))
    found = project.refresh("prices")
    (change,) = found.changes
    assert (change.row, change.figure, change.what) == ("Standard_F8s_v2", "usd_per_hour westeurope", "changed")
    assert (change.old, change.new) == (0.388, 0.41)
    size = vm_size("Standard_F8s_v2")
    assert size is not None
    assert (size.hourly_usd("westeurope"), size.hourly_usd("eastus")) == (0.41, 0.338)
    assert size.price_dates["westeurope"] == found.as_of
    assert as_of("westeurope", ["Standard_F8s_v2", "Standard_D8s_v5"]) == found.as_of
    assert as_of("eastus", ["Standard_F8s_v2"]) == "2026-06-18"


def test_only_what_counts_today_for_linux_on_demand_is_a_price(project: Project, run: Run, prices: Items) -> None:
    run(VARIABLE, retail(prices))
    assert project.refresh("prices").changes == ()


def test_every_page_is_read_and_only_from_the_address_that_is_set(project: Project, run: Run, prices: Items) -> None:
    double = run(VARIABLE, retail(prices))
    project.refresh("prices")
    machines = [query for _, query, _ in double.asked if "Virtual Machines" in query["$filter"]]
    first = [query for query in machines if "$skip" not in query]
    assert len(machines) - len(first) >= (len(prices) - NOISE) // PAGE - len(first)
    assert all(len(query["$filter"]) < 1_500 for query in machines)


def test_a_price_that_is_no_longer_listed_becomes_unknown(project: Project, run: Run, prices: Items) -> None:
    run(VARIABLE, retail(without(prices, "Standard_F8s_v2")))
    (change,) = project.refresh("prices").changes
    assert (change.row, change.what, change.new) == ("Standard_F8s_v2", "gone", None)
    size = vm_size("Standard_F8s_v2")
    assert size is not None
    assert size.hourly_usd("westeurope") is None
    assert size.hourly_usd("eastus") == 0.338


def test_an_answer_without_most_prices_is_not_believed(project: Project, run: Run, prices: Items) -> None:
    run(VARIABLE, retail(prices[:20]))
    with pytest.raises(FailedError, match="the answer is not believed"):
        project.refresh("prices")
    assert not (project.folder / "catalog").exists()


def test_two_prices_for_one_size_are_told_and_neither_is_taken(project: Project, run: Run, prices: Items) -> None:
    run(VARIABLE, retail([*prices, item("Standard_F8s_v2", 0.41)]))
    found = project.refresh("prices")
    assert found.changes == ()
    assert (
        "Standard_F8s_v2 in westeurope: there are several prices, 0.388 and 0.41; its price stays as it was"
        in found.notes
    )


@pytest.mark.parametrize(("service", "product"), [("Foundry Tools", "Azure Speech"), ("Cognitive Services", "Speech")])
def test_speech_meters_are_found_under_their_name_of_today_and_the_older(
    project: Project, run: Run, prices: Items, service: str, product: str
) -> None:
    prices.append(meter(service, product, "S1", "S1 Speech To Text", "1 Hour", 1.1))
    prices.append(meter(service, product, "S1", "S1 Neural Text To Speech Characters", "1M", 16.0))
    run(VARIABLE, retail(prices))
    found = project.refresh("prices")
    assert {(each.row, each.old, each.new) for each in found.changes} == {
        ("speech-to-text", 1.0, 1.1),
        ("neural-text-to-speech", 15.0, 16.0),
    }
    assert price_facts.meter("speech-to-text").as_of == found.as_of


def test_a_meter_that_is_not_there_keeps_its_price_and_its_date(project: Project, run: Run, prices: Items) -> None:
    run(VARIABLE, retail(prices))
    found = project.refresh("prices")
    assert price_facts.meter("speech-to-text").as_of == "2026-10-02"
    assert any("speech-to-text in westeurope" in note and "stays as it was" in note for note in found.notes)


def test_a_meter_in_another_unit_is_no_price_of_ours(project: Project, run: Run, prices: Items) -> None:
    prices.append(meter("Foundry Tools", "Azure Speech", "S1", "S1 Speech To Text", "1 Minute", 0.1))
    run(VARIABLE, retail(prices))
    assert project.refresh("prices").changes == ()


def test_commitment_tiers_are_read_and_new_ones_added(project: Project, run: Run, prices: Items) -> None:
    names = "Foundry Tools", "Azure Speech"
    hours, characters = "Commitment Tier Speech to Text Connected", "Commit Tier Neural TTS Connected"
    prices += [
        meter(*names, f"{hours} 2K", f"{hours} 2K Unit", "1/Month", 1500.0),
        meter(*names, f"{hours} 2K", f"{hours} 2K Speech To Text CT Overage", "1 Hour", 0.75),
        meter(*names, f"{hours} 100K", f"{hours} 100K Unit", "1/Month", 40000.0),
        meter(*names, f"{hours} 100K", f"{hours} 100K Speech To Text CT Overage", "1 Hour", 0.4),
        meter(*names, f"{characters} 80M", f"{characters} 80M Unit", "1/Month", 900.0),
        meter(*names, f"{characters} 80M", f"{characters} 80M Characters CT Overage", "1M", 11.0),
        meter(*names, "Commitment Tier Speech to Text Azure 2K", "Commitment Tier Speech to Text Azure 2K Unit", "1/Month", 1600.0),
    ]  # fmt: skip
    run(VARIABLE, retail(prices))
    project.refresh("prices")
    tiers = {tier.included: (tier.usd_a_month, tier.overage_usd) for tier in price_facts.commitments("speech-to-text")}
    assert tiers == {2000: (1500, 0.75), 10000: (6175, 0.62), 50000: (23750, 0.48), 100000: (40000, 0.4)}
    assert price_facts.commitments("neural-text-to-speech")[0].usd_a_month == 900


def test_a_service_s_price_is_known_in_the_region_that_was_asked(project: Project, run: Run, prices: Items) -> None:
    prices += [
        meter("Storage", "Premium SSD Managed Disks", "P10 LRS", "P10 LRS Disk", "1/Month", 21.68),
        meter("Storage", "Premium SSD Managed Disks", "P10 LRS", "P10 LRS Disk Mount", "1/Month", 1.0),
        meter("Load Balancer", "Load Balancer", "Standard", "Standard Included LB Rules and Outbound Rules", "1 Hour", 0.03, "Global"),
    ]  # fmt: skip
    run(VARIABLE, retail(prices))
    found = project.refresh("prices")
    disk, balancer = price_facts.service("disk-P10", "westeurope"), price_facts.service("load-balancer", "eastus")
    assert disk is not None
    assert balancer is not None
    assert (disk.usd, disk.estimated, disk.as_of, disk.confidence) == (21.68, False, found.as_of, "high")
    assert balancer.usd == 0.03


def test_a_second_region_stands_beside_the_first(project: Project, run: Run, prices: Items) -> None:
    double = run(VARIABLE, retail([*prices, *(each | {"armRegionName": "francecentral"} for each in prices[NOISE:])]))
    project.refresh("prices")
    project.refresh("prices", region="France Central")
    size = vm_size("Standard_F8s_v2")
    assert size is not None
    assert size.hourly_usd("westeurope") == size.hourly_usd("francecentral") == 0.388
    assert double.asked
    assert list(project.document("vm_sizes")["priced"]) == ["westeurope", "francecentral"]
