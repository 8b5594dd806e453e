"""What the containers' usage costs in a month: by the unit, or paid for ahead."""

from collections.abc import Iterator
from dataclasses import dataclass

from speech.capacity.money import Amount, CostLine, Part, Usage
from speech.catalog import prices
from speech.catalog.kinds import kind, kinds
from speech.settings.account import AccountSku, Commitment
from speech.settings.containers import Container
from speech.settings.stack import Stack

_PER_MILLION = 1_000_000
_ASK_FOR = {"audio hour": "hours_a_month", "million characters": "characters_a_month"}


@dataclass(frozen=True, slots=True)
class Metering:
    """US dollars a month, or why they are not known; and the usage behind them, by meter."""

    usd: float | None
    unknown: str | None = None
    usages: tuple[Usage, ...] = ()


def metering(stack: Stack) -> Metering:
    """Usage beyond what commitments include. Kinds that are not charged cost nothing, however much they are used."""
    if stack.billing.mode == "disconnected":
        return Metering(None, "paid by the year, at prices that nobody publishes")
    members: dict[str, list[Container]] = {}
    for container in stack.containers:
        for meter in meters(container):
            members.setdefault(meter, []).append(container)
    usages = tuple(_usage(stack, meter, containers) for meter, containers in members.items())
    unknown = next((usage.unknown for usage in usages if usage.usd is None), None)
    known = sum(usage.usd for usage in usages if usage.usd is not None)
    return Metering(None if unknown else round(known, 2), unknown, usages)


def meters(container: Container) -> Iterator[str]:
    """What its usage is charged by: the kind's own meter, and one for each option that costs extra."""
    facts = kind(container.kind)
    if facts.meter is not None and container.demand is not None:
        yield facts.meter
        yield from (meter for option, meter in facts.add_ons.items() if getattr(container.options, option) is not None)


def is_free(stack: Stack) -> bool:
    """Whether the stack makes an account that charges nothing, and stops serving instead."""
    return stack.account.mode == "create" and stack.account.sku is AccountSku.F0


def commitments(stack: Stack) -> Iterator[CostLine]:
    """Each plan that is paid for ahead; without a price where it is none of the connected tiers of the catalogue."""
    for one in stack.account.commitments:
        tier = _tier(one)
        usd = tier.usd_a_month * one.count if tier else None
        # Recorded in one region, and the tiers' codes stand beside no price: they are taken in the order of their size.
        amount = None if usd is None else Amount(usd, usd, estimated=True)
        yield CostLine(f"{one.count} x {one.kind} {one.tier}", amount, Part.COMMITMENTS)


def _usage(stack: Stack, meter: str, containers: list[Container]) -> Usage:
    price, names = prices.meter(meter), tuple(container.name for container in containers)
    amounts = {container.name: _amount(container, price.unit) for container in containers}
    unsaid = next((name for name, amount in amounts.items() if amount is None), None)
    amount = None if unsaid else sum(each for each in amounts.values() if each is not None)
    ahead = [one for one in stack.account.commitments if _meter(one) == meter and one.hosting == "connected"]
    tiers = [(tier, one.count) for one in ahead if (tier := _tier(one))]
    beyond, usd, unknown = amount, None, None
    if is_free(stack):
        usd = 0.0
    elif amount is None:
        unknown = f"give {_ASK_FOR[price.unit]} of {unsaid}"
    elif len(tiers) < len(ahead):
        beyond, unknown = None, f"no size of a plan for {meter} is on record"
    elif tiers:
        beyond = max(0.0, amount - sum(tier.included * count for tier, count in tiers))
        usd = beyond * min(tier.overage_usd for tier, _ in tiers)
    elif price.usd is None:
        unknown = f"no price of {meter} containers is published"
    else:
        usd = amount * price.usd
    paid = sum(tier.usd_a_month * count for tier, count in tiers) if len(tiers) == len(ahead) else None
    return Usage(meter, price.unit, names, amount, beyond, usd, paid, unknown)


def _amount(container: Container, unit: str) -> float | None:
    demand = container.demand
    if demand is None:
        return None
    if unit == "audio hour":
        return demand.hours_a_month
    return None if demand.characters_a_month is None else demand.characters_a_month / _PER_MILLION


def _tier(one: Commitment) -> prices.Commitment | None:
    """The tier that Azure calls T1, T2 ...: those of the catalogue, smallest first."""
    meter = _meter(one)
    sold = prices.commitments(meter) if meter and one.hosting == "connected" else ()
    number = one.tier[1:] if one.tier[:1].upper() == "T" else ""
    at = int(number) - 1 if number.isdecimal() else -1
    return sold[at] if 0 <= at < len(sold) else None


def _meter(one: Commitment) -> str | None:
    return kind(one.kind).meter if one.kind in kinds() else None
