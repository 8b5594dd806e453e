"""Plans that are paid for ahead, and what Azure sells."""

import urllib.error
from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from components import commitments
from components.azure_reads import Caller
from components.commitments import checked, tiers
from speech.settings.account import Commitment
from speech.settings.containers import KindName
from tests.components.deployed import deployed
from tests.components.recording import Recording

SOLD: list[Mapping[str, Any]] = [
    {"kind": "SpeechServices", "hostingModel": model, "planType": plan, "tier": tier, "maxCount": 10}
    for model in ("ConnectedContainer", "DisconnectedContainer")
    for plan in ("NTTS", "STT")
    for tier in ("T1", "T2")
]
PATH = "speech:account.commitments[0]"


def commitment(**words: Any) -> Commitment:
    return Commitment(kind=KindName.SPEECH_TO_TEXT, **{"hosting": "disconnected", "tier": "T1", **words})


def ask(plan: Commitment, sold: list[Mapping[str, Any]] | None, plan_type: str = "STT") -> str:
    return checked(PATH, "DisconnectedContainer", plan_type, plan, "westeurope", sold)


def disconnected(monkeypatch: pytest.MonkeyPatch, **account: object) -> Recording:
    monkeypatch.setattr(commitments, "tiers", lambda _: SOLD)
    plans = [{"kind": "speech-to-text", "hosting": "disconnected", "tier": "T1", "count": 2}]
    return deployed(
        ("speech:account", {"custom_domain": "contoso-speech-test", "sku": "DC0", "commitments": plans, **account}),
        ("speech:billing.mode", "disconnected"),
        ("speech:containers[0].options", {"output": {}}),
        ("speech:acknowledge", ["disconnected-approved"]),
    )


def test_a_plan_that_azure_sells_is_bought_under_its_type() -> None:
    assert ask(commitment(), SOLD) == "STT"


def test_a_tier_that_azure_does_not_sell_is_refused_with_those_it_sells() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        ask(commitment(tier="T9"), SOLD)
    text = str(refused.value)
    assert text.startswith(f'{PATH}: Azure sells no plan "STT" of tier "T9" for disconnected containers in westeurope')
    assert "it sells: NTTS T1, NTTS T2, STT T1, STT T2" in text


def test_a_type_that_azure_does_not_know_is_refused_with_the_word_to_write() -> None:
    with pytest.raises(pulumi.RunError, match="plan_type and tier"):
        ask(commitment(), SOLD, plan_type="Speech2Text")


def test_a_subscription_to_which_azure_lists_no_licences_is_warned_and_told_of_the_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warnings.append)
    assert ask(commitment(), [tier for tier in SOLD if tier["hostingModel"] == "ConnectedContainer"]) == "STT"
    (warning,) = warnings
    assert warning.startswith(f"{PATH}: Azure lists no plan for disconnected containers in westeurope")
    assert "aka.ms/csdisconnectedcontainers" in warning


def test_more_units_than_azure_sells_are_refused() -> None:
    with pytest.raises(pulumi.RunError, match=r"commitments\[0\].count: 11 is more than the 10"):
        ask(commitment(count=11), SOLD)


def test_where_azure_does_not_say_what_it_sells_nothing_is_refused() -> None:
    assert ask(commitment(tier="T9"), None) == "STT"


def test_an_azure_that_cannot_be_asked_sells_nobody_knows_what(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise urllib.error.URLError("no route")

    monkeypatch.setattr(commitments, "listed", refuse)
    assert tiers(Caller("westeurope", "subscription", "token")) is None


def test_a_disconnected_account_has_its_plans_before_a_pod_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = disconnected(monkeypatch)
    plan = recording.one("azure-native:cognitiveservices:CommitmentPlan")
    assert plan.inputs["commitmentPlanName"] == "DisconnectedContainer-STT"
    assert plan.inputs["properties"] == {
        "hostingModel": "DisconnectedContainer",
        "planType": "STT",
        "current": {"tier": "T1", "count": 2},
        "autoRenew": False,
    }
    assert recording.one("azure-native:cognitiveservices:Account").inputs["sku"] == {"name": "DC0"}
    service_account = recording.one("kubernetes:core/v1:ServiceAccount")
    assert plan.name in {each._name for each in service_account.opts.depends_on}  # the SDK shows a name nowhere else


def test_a_protected_account_protects_its_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = disconnected(monkeypatch, protect=True)
    assert recording.one("azure-native:cognitiveservices:CommitmentPlan").opts.protect is True


def test_private_endpoints_wait_for_the_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = disconnected(monkeypatch, private_endpoint=True)
    (plan,) = recording.all("azure-native:cognitiveservices:CommitmentPlan")
    waits = recording.named("speech-account-endpoint").opts.depends_on
    assert plan.name in {each._name for each in waits}


def test_a_stack_without_plans_does_not_ask_what_azure_sells(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(commitments, "tiers", asked.append)
    deployed()
    assert asked == []
