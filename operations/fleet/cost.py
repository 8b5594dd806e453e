"""What stacks cost, by their plan and by what is up. US dollars a month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from speech.capacity.money import Amount, summed
from speech.capacity.plan import Plan
from speech.manifests.outputs import monthly_cost


@dataclass(frozen=True, slots=True)
class Cost:
    """What is known of it."""

    amount: Amount | None
    """With the usage where it is known, else without; None where something has no price at all."""
    metered: bool
    """Whether the usage is in it."""


def planned(plan: Plan) -> Cost:
    """By a plan."""
    return running(monthly_cost(plan))


def running(document: Mapping[str, Any]) -> Cost:
    """By a stack's output `monthly_cost_usd`, or one that it will have."""
    total = _amount(document.get("estimate", {}).get("total"), document.get("total"))
    return Cost(total, metered=True) if total else Cost(_lines(document), metered=False)


def difference(before: Mapping[str, Any], plan: Plan) -> float | None:
    """How much dearer the peak becomes; None where one of them is not known. Like is compared with like."""
    after = monthly_cost(plan)
    first, second = running(before), running(after)
    if first.metered is not second.metered:
        first, second = Cost(_lines(before), metered=False), Cost(_lines(after), metered=False)
    return None if first.amount is None or second.amount is None else second.amount.high - first.amount.high


def together(costs: Iterable[Cost]) -> tuple[Cost, int]:
    """The sum of those that are known, and how many are not."""
    found = list(costs)
    known = [cost for cost in found if cost.amount]
    total = summed(cost.amount for cost in known) if known else None
    return Cost(total, metered=all(cost.metered for cost in known)), len(found) - len(known)


def _lines(document: Mapping[str, Any]) -> Amount | None:
    return summed(_amount(line.get("estimate"), line.get("usd")) for line in document.get("lines", ()))


def _amount(estimate: Mapping[str, float] | None, known: Mapping[str, float] | None) -> Amount | None:
    found = known or estimate
    return Amount(found["min"], found["max"], estimated=known is None) if found else None
