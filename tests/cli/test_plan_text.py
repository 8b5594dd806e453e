"""The plan as a person reads it."""

import re
from typing import Any

import pytest

from speech.capacity.plan import Plan
from speech.capacity.planner import plan
from speech.cli import plan_text
from speech.settings.parse import parse
from tests.capacity.kinds_of_all import AKS, CHECK, CUSTOM, DOCKER, FAST, GROUPS, KUBERNETES, LANGUAGE, STT, VOICE
from tests.capacity.kinds_of_all import planned as planned_on
from tests.stacks import stack_file

C = "speech:containers[0]"


def planned(*changes: tuple[str, object]) -> Plan:
    return plan(parse(stack_file(*changes)).stack, "dev-westeurope")


def lines(*changes: tuple[str, object]) -> list[str]:
    return plan_text.render(planned(*changes), ()).splitlines()


def said(label: str, *changes: tuple[str, object]) -> str:
    """What stands beside a label, its lines joined."""
    shown = lines(*changes)
    first = next(at for at, line in enumerate(shown) if line.startswith(f"{label} "))
    rest = shown[first + 1 :]
    more = rest[: next((at for at, line in enumerate(rest) if not line.startswith("   ")), len(rest))]
    return " ".join([shown[first].removeprefix(label).strip(), *(line.strip() for line in more)])


def test_a_plan_fits_a_terminal_of_eighty_columns() -> None:
    many = [
        {
            "name": f"transcribe-{at:02}",
            "kind": "speech-to-text",
            "locale": "en-US",
            "version": "5.1.0",
            "demand": {"concurrent_streams": 900, "hours_a_month": 30_000},
        }
        for at in range(7)
    ]
    network = {"exposure": "internal", "clients": {"cidrs": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]}}
    shown = lines(("speech:containers", many), ("speech:network", network), ("speech:target.tier", "Standard"))
    assert max(map(len, shown)) <= 80


def test_an_estimated_price_is_marked_and_the_mark_explained() -> None:
    cost = said("cost")
    assert re.search(r"speech disks ~\d+-\d+", cost)
    assert re.search(r"compute ~\d+-", cost), "a sum is no better than its parts"
    assert cost.endswith("~ is an estimate, by what other regions pay")
    assert "~" not in said("cost", ("azure-native:location", "eastus"))


def test_the_whole_cost_is_shown_where_usage_is_known() -> None:
    assert "metering unknown: give hours_a_month" in said("cost")
    assert re.search(
        r"metering 1,000 in all ~?[\d,]+-[\d,]+ USD a month", said("cost", (f"{C}.demand.hours_a_month", 1000))
    )


def test_clients_read_who_they_are_and_what_they_call() -> None:
    assert said("clients") == "pods of the cluster: ws://<container>.speech.svc.cluster.local:5000"
    named = {"exposure": "internal", "domain": "speech.contoso.example", "clients": {"cidrs": ["10.0.0.0/8"]}}
    assert said("clients", ("speech:network", named)) == (
        "private network, from 10.0.0.0/8 only: ws://<container>.speech.contoso.example:5000"
    )
    by_address = said("clients", ("speech:network", {"exposure": "internal"}))
    assert by_address.startswith("private network: ws://<address>:5000")
    assert "see the stack's outputs" in by_address


def test_what_the_vendor_asks_for_stands_once_however_many_containers_there_are() -> None:
    (one,) = stack_file()["speech:containers"]
    vendor = said("vendor", ("speech:containers", [one, {**one, "name": "transcribe-two"}]))
    assert vendor == ("speech-to-text: 4 cpu 4 GiB to 8 cpu 8 GiB a pod, and 4 to 8 GiB for the model (2024-09-24)")


def test_what_the_plan_warns_of_stands_beside_what_the_settings_warn_of() -> None:
    shown = lines(("speech:network", {"exposure": "internal", "domain": "speech.contoso.example"}))
    assert shown[-2] == "1 warning"
    assert "no DNS record is made" in shown[-1]


ON_EVERY_HOST = [
    (AKS, (STT, CUSTOM, VOICE, LANGUAGE, FAST, CHECK)),
    (KUBERNETES, (STT, CUSTOM, VOICE, LANGUAGE, FAST, CHECK)),
    (GROUPS, (STT, CUSTOM, VOICE, LANGUAGE, CHECK)),
    (DOCKER, (STT, CUSTOM, VOICE, LANGUAGE, FAST, CHECK)),
]


def shown_on(target: dict[str, Any], *containers: dict[str, Any], **sections: object) -> str:
    """Without the warnings, which are as long as they must be."""
    text = plan_text.render(planned_on(target, *containers, **sections), ())
    return re.split(r"\n\d+ warnings?\n", text)[0]


@pytest.mark.parametrize(("target", "containers"), ON_EVERY_HOST, ids=[each["kind"] for each, _ in ON_EVERY_HOST])
def test_every_host_fits_a_terminal_of_eighty_columns(target: dict[str, Any], containers: tuple[Any, ...]) -> None:
    shown = shown_on(target, *containers).splitlines()
    assert max(map(len, shown)) <= 80


def test_a_plan_for_docker_reads_so() -> None:
    pair = {**LANGUAGE, "pair_with": "transcribe-en"}
    known = {**STT, "demand": {"concurrent_streams": 12, "hours_a_month": 1000}}
    assert shown_on(DOCKER, known, CUSTOM, pair, CHECK) == (
        """\
dev-westeurope   Docker, account in westeurope   prices of 2026-06-18

container       image                        streams  size             port
transcribe-en   speech-to-text:5.1.0-amd64…       12  7 cpu 16 GiB     5000:5000
custom-med      custom-speech-to-text:5.1.…        4  7 cpu 16 GiB     5001:5000
which-language  language-detection:1.18.0-…       24  1 cpu 1 GiB      5003:5003
check           diagnostic                         -  0.5 cpu 0.5 GiB  once

clients  whoever reaches the host: ws://localhost:5000, ws://localhost:5001,
         http://localhost:5003
pairs    which-language tells the language for transcribe-en
streams  up to 60 minutes: a container that stops waits for none of them
beside   custom-med: custom-med-models-6fd099 20 GiB
vendor   speech-to-text: 4 cpu 4 GiB to 8 cpu 8 GiB a pod, and 4 to 8 GiB for
         the model (2024-09-24)
         custom-speech-to-text: 4 cpu 4 GiB to 8 cpu 8 GiB a pod, and 4 to 8 GiB
         for the model (2024-09-24)
         language-identification: 1 cpu 1 GiB a pod (2024-09-24)
cost     hosts of your own unknown
         compute unknown, metering unknown: give hours_a_month of custom-med
tiers    speech-to-text: 1,000 audio hours cost 1,000 USD a month as you go, the
         least; T1 costs less beyond 1,520 audio hours
why      a host runs one of each container: 15 cpu and 33 GiB in all
         compute is not priced: the hosts are yours"""
    )


def test_groups_are_shown_with_all_that_is_in_them() -> None:
    shown = shown_on(GROUPS, {**STT, "options": {"diarization": {}}}, network={"exposure": "public"})
    assert re.search(r"transcribe-en +speech-to-text\S+ +12  7.25 cpu 17 GiB  3", shown)
    assert "groups   transcribe-en-dev-westeurope-1 to 3" in shown
    assert "quota    StandardCores 22 vCPU in 3 groups" in shown
    assert "each group has an address of its own" in shown


def test_a_host_without_nodes_says_nothing_of_pools_and_quota() -> None:
    shown = shown_on(KUBERNETES, STT)
    assert shown.startswith("dev-westeurope   Kubernetes, account in westeurope")
    assert not re.search("^(pool|quota)", shown, re.MULTILINE)
    assert "compute unknown, metering unknown" in shown


def test_both_pools_are_shown() -> None:
    shown = shown_on(AKS, STT, FAST)
    assert re.search(r"^gpu +Standard_NC16as_T4_v3 +1 ", shown, re.MULTILINE)
    assert "for 3 speech nodes and 1 gpu node and 1 system node" in " ".join(shown.split())


def test_storage_without_a_price_is_shown_as_unknown() -> None:
    shown = " ".join(shown_on(AKS, CUSTOM).split())
    assert "volumes unknown" in shown
    assert "storage unknown" in shown
    assert "in all" not in shown.partition("why")[0]


def test_callers_of_an_ingress_are_those_who_reach_it() -> None:
    named = {"domain": "speech.contoso.example"}
    shown = shown_on({**KUBERNETES, "ingress_class": "nginx"}, STT, network=named)
    assert "whoever reaches the Ingress: ws://<container>.speech.contoso.example:80" in " ".join(shown.split())


def test_callers_of_a_gateway_are_told_what_it_asks_for() -> None:
    network = {
        "exposure": "public",
        "domain": "speech.contoso.example",
        "gateway": {"class_name": "envoy", "tls": {"secret": "speech-tls"}},
        "clients": {"cidrs": ["203.0.113.0/24"], "api_keys": {"secret": "speech-callers"}},
    }
    shown = " ".join(shown_on(AKS, STT, network=network).split())
    assert "internet, by the gateway, from 203.0.113.0/24 only with a key: wss://<container>.speech.contoso" in shown
