"""What containers must carry, and by which rule streams become cores."""

from collections.abc import Iterator

from speech.catalog import prices
from speech.catalog.kinds import kind
from speech.catalog.stream_rules import stream_rules
from speech.settings.draft import Draft
from speech.settings.faults import Finding, Severity, did_you_mean, one_of, shown

SPOKEN = ("characters_a_second", "base_characters_a_second", "speaking_rate")
USAGES = ("characters_a_month", "hours_a_month")
RULES_OF_STREAMS = ("streams_per_pod", "cpu_per_stream", "rule")


def a_demand_has_one_peak(draft: Draft) -> Iterator[Finding]:
    """Pods are counted by it: streams, or characters a second, never both."""
    for path, container in draft.named():
        demand = container.demand
        if demand is None:
            continue
        if demand.concurrent_streams is None and demand.characters_a_second is None:
            spoken = ", or  characters_a_second: 450" if kind(container.kind).speaking_rate else ""
            yield Finding(
                f"{path}.demand.concurrent_streams",
                f"missing. Write the number of streams at the peak, as in  concurrent_streams: 12{spoken}",
            )
        elif demand.concurrent_streams is not None and demand.characters_a_second is not None:
            yield Finding(
                f"{path}.demand.characters_a_second", "says the peak again, as concurrent_streams does: leave one out"
            )


def only_what_speaks_has_characters_a_second(draft: Draft) -> Iterator[Finding]:
    """What listens is measured in streams and hours."""
    for path, container in draft.named():
        for word in SPOKEN:
            if container.demand and getattr(container.demand, word) and kind(container.kind).speaking_rate is None:
                yield Finding(f"{path}.demand.{word}", f"a {container.kind} container speaks nothing: leave it out")


def a_base_is_said_as_its_peak_is(draft: Draft) -> Iterator[Finding]:
    """Streams beside streams, characters beside characters."""
    for path, container in draft.named():
        demand = container.demand
        if demand is None:
            continue
        if demand.concurrent_streams and not demand.characters_a_second:
            for word in ("base_characters_a_second", "speaking_rate"):
                if getattr(demand, word) and kind(container.kind).speaking_rate:
                    yield Finding(f"{path}.demand.{word}", "says something of characters_a_second alone: leave it out")
        elif demand.characters_a_second and not demand.concurrent_streams and demand.base_streams:
            yield Finding(f"{path}.demand.base_streams", "the peak is in characters: write  base_characters_a_second")


def the_base_stays_below_the_peak(draft: Draft) -> Iterator[Finding]:
    """The base is what is always there: more than the peak makes no sense."""
    for path, container in draft.named():
        demand = container.demand
        pairs = (("base_streams", "concurrent_streams"), ("base_characters_a_second", "characters_a_second"))
        for base, peak in pairs if demand else ():
            least, most = getattr(demand, base), getattr(demand, peak)
            if least and most and least > most:
                yield Finding(f"{path}.demand.{base}", f"is {least:g}, more than the peak of {most:g} {peak}")


def streams_become_cores_by_one_rule(draft: Draft) -> Iterator[Finding]:
    """Two of them would say two things."""
    for path, container in draft.named():
        first, *others = [word for word in RULES_OF_STREAMS if getattr(container.scaling, word) is not None] or [""]
        for word in others:
            yield Finding(f"{path}.scaling.{word}", f"has no effect beside {first}: leave one out")


def a_rule_of_streams_is_published_for_the_kind(draft: Draft) -> Iterator[Finding]:
    """Its name stands for a figure of the catalogue, for this kind and the audio that the container hears."""
    for path, container in draft.named():
        name, rules = container.scaling.rule, stream_rules(container.kind)
        if name is None:
            continue
        if name not in rules:
            known = f" Known: {one_of(rules)}" if rules else " No figure is published: streams_per_pod takes yours"
            hint = did_you_mean(name, rules) or known
            yield Finding(f"{path}.scaling.rule", f"{shown(name)} is no rule of {container.kind}.{hint}")
        elif container.demand and rules[name].says_nothing_of(container.demand.audio):
            yield Finding(
                f"{path}.scaling.rule",
                f"{shown(name)} says nothing of {container.demand.audio} audio: take another, or write cpu_per_stream",
            )


def usage_is_said_in_the_unit_that_is_charged(draft: Draft) -> Iterator[Finding]:
    """The other word would be believed to be counted."""
    for path, container in draft.named():
        meter, demand = kind(container.kind).meter, container.demand
        if meter is None or demand is None:
            continue
        unit = prices.meter(meter).unit
        other, right = USAGES if unit == "audio hour" else USAGES[::-1]
        if getattr(demand, other) is not None:
            yield Finding(
                f"{path}.demand.{other}",
                f"is not counted: {container.kind} is charged by the {unit}, write  {right}",
                Severity.WARNING,
            )


RULES = (
    a_demand_has_one_peak,
    only_what_speaks_has_characters_a_second,
    a_base_is_said_as_its_peak_is,
    the_base_stays_below_the_peak,
    streams_become_cores_by_one_rule,
    a_rule_of_streams_is_published_for_the_kind,
    usage_is_said_in_the_unit_that_is_charged,
)
