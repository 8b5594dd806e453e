"""Pay as you go against commitment tiers, in sentences and as a document."""

from collections.abc import Iterator
from math import ceil
from typing import Any

from speech.capacity.money import Usage
from speech.capacity.plan import Plan
from speech.capacity.tiers import BreakEven, Way, break_evens, cheapest, ways


def sentences(plan: Plan) -> Iterator[str]:
    """Of each meter whose usage is known: what it costs, what would cost less, and from where on."""
    for usage in plan.cost.usages:
        known = ways(usage.meter)
        if len(known) > 1 and usage.amount is not None and usage.paid is not None:
            yield _sentence(usage, usage.amount, usage.paid, known)


def ladder(plan: Plan) -> Iterator[str]:
    """The cheapest way to pay for each meter, as usage grows."""
    for usage in plan.cost.usages:
        steps = break_evens(ways(usage.meter))
        if steps:
            ends = [f"{step.before.name} up to {_amount(step.usage, usage.unit)}" for step in steps]
            yield f"{usage.meter} is cheapest by {', '.join(ends)}, {steps[-1].after.name} beyond"


def documents(plan: Plan) -> list[dict[str, Any]]:
    """Every meter with its usage, its ways to pay and their break-evens; what is unknown is null."""
    return [_document(usage, ways(usage.meter)) for usage in plan.cost.usages]


def _sentence(usage: Usage, amount: float, paid: float, known: tuple[Way, ...]) -> str:
    best = cheapest(known, amount)
    least, plans = best.usd(amount), " with its plans" if usage.ahead else " as you go"
    beyond = f" ({_amount(usage.beyond, usage.unit)} beyond them)" if usage.ahead and usage.beyond else ""
    costs = f"{usage.meter}: {_amount(amount, usage.unit)} cost {paid:,.0f} USD a month{plans}{beyond}"
    if paid > least + 1:
        return f"{costs}; {_terms(best, usage.unit)} {least:,.0f}, the least"
    following = next((step for step in break_evens(known) if step.usage > amount), None)
    return f"{costs}, the least" + (f"; {_from(following, usage.unit)}" if following else "")


def _terms(way: Way, unit: str) -> str:
    if way.tier is None:
        return "by the unit it would be"
    return f"{way.tier} ({_amount(way.included, unit)}, then {way.overage_usd:g} each) would be"


def _from(step: BreakEven, unit: str) -> str:
    return f"{step.after.name} costs less beyond {_amount(step.usage, unit)}"


def _amount(units: float, unit: str) -> str:
    # A part of an hour more or less is no reason for a plan; a million characters has parts that matter.
    number = f"{ceil(round(units, 4)):,}" if unit == "audio hour" else f"{units:,.6g}"
    return f"{number} {unit}s" if unit == "audio hour" else f"{number} {unit}"


def _document(usage: Usage, known: tuple[Way, ...]) -> dict[str, Any]:
    amount = usage.amount
    return {
        "meter": usage.meter,
        "unit": usage.unit,
        "containers": list(usage.containers),
        "amount": amount,
        "beyond_plans": usage.beyond,
        "usd": usage.usd,
        "plans_usd": usage.ahead_usd,
        "unknown": usage.unknown,
        "ways": [
            {
                "name": way.name,
                "tier": way.tier,
                "included": way.included,
                "usd_a_month": way.usd_a_month,
                "overage_usd": way.overage_usd,
                "usd": None if amount is None else round(way.usd(amount), 2),
            }
            for way in known
        ],
        "cheapest": cheapest(known, amount).name if known and amount is not None else None,
        "break_evens": [
            {"amount": round(step.usage, 2), "before": step.before.name, "after": step.after.name}
            for step in break_evens(known)
        ],
    }
