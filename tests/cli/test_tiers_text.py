"""Pay as you go against commitment tiers, as the plan says it."""

import json
from typing import Any

from speech.capacity.plan import Plan
from speech.capacity.planner import plan
from speech.cli import plan_json, plan_text, tiers_text
from speech.settings.parse import parse
from tests.capacity.kinds_of_all import FAST, LANGUAGE, VOICE
from tests.stacks import stack_file

C = "speech:containers[0]"


def planned(*changes: tuple[str, object]) -> Plan:
    return plan(parse(stack_file(*changes)).stack, "dev-westeurope")


def hours(count: float) -> tuple[str, object]:
    return f"{C}.demand.hours_a_month", count


def metering(*changes: tuple[str, object]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(plan_json.render(planned(*changes), ()))["metering"]
    return found


def test_a_cheaper_tier_is_named_with_what_it_would_cost() -> None:
    (said,) = tiers_text.sentences(planned(hours(36_000)))
    # 6,175 + 26,000 * 0.62
    assert said == (
        "speech-to-text: 36,000 audio hours cost 36,000 USD a month as you go; "
        "T2 (10,000 audio hours, then 0.62 each) would be 22,295, the least"
    )


def test_who_pays_the_least_is_told_from_where_on_that_changes() -> None:
    (said,) = tiers_text.sentences(planned(hours(500)))
    assert said.endswith("cost 500 USD a month as you go, the least; T1 costs less beyond 1,520 audio hours")


def test_a_plan_that_is_too_large_is_seen() -> None:
    bought = {"custom_domain": "contoso-speech-test", "commitments": [{"kind": "speech-to-text", "tier": "T2"}]}
    (said,) = tiers_text.sentences(planned(hours(500), ("speech:account", bought)))
    assert "cost 6,175 USD a month with its plans; by the unit it would be 500, the least" in said


def test_usage_beyond_a_plan_is_told_apart() -> None:
    bought = {"custom_domain": "contoso-speech-test", "commitments": [{"kind": "speech-to-text", "tier": "T1"}]}
    (said,) = tiers_text.sentences(planned(hours(2100), ("speech:account", bought)))
    # 1,520 + 100 * 0.76
    assert "cost 1,596 USD a month with its plans (100 audio hours beyond them), the least" in said


def test_nothing_is_compared_where_usage_is_not_said_or_no_tier_is_sold() -> None:
    assert not list(tiers_text.sentences(planned()))
    fast = {**FAST, "demand": {"concurrent_streams": 2, "hours_a_month": 10}}
    changes = (("speech:containers", [fast, LANGUAGE]), ("speech:acknowledge", ["preview-container"]))
    assert not list(tiers_text.sentences(planned(*changes)))


def test_the_ladder_of_tiers_needs_no_usage() -> None:
    assert list(tiers_text.ladder(planned())) == [
        (
            "speech-to-text is cheapest by pay as you go up to 1,520 audio hours, T1 up to 8,125 audio hours, "
            "T2 up to 38,347 audio hours, T3 beyond"
        )
    ]


def test_characters_are_counted_in_millions() -> None:
    (said,) = tiers_text.ladder(planned(("speech:containers", [VOICE])))
    assert "pay as you go up to 60.8 million characters" in said


def test_the_document_has_every_way_to_pay_and_what_it_would_cost() -> None:
    (found,) = metering(hours(36_000))
    assert (found["amount"], found["usd"], found["cheapest"]) == (36_000, 36_000, "T2")
    assert [way["usd"] for way in found["ways"]] == [36_000, 27_360, 22_295, 23_750]
    assert [step["amount"] for step in found["break_evens"]] == [1520, 8125, 38346.77]


def test_what_is_not_known_is_null_and_says_why() -> None:
    (found,) = metering()
    assert (found["amount"], found["usd"], found["cheapest"]) == (None, None, None)
    assert found["unknown"] == "give hours_a_month of transcribe-en"
    assert all(way["usd"] is None for way in found["ways"])


def test_language_identification_is_not_metered() -> None:
    assert metering(("speech:containers", [LANGUAGE])) == []


def test_the_plan_says_it_within_eighty_columns() -> None:
    shown = plan_text.render(planned(hours(36_000)), ()).splitlines()
    assert any(line.startswith("tiers ") for line in shown)
    assert max(map(len, shown)) <= 80
