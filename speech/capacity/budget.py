"""The plan against what the stack file allows it to cost, and against what a free account gives."""

from collections.abc import Iterator

from speech.capacity.metering import is_free
from speech.capacity.money import Amount, Cost, Part
from speech.catalog.kinds import kinds
from speech.catalog.limits import limit
from speech.settings.faults import Finding, Severity
from speech.settings.stack import Environment, Stack
from speech.settings.target import DockerTarget, KubernetesTarget

_GRANTS = {"audio hour": "free-account.audio-hours", "million characters": "free-account.million-characters"}


def findings(stack: Stack, cost: Cost) -> Iterator[Finding]:
    """What costs or uses more than it may: a fault in prod, a warning elsewhere."""
    yield from _budget(stack, cost)
    if is_free(stack):
        yield from _free_grant(stack, cost)


def _budget(stack: Stack, cost: Cost) -> Iterator[Finding]:
    """At the peak, every pool at its most nodes. What has no price can only make it more."""
    if stack.budget is None:
        return
    path, most = "speech:budget.usd_a_month", stack.budget.usd_a_month
    known, unknown = _known(cost), list(_unknown(stack, cost))
    basis = ", by prices of other regions" if known.estimated else ""
    costs = f"{known.high:,.0f} USD a month at the peak{basis}"
    without = f"no price is known of {', '.join(unknown)}"
    if known.high > most:
        more = f", and more: {without}" if unknown else ""
        message = f"is {most:,.0f}: the plan costs {costs}{more}. Plan less (speech plan --explain), or allow more"
        yield Finding(path, message, _severity(stack))
    elif unknown:
        yield Finding(path, f"cannot be checked: {without}; the rest costs {costs}", Severity.WARNING)


def _known(cost: Cost) -> Amount:
    total = Amount(0.0, 0.0)
    for line in cost.lines:
        total = total.plus(line.amount) if line.amount else total
    metered = sum(usage.usd or 0.0 for usage in cost.usages)
    return total.plus(Amount(metered, metered))


def _unknown(stack: Stack, cost: Cost) -> Iterator[str]:
    """Hosts of the user's own are not the stack's to pay, whatever they cost."""
    theirs = isinstance(stack.target, KubernetesTarget | DockerTarget)
    for line in cost.lines:
        if line.amount is None and not (theirs and line.part is Part.COMPUTE):
            yield line.what
    if cost.metering is None:
        yield f"metering ({cost.metering_unknown})"


def _free_grant(stack: Stack, cost: Cost) -> Iterator[Finding]:
    """Beyond its grant a free account answers nobody until the month is over."""
    for unit, name in _GRANTS.items():
        grant = limit(name)
        used = sum(usage.amount or 0.0 for usage in cost.usages if usage.unit == unit and not _is_add_on(usage.meter))
        if used > grant.maximum:
            yield Finding(
                "speech:account.sku",
                f'"F0" gives {grant.maximum:g} {grant.unit} ({grant.as_of}), the containers use {used:,.6g}: they stop'
                " serving then. Write S0",
                _severity(stack),
            )


def _is_add_on(meter: str) -> bool:
    """An add-on's hours are those of its container, once more."""
    return any(meter in facts.add_ons.values() for facts in kinds().values())


def _severity(stack: Stack) -> Severity:
    return Severity.FAULT if stack.environment is Environment.PROD else Severity.WARNING
