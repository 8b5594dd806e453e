"""docs/cost.md, whose tables are those of the catalogue. Written by `make docs`."""

from collections.abc import Iterable, Iterator

from speech.capacity.tiers import break_evens, ways
from speech.catalog import prices
from speech.catalog.kinds import StreamRule, kinds
from speech.catalog.limits import limit
from speech.catalog.stream_rules import stream_rules

INTRODUCTION = """\
<!-- Written by `python -m speech.cli.documentation`: change speech/cli/cost_page.py, not this page. -->
# What does a stack cost, and why?

    speech plan prod-westeurope                       what would run, and what it costs at the least and the most
    speech plan prod-westeurope --explain             why this size, this count; what one more stream costs
    speech plan prod-westeurope --set 'speech:containers[0].demand.concurrent_streams=400'
    speech plan --compare dev-westeurope prod-westeurope prod-eastus2
    speech plan prod-westeurope --compare --set 'speech:target.zones=[]'     the file beside what it would become

Each takes `--json`. No file is changed, no cloud is asked. Exit status: 0, or 2 with the faults of the stack file.

- `--set PATH=VALUE` takes the paths of `pulumi config --path`, and YAML for the value; `null` leaves a key out. It may
  be repeated: the later sees the earlier.
- Sums are US dollars a month of 730 hours, at list prices with a date. `~` marks an estimate by what other regions pay;
  what no source prices is `unknown` (JSON: null), and so is its sum: never zero. Traffic is not counted.

## From a demand to pods

`demand.concurrent_streams` is the peak: streams, or calls at once for language identification. `base_streams` is what
is always there; without it the peak is. What speaks may say `characters_a_second` (and `base_characters_a_second`)
instead:

    streams = characters a second / speaking_rate

"""

AFTER_RATE = """\
A stream speaks as fast as it is heard. Clients that take speech faster than they play it (files, a cache that fills)
need more: measure, and write `demand.speaking_rate`.

Streams become cores by one published rule. The figures disagree, so the default is one stated rule. `scaling.rule`
chooses another; `scaling.cpu_per_stream` takes a number of your own, and so, best of all, does
`scaling.streams_per_pod`. One of the three at most. A rule without a figure for live or file audio is refused for it.

"""

AFTER_RULES = """
A pod whose size is in a table carries what the table says. More than {streams} streams or {cpu:g} cores a container are
warned of: beyond 6 to {streams} streams the vendor advises more containers, and beyond {cpu:g} cores the memory of
another socket slows each ({as_of}).

    pods at the least = max(min_replicas, zones, ceil(base / streams a pod))
    pods at the most  = ceil(peak x (1 + headroom) / streams a pod), at least the least; max_replicas if that is more

`--explain` names which of these decided, how many streams fit before the next pod, and why each other size of the
catalogue was not taken (`--json`: all of them, `explain.rejected`).

## What usage costs

Containers report hours or characters, whatever they run on. Say them (`hours_a_month`, `characters_a_month`), or the
sum is unknown. Language identification and the diagnostic container are not charged. `options.diarization` adds the
hours once more on the add-on meter: an add-on of the cloud, which is taken for the container's as well.

A commitment tier is paid for ahead, and each unit beyond what it includes costs its overage. The cheapest way changes
as usage grows:

"""

AFTER_TIERS = """
Tiers and overage as recorded for connected containers in West Europe ({as_of}). The plan's line `tiers` says which
would cost the least for the stack's own usage, `--json` has each way and each break-even (`metering`). Which tiers a
region sells is asked of Azure when a stack with `commitments` is previewed. Disconnected containers are paid by the
year, at prices that nobody publishes: unknown.

`account.sku: F0` costs nothing and gives {hours:g} audio hours and {characters:g} million characters a month ({grant}).
A stack that says it uses more is a warning in dev and test, a fault in prod: its containers would stop serving.

## A budget

    speech:budget: {{usd_a_month: 20000, contact_emails: [speech-team@contoso.example]}}

- The plan is held against it at the peak, every pool at its most nodes: a dearer plan is a fault in prod, a warning in
  dev and test. Where something has no price it is a warning that the budget cannot be checked, unless what is known is
  too much already. Hosts of your own are not the stack's to pay: they are left out.
- `pulumi up` makes the same budget in Azure (Microsoft.Consumption/budgets), by the month, which writes to
  `contact_emails` when 80 and 100 % are spent. It stops nothing.
- A cluster's nodes, by far the most of its cost, lie in a resource group that Azure makes beside the stack's. So the
  budget of an AKS stack stands on the subscription and is filtered to the two groups; that of any other stack stands on
  its resource group. An account of another group (`mode: existing`) is in neither.
- Azure reads the number in the currency in which the subscription is billed.
"""


def render() -> str:
    """The page."""
    tiers = prices.commitments("speech-to-text")
    ceiling = next(facts.ceiling for facts in kinds().values() if facts.ceiling)
    hours, characters = limit("free-account.audio-hours"), limit("free-account.million-characters")
    return "".join(
        [
            INTRODUCTION,
            *_rates(),
            AFTER_RATE,
            *_table(("kind", "rule", "live", "file", "source", "confidence", "note"), _rules()),
            AFTER_RULES.format(streams=ceiling.streams, cpu=ceiling.cpu, as_of=ceiling.evidence.as_of),
            *_table(("meter", "unit", "as you go", "tiers: included for USD, overage", "the cheapest"), _meters()),
            AFTER_TIERS.format(
                as_of=max(tier.as_of for tier in tiers),
                hours=hours.maximum,
                characters=characters.maximum,
                grant=hours.as_of,
            ),
        ]
    )


def _rates() -> Iterator[str]:
    """Kinds that speak at one rate share a line."""
    speaking = {name: facts for name, facts in kinds().items() if facts.speaking_rate}
    for rate in dict.fromkeys(facts.speaking_rate for facts in speaking.values()):
        named = [name for name, facts in speaking.items() if facts.speaking_rate == rate]
        found = speaking[named[0]].evidence["speaking_rate"]
        yield f"{rate:g} characters a second for {', '.join(named)} ({found.as_of}, confidence {found.confidence}:"
        yield f" {found.note}).\n"


def _rules() -> Iterator[tuple[str, ...]]:
    """Kinds for which a source says the same share a line."""
    named: dict[tuple[str, ...], list[str]] = {}
    for name, facts in kinds().items():
        for rule in stream_rules(name).values():
            shown = f"**{rule.name}**, the default" if rule.name == facts.streams.name else rule.name
            source = f"{rule.source.partition(' (')[0].rpartition('/')[2]} ({rule.as_of})"
            figures = (_figure(rule, "live"), _figure(rule, "file"))
            named.setdefault((shown, *figures, source, rule.confidence, rule.note or ""), []).append(name)
    yield from ((", ".join(names), *row) for row, names in named.items())


def _figure(rule: StreamRule, audio: str) -> str:
    if rule.streams_per_pod:
        return f"{rule.streams_per_pod} a pod"
    if rule.table:
        return ", ".join(f"{streams} on {size.cpu:g}/{size.memory_gib:g}" for size, streams in rule.table)
    cores = rule.cpu(audio)
    return f"{cores:g} cpu" if cores else "-"


def _meters() -> Iterator[tuple[str, ...]]:
    for name in dict.fromkeys(meter for facts in kinds().values() for meter in (facts.meter, *facts.add_ons.values())):
        if name is None:
            continue
        meter, known = prices.meter(name), ways(name)
        tiers = "; ".join(f"{way.included:,.0f} for {way.usd_a_month:,.10g}, {way.overage_usd:g}" for way in known[1:])
        steps = [f"{step.after.name} from {round(step.usage, 1):,.10g}" for step in break_evens(known)]
        price = "unknown" if meter.usd is None else f"{meter.usd:.2f} ({meter.as_of})"
        yield name, meter.unit, price, tiers or "none known", "; ".join(steps) or "-"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for row in (head, tuple("---" for _ in head), *rows):
        yield f"| {' | '.join(row)} |\n"
