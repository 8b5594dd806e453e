"""What a stack tells about itself."""

import pytest

from speech.capacity.plan import Plan
from speech.manifests import outputs
from tests.manifests.made import exposed, planned

C = "speech:containers[0]"


def test_a_container_tells_its_host_and_the_pages_that_show_its_state() -> None:
    found = outputs.containers(planned())["transcribe-en"]
    host = "transcribe-en.speech.svc.cluster.local:5000"
    assert found == {
        "kind": "speech-to-text",
        "host_url": f"ws://{host}",
        "address": None,
        "ssml_voice": None,
        "urls": {
            "home": f"http://{host}/",
            "ready": f"http://{host}/ready",
            "status": f"http://{host}/status",
            "swagger": f"http://{host}/swagger",
        },
    }


def test_a_container_without_a_name_is_found_by_the_address_that_it_was_given() -> None:
    made = exposed("internal")
    before, after = outputs.containers(made), outputs.containers(made, {"transcribe-en": "10.80.0.9"})
    assert (before["transcribe-en"]["host_url"], before["transcribe-en"]["urls"]) == (None, {})
    assert after["transcribe-en"]["host_url"] == "ws://10.80.0.9:5000"
    assert after["transcribe-en"]["urls"]["ready"] == "http://10.80.0.9:5000/ready"


def test_a_name_stays_the_host_and_the_address_is_what_its_record_must_say() -> None:
    made = exposed("internal", domain="speech.contoso.example")
    found = outputs.containers(made, {"transcribe-en": "10.80.0.9"})["transcribe-en"]
    assert found["host_url"] == "ws://transcribe-en.speech.contoso.example:5000"
    assert found["address"] == "10.80.0.9"


def dearest(made: Plan) -> float:
    estimate = outputs.monthly_cost(made)["estimate"]["total"]
    assert estimate is not None
    return float(estimate["max"])


def test_what_no_source_prices_is_null_and_so_are_its_sums() -> None:
    found = outputs.monthly_cost(planned((f"{C}.demand.hours_a_month", 1000)))
    disks = next(line for line in found["lines"] if line["what"] == "system disks")
    assert disks["usd"] is None, "westeurope has no known price of a disk"
    assert disks["estimate"]["min"] > 0
    assert found["compute"] is None
    assert found["total"] is None
    assert found["estimate"]["compute"]["max"] > 0
    assert found["network"] == {"min": 36.5, "max": 36.5}


def test_where_every_price_is_known_so_are_the_sums() -> None:
    made = planned(("azure-native:location", "eastus"), (f"{C}.demand.hours_a_month", 1000))
    found = outputs.monthly_cost(made)
    assert found["compute"] == found["estimate"]["compute"]
    assert found["total"]["max"] == pytest.approx(found["compute"]["max"] + found["network"]["max"] + 1000, abs=0.02)


def test_without_usage_the_whole_is_unknown_and_the_parts_are_not() -> None:
    found = outputs.monthly_cost(planned(("azure-native:location", "eastus")))
    assert (found["metering"], found["total"], found["estimate"]["total"]) == (None, None, None)
    assert found["compute"] is not None


def test_more_hours_cost_more() -> None:
    few, many = (planned((f"{C}.demand.hours_a_month", hours)) for hours in (100, 1000))
    assert dearest(many) - dearest(few) == pytest.approx(900)  # 1 USD an audio hour, 2026-10
