"""What the containers' usage costs in a month: by the unit, or paid for ahead."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from speech.capacity.money import Amount, CostLine, Part
from speech.catalog import prices
from speech.catalog.kinds import kind, kinds
from speech.settings.account import Commitment
from speech.settings.stack import Stack

_PER_MILLION = 1_000_000
_ASK_FOR = {"audio hour": "hours_a_month", "million characters": "characters_a_month"}


@dataclass(frozen=True, slots=True)
class Metering:
    """US dollars a month, or why they are not known."""

    usd: float | None
    unknown: str | None = None


def metering(stack: Stack) -> Metering:
    """Usage beyond what commitments include. Kinds that are not charged cost nothing, however much they are used."""
    if stack.billing.mode == "disconnected":
        return Metering(None, "paid by the year, at prices that nobody publishes")
    used: dict[str, float] = defaultdict(float)
    for container in stack.containers:
        meter, demand = kind(container.kind).meter, container.demand
        if meter is None or demand is None:
            continue
        price = prices.meter(meter)
        characters = None if demand.characters_a_month is None else demand.characters_a_month / _PER_MILLION
        usage = demand.hours_a_month if price.unit == "audio hour" else characters
        if usage is None:
            return Metering(None, f"give {_ASK_FOR[price.unit]} of {container.name}")
        used[meter] += usage
    total = 0.0
    for meter, usage in used.items():
        charged = _charged(stack, meter, usage)
        if charged.usd is None:
            return charged
        total += charged.usd
    return Metering(round(total, 2))


def commitments(stack: Stack) -> Iterator[CostLine]:
    """Each plan that is paid for ahead; without a price where it is none of the connected tiers of the catalogue."""
    for one in stack.account.commitments:
        tier = _tier(one)
        usd = tier.usd_a_month * one.count if tier else None
        # Recorded in one region, and the tiers' codes stand beside no price: they are taken in the order of their size.
        amount = None if usd is None else Amount(usd, usd, estimated=True)
        yield CostLine(f"{one.count} x {one.kind} {one.tier}", amount, Part.COMMITMENTS)


def _charged(stack: Stack, meter: str, usage: float) -> Metering:
    """By the unit, or beyond the tiers that the stack has bought."""
    ahead = [one for one in stack.account.commitments if _meter(one) == meter and one.hosting == "connected"]
    usd = prices.meter_usd(meter)
    if not ahead:
        known = None if usd is None else usage * usd
        return Metering(known, None if usd is not None else f"no price of {meter} containers is published")
    tiers = [(tier, one.count) for one in ahead if (tier := _tier(one))]
    if len(tiers) < len(ahead):
        return Metering(None, f"no size of a plan for {meter} is on record")
    beyond = max(0.0, usage - sum(tier.included * count for tier, count in tiers))
    return Metering(beyond * min(tier.overage_usd for tier, _ in tiers))


def _tier(one: Commitment) -> prices.Commitment | None:
    """The tier that Azure calls T1, T2 ...: those of the catalogue, smallest first."""
    meter = _meter(one)
    sold = prices.commitments(meter) if meter and one.hosting == "connected" else ()
    number = one.tier[1:] if one.tier[:1].upper() == "T" else ""
    at = int(number) - 1 if number.isdecimal() else -1
    return sold[at] if 0 <= at < len(sold) else None


def _meter(one: Commitment) -> str | None:
    return kind(one.kind).meter if one.kind in kinds() else None
