"""The plan as a person reads it."""

import re

from speech.capacity.plan import Plan
from speech.capacity.planner import plan
from speech.cli import plan_text
from speech.settings.parse import parse
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


def test_a_plan_fits_a_terminal_of_a_hundred_columns() -> None:
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
    assert max(map(len, shown)) <= 100


def test_an_estimated_price_is_marked_and_the_mark_explained() -> None:
    cost = said("cost")
    assert re.search(r"speech disks ~\d+-\d+", cost)
    assert re.search(r"compute ~\d+-", cost), "a sum is no better than its parts"
    assert cost.endswith("~ is what other regions pay: no price of this one is known")
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
