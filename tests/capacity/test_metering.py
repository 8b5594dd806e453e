"""What usage costs, and what is paid for ahead."""

from typing import Any

import pytest

from speech.capacity.metering import commitments, metering
from speech.capacity.money import Part
from speech.settings.account import Billing, Commitment
from speech.settings.parse import parse
from speech.settings.stack import Stack
from tests.capacity.kinds_of_all import AKS, CHECK, FAST, LANGUAGE, RISKS, STT, VOICE, planned
from tests.stacks import stack_file


def used(container: dict[str, Any], **usage: object) -> dict[str, Any]:
    return {**container, "demand": {**container["demand"], **usage}}


def stack(*containers: dict[str, Any], ahead: tuple[Commitment, ...] = (), mode: str = "connected") -> Stack:
    given = parse(stack_file(("speech:containers", list(containers)), ("speech:acknowledge", RISKS))).stack
    account = given.account.model_copy(update={"commitments": ahead})
    billing = Billing.model_validate({"eula": "accept", "mode": mode})
    return given.model_copy(update={"account": account, "billing": billing})


def plan(tier: str, kind: str = "speech-to-text", **more: object) -> Commitment:
    return Commitment.model_validate({"kind": kind, "tier": tier, **more})


def test_speech_is_charged_by_the_hour_and_text_by_the_million_characters() -> None:
    heard, spoken = used(STT, hours_a_month=1000), used(VOICE, characters_a_month=50_000_000)
    assert metering(stack(heard)).usd == pytest.approx(1000 * 1.0)
    assert metering(stack(spoken)).usd == pytest.approx(50 * 15.0)
    assert metering(stack(heard, spoken)).usd == pytest.approx(1750.0)


def test_what_does_not_say_its_usage_is_asked_for_it_by_its_own_word() -> None:
    assert metering(stack(STT)).unknown == "give hours_a_month of transcribe-en"
    assert metering(stack(VOICE)).unknown == "give characters_a_month of read-en"


def test_row_language_identification_is_not_charged() -> None:
    assert metering(stack(LANGUAGE, CHECK)).usd == 0.0


def test_a_meter_without_a_published_price_is_unknown_not_free() -> None:
    found = metering(stack(used(FAST, hours_a_month=10)))
    assert found.usd is None
    assert found.unknown == "no price of fast-transcription containers is published"


def test_disconnected_containers_are_paid_by_the_year() -> None:
    found = metering(stack(used(STT, hours_a_month=10), mode="disconnected"))
    assert found.usd is None
    assert found.unknown is not None
    assert "by the year" in found.unknown


def test_a_connected_plan_costs_what_is_on_record() -> None:
    (line,) = commitments(stack(STT, ahead=(plan("T2", count=2),)))
    assert line.amount is not None
    assert line.amount.high == 2 * 6175  # 10,000 hours, connected, West Europe, 2026-03
    assert line.amount.estimated, "that T2 is the second of the recorded tiers is an inference"
    assert (line.what, line.part) == ("2 x speech-to-text T2", Part.COMMITMENTS)


def test_usage_within_a_plan_costs_nothing_more_and_beyond_it_the_overage() -> None:
    within, beyond = used(STT, hours_a_month=2000), used(STT, hours_a_month=2100)
    assert metering(stack(within, ahead=(plan("T1"),))).usd == 0.0
    assert metering(stack(beyond, ahead=(plan("T1"),))).usd == pytest.approx(100 * 0.76)


def test_a_plan_covers_its_own_kind_alone() -> None:
    both = (used(STT, hours_a_month=100), used(VOICE, characters_a_month=1_000_000))
    assert metering(stack(*both, ahead=(plan("T1"),))).usd == pytest.approx(15.0)


@pytest.mark.parametrize(
    "ahead",
    [plan("T9"), plan("Free"), plan("T1", hosting="disconnected"), plan("T1", kind="fast-transcription")],
    ids=["beyond the tiers", "no number", "disconnected", "not sold"],
)
def test_a_plan_without_a_price_on_record_is_unknown(ahead: Commitment) -> None:
    (line,) = commitments(stack(STT, ahead=(ahead,)))
    assert line.amount is None


def test_usage_under_a_plan_of_unknown_size_is_unknown() -> None:
    found = metering(stack(used(STT, hours_a_month=10), ahead=(plan("T9"),)))
    assert found.usd is None
    assert found.unknown == "no size of a plan for speech-to-text is on record"


def test_plans_stand_in_the_sum_of_a_stack() -> None:
    ahead = {"custom_domain": "contoso-speech-test", "commitments": [{"kind": "speech-to-text", "tier": "T1"}]}
    made = planned(AKS, used(STT, hours_a_month=10), account=ahead)
    found = made.cost.sum(Part.COMMITMENTS)
    assert found is not None
    assert found.high == 1520


DIARIZED = {**STT, "options": {"diarization": {}}}


def test_diarization_is_charged_beside_the_hour() -> None:
    found = metering(stack(used(DIARIZED, hours_a_month=100)))
    assert found.usd == pytest.approx(100 * (1.0 + 0.3))
    assert [usage.meter for usage in found.usages] == ["speech-to-text", "speech-to-text-add-on"]


def test_usage_of_one_meter_is_summed_over_its_containers() -> None:
    others = {**used(STT, hours_a_month=50), "name": "transcribe-two"}
    (usage,) = metering(stack(used(STT, hours_a_month=100), others)).usages
    assert (usage.amount, usage.containers) == (150, ("transcribe-en", "transcribe-two"))


def test_what_is_beyond_a_plan_is_told_apart() -> None:
    (usage,) = metering(stack(used(STT, hours_a_month=2100), ahead=(plan("T1"),))).usages
    assert (usage.amount, usage.beyond, usage.ahead) == (2100, 100, True)


def test_one_unknown_usage_leaves_the_others_known() -> None:
    found = metering(stack(used(STT, hours_a_month=100), VOICE))
    assert found.usd is None
    assert [usage.usd for usage in found.usages] == [100.0, None]
