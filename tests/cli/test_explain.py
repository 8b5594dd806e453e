"""Why a plan is as it is."""

import json
from typing import Any

import pytest

from speech.capacity.planner import plan
from speech.cli import explain_text
from speech.cli.explain import Explained, explained
from speech.settings.parse import parse
from tests.capacity.kinds_of_all import CHECK, CUSTOM, DOCKER, GROUPS, KUBERNETES, LANGUAGE, RISKS, STT, VOICE
from tests.cli.test_plan import speech
from tests.settings.broken_scaling import COUNTED
from tests.stacks import stack_file

C = "speech:containers[0]"
PROD = [("speech:environment", "prod"), ("speech:target.authentication", "local")]


def why(*changes: tuple[str, Any]) -> Explained:
    parsed = parse(stack_file(*changes))
    return explained(parsed, plan(parsed.stack, "dev-westeurope"))


def said(*changes: tuple[str, Any]) -> str:
    """Of the first container."""
    return "\n".join(next(iter(why(*changes).containers.values())))


def test_a_planned_size_stands_beside_what_the_vendor_asks_for() -> None:
    assert "a pod of 7 cpu 16 GiB, the planned size: the vendor asks for 4 cpu 4 GiB to 8 cpu 8 GiB" in said()
    own = said((f"{C}.resources", {"cpu": 6, "memory_gib": 14}))
    assert "a pod of 6 cpu 14 GiB, as the stack file has it" in own


def test_the_rule_behind_the_streams_of_a_pod_is_named_with_its_date_and_the_others_beside_it() -> None:
    shown = said()
    assert "it carries 7 streams by the rule faq (2022-01-24, confidence high): 1 cpu a live stream" in shown
    assert "other published rules: faq-measured 11, faq-latency 2" in shown
    assert "by the rule faq-measured" in said((f"{C}.scaling.rule", "faq-measured"))


def test_figures_of_the_users_own_are_said_to_be_his() -> None:
    assert "it carries 9 streams, as streams_per_pod says" in said((f"{C}.scaling.streams_per_pod", 9))
    assert "it carries 14 streams of 0.5 cpu, as cpu_per_stream says" in said((f"{C}.scaling.cpu_per_stream", 0.5))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([], "least 2: a base that nobody wrote: the peak is taken"),
        ([(f"{C}.demand.base_streams", 10)], "least 2: the streams that are always there"),
        ([(f"{C}.scaling", {"min_replicas": 3})], "least 3: min_replicas"),
        ([*PROD, (f"{C}.demand.base_streams", 1)], "least 3: one in each of 3 zones"),
        ([(f"{C}.scaling", {"by": "fixed"})], "as many pods always run as the peak needs"),
    ],
)
def test_what_asks_for_the_least_pods_is_named(changes: list[tuple[str, Any]], reason: str) -> None:
    assert reason in said(*changes)


def test_the_most_pods_are_counted_out() -> None:
    assert "most 3: 12 streams and 20% of headroom are 14.4, 7 a pod" in said()
    assert "most 5: max_replicas" in said((f"{C}.scaling", {"max_replicas": 5}))
    assert "would need fewer" in said(*PROD, (f"{C}.demand.concurrent_streams", 1))


def test_one_more_stream_costs_nothing_until_a_pod_is_full() -> None:
    shown = said(("azure-native:location", "eastus"))
    assert "one more stream costs nothing up to 17; stream 18 needs 3-4 pods: " in shown
    assert "USD a month more at the peak, metering apart" in shown


def test_a_ceiling_says_why_the_next_stream_does_not_fit() -> None:
    shown = said((f"{C}.scaling", {"max_replicas": 3}))
    assert "18 streams do not fit: is 3: 18 streams, headroom 0.2, need 4 pods of 7 streams" in shown


def test_a_budget_does_not_hide_what_the_next_stream_costs() -> None:
    known = (("azure-native:location", "eastus"), (f"{C}.demand.hours_a_month", 0))
    parsed = parse(stack_file(*PROD, *known))
    total = plan(parsed.stack, "a").cost.total
    assert total is not None
    assert "do not fit" not in said(*PROD, *known, ("speech:budget", {"usd_a_month": total.high + 1}))


def test_hosts_of_the_users_own_have_pods_and_no_price() -> None:
    assert "needs 3-4 pods, on hosts without a known price" in said(("speech:target", KUBERNETES))
    assert "a host runs one of it, which carries 7 streams" in said(("speech:target", DOCKER))


def test_characters_become_streams_by_a_rate_that_is_named() -> None:
    spoken = {**VOICE, "demand": {"characters_a_second": 450}}
    assert "450 characters a second are 30 streams that speak 15 each (a judgement)" in said(
        ("speech:containers", [spoken])
    )


def test_what_runs_once_scales_never() -> None:
    assert why(("speech:containers", [STT, CHECK])).containers["check"][1] == "it runs once and ends: nothing scales"


def test_what_the_environment_picked_is_listed_and_what_is_written_is_not() -> None:
    found = why().defaults
    assert "dev picks  speech:target.tier: Free" in found
    assert "dev picks  speech:containers[].scaling.min_replicas: 1" in found
    written = why(("speech:target", {"kind": "aks", "tier": "Standard"})).defaults
    assert not [each for each in written if "target.tier" in each]
    two = [STT, {**STT, "name": "b"}]
    assert [each for each in why(("speech:containers", two)).defaults if "min_replicas" in each] == [
        "dev picks  speech:containers[].scaling.min_replicas: 1"
    ]


def test_nothing_is_picked_for_hosts_and_accounts_that_have_no_such_settings() -> None:
    found = why(("speech:target", DOCKER)).defaults
    assert found == [
        "dev picks  speech:account.protect: false",
        "dev picks  speech:containers[].options.logging.level: Information",
    ]


def test_unknown_prices_are_told_apart_from_zero() -> None:
    shown = why(("speech:containers", [CUSTOM])).usage
    assert "no price is known of volumes: the sum leaves it out as unknown, never as zero" in shown
    assert any(each.startswith("metering is unknown: give hours_a_month") for each in shown)


@pytest.mark.parametrize("target", [{"kind": "aks"}, KUBERNETES, GROUPS, DOCKER], ids=lambda each: each["kind"])
def test_it_fits_a_terminal_of_eighty_columns_on_every_host(target: dict[str, Any]) -> None:
    changes = [("speech:target", target), ("speech:containers", [STT, CUSTOM, VOICE, LANGUAGE, CHECK])]
    changes += [("speech:acknowledge", RISKS), ("speech:network", {"exposure": "internal"} if target is GROUPS else {})]
    parsed = parse(stack_file(*changes))
    made = plan(parsed.stack, "dev-westeurope")
    assert max(map(len, explain_text.render(made, explained(parsed, made)).splitlines())) <= 80


def test_the_command_shows_the_plan_and_then_why() -> None:
    shown = speech("plan", "sandbox", "--explain")
    assert shown.returncode == 0, shown.stderr
    plan_part, _, why_part = shown.stdout.partition("\nwhy\n")
    assert "quota" in plan_part
    assert "not written, so picked" in why_part


def test_the_document_has_the_same_sentences() -> None:
    found = json.loads(speech("plan", "sandbox", "--explain", "--json").stdout)["explain"]
    assert set(found) == {"containers", "nodes", "rejected", "usage", "defaults"}
    assert found["nodes"]
    assert any("one more stream" in sentence for sentence in found["containers"]["transcribe-en"])


def test_every_other_size_has_its_reason() -> None:
    found = why()
    shown = "\n".join(found.nodes)
    assert "not taken, does not fit: " in shown
    assert "not taken, too slow a clock: " in shown
    reasons = {each["vm_size"]: each["reason"] for each in found.rejected}
    assert reasons["Standard_D8s_v3"] == "2.1 GHz"
    assert reasons["Standard_D8ps_v5"] == "ARM64"


def test_hosts_without_nodes_of_the_stack_say_what_the_plan_says() -> None:
    found = why(("speech:target", KUBERNETES))
    assert found.rejected == []
    assert "compute is not priced: the nodes are yours" in found.nodes


def test_when_pods_come_and_go_is_said_with_what_keeps_them_from_it() -> None:
    shown = said((f"{C}.demand", {"concurrent_streams": 120, "base_streams": 40}))
    assert "pods are added when 82% of their cpu is used (target 74%)" in shown
    assert "one goes every 5 minutes, if none of the last 25 needed it" in shown
    assert "where a stream costs less than 0.82 cpu, full pods stay below that and none is added" in shown


def test_what_a_burst_beyond_the_headroom_loses_is_counted() -> None:
    shown = said((f"{C}.demand", {"concurrent_streams": 120, "base_streams": 40}))
    assert "a burst from 40 streams to 120 at once finds 7 pods: 71 streams are refused at first" in shown
    assert "a burst up to the peak of 12 streams loses none" in said()


def test_a_number_that_is_fixed_has_no_target_and_no_burst() -> None:
    shown = said((f"{C}.scaling.by", "fixed"))
    assert "pods are added" not in shown
    assert "burst" not in shown


def test_places_that_are_kept_free_have_a_price() -> None:
    shown = said((f"{C}.scaling", {"spare_pods": 1}), ("azure-native:location", "eastus"))
    assert "a place is kept free for the next pods, by pods of low priority that go when one comes: no wait" in shown
    assert "USD a month more at the least load, " in shown
    on_theirs = said((f"{C}.scaling", {"spare_pods": 2}), ("speech:target", KUBERNETES))
    assert "2 places are kept free" in on_theirs
    assert "no wait for a node, on hosts without a known price" in on_theirs


def test_a_count_of_streams_adds_pods_and_a_lost_one_shrinks_nothing() -> None:
    shown = said(*COUNTED)
    assert "pods are added when the gateway counts more than 5.83 streams a pod" in shown
    assert "without a count nothing changes for five minutes, then the most run: 3" in shown
