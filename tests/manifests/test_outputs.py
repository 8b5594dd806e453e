"""What a stack tells about itself."""

from dataclasses import replace

import pytest

from speech.capacity.plan import Plan
from speech.manifests import outputs
from tests.manifests.made import exposed, planned
from tests.stacks import stack_file

C = "speech:containers[0]"


def test_a_container_tells_its_host_and_the_pages_that_show_its_state() -> None:
    found = outputs.containers(planned())["transcribe-en"]
    host = "transcribe-en.speech.svc.cluster.local:5000"
    assert found == {
        "kind": "speech-to-text",
        "image": "mcr.microsoft.com/azure-cognitive-services/speechservices/speech-to-text:5.1.0-amd64-en-us",
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


LID = {
    "name": "which-language",
    "kind": "language-identification",
    "version": "1.18.0",
    "pair_with": "transcribe-en",
    "demand": {"concurrent_streams": 4},
}


def paired(exposure: str) -> Plan:
    return exposed(exposure, ("speech:containers", [*stack_file()["speech:containers"], LID]))


def test_what_identifies_languages_and_what_transcribes_them_are_one_pair_with_a_name() -> None:
    """Row: language identification pairs with speech to text: `pair_with: <name>` -> outputs `pairs`."""
    assert outputs.pairs(paired("cluster")) == {
        "which-language": {
            "identify": "http://which-language.speech.svc.cluster.local:5003",
            "transcribe": "ws://transcribe-en.speech.svc.cluster.local:5000",
            "transcribed_by": "transcribe-en",
        }
    }
    assert outputs.pairs(planned()) == {}


def test_a_pair_whose_addresses_are_not_known_yet_is_there_already() -> None:
    (pair,) = outputs.pairs(paired("internal")).values()
    assert (pair["identify"], pair["transcribe"]) == (None, None)


def test_language_identification_is_told_by_both_schemes_that_sources_name() -> None:
    found = outputs.containers(paired("cluster"))["which-language"]
    assert found["host_url"] == "http://which-language.speech.svc.cluster.local:5003"
    assert found["also_host_url"] == "ws://which-language.speech.svc.cluster.local:5003"


def test_a_kind_without_a_page_of_its_state_of_billing_has_none() -> None:
    made = planned()
    fast = replace(made.containers[0], kind="fast-transcription")
    urls = outputs.containers(replace(made, containers=(fast,)))["transcribe-en"]["urls"]
    assert urls["status"] is None
    assert urls["ready"].endswith(":5000/stt/health")


def test_a_disconnected_container_is_not_asked_for_its_state_of_billing() -> None:
    """Row: `/status` checks the key; disconnected ones are judged by /ready, a call and usage records."""
    urls = outputs.containers(replace(planned(), disconnected=True))["transcribe-en"]["urls"]
    assert urls["status"] is None
    assert urls["ready"]


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
