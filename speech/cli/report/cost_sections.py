"""What it costs: each part, against streams, against ways to pay for usage; and whence the prices are."""

from collections.abc import Iterator, Sequence
from functools import partial

from speech.capacity.money import Amount, CostLine, Part
from speech.capacity.plan import Plan
from speech.capacity.tiers import Way, cheapest, ways
from speech.cli import tiers_text
from speech.cli.report.amounts import NONE, UNKNOWN, high, low, many, one, span, usd
from speech.cli.report.charts import growth_curve, tier_curve
from speech.cli.report.drawing import picture
from speech.cli.report.growth import Growth, growth
from speech.cli.report.markup import Content, Markup, tag
from speech.cli.report.pictures import Bar, bars
from speech.cli.report.section import Section, key, note
from speech.cli.report.sources import sources
from speech.cli.report.tables import Column, table
from speech.settings.stack import Stack

_MOST_DIGITS = 4
_ENDS = [Column("least", number=True), Column("peak", number=True)]


def split(plan: Plan) -> Section:
    """Machines, disks, system pool, network, what is paid ahead, metering."""
    parts = dict(_parts(plan))
    rows = [
        Bar(name, usd(amount), ((amount.low, "accent"), (amount.high - amount.low, "soft")))
        if amount
        else Bar(name, UNKNOWN, (), known=False)
        for name, amount in parts.items()
    ]
    grows = any(amount and amount.low < amount.high for amount in parts.values())
    words = "; ".join(f"{row.label}: {row.value}" for row in rows)
    lines: list[list[Content]] = [[line.what, low(line.amount), high(line.amount)] for line in plan.cost.lines]
    metering = _metering(plan)
    lines += [["metering", low(metering), high(metering)], ["in all", low(plan.cost.total), high(plan.cost.total)]]
    return Section(
        "cost",
        "Cost a month",
        [
            note("US dollars a month of 730 hours, list prices; traffic is not counted."),
            key(("accent", "at the least"), ("soft", "more at the peak")) if grows else None,
            picture("cost", f"Cost a month in US dollars. {words}.", partial(bars, rows)),
            table("Cost by line, in US dollars a month", [Column("what"), *_ENDS], lines, foot=1, short=True),
            [note(sentence) for sentence in _remarks(plan)],
        ],
    )  # fmt: skip


def _parts(plan: Plan) -> Iterator[tuple[str, Amount | None]]:
    """The lines by what people ask for. A part with a line that has no price has none."""
    found: dict[str, list[CostLine]] = {}
    for line in plan.cost.lines:
        found.setdefault(_part(plan, line), []).append(line)
    for name, lines in found.items():
        total: Amount | None = Amount(0.0, 0.0)
        for line in lines:
            total = total.plus(line.amount) if total and line.amount else None
        yield name, total
    yield "metering", _metering(plan)


def _part(plan: Plan, line: CostLine) -> str:
    if line.part is not Part.COMPUTE:
        return line.part
    names = {pool.name for pool in plan.node_pools}
    if line.what in {f"{name} pool" for name in names}:
        return "machines"
    if line.what in {f"{name} disks" for name in names}:
        return "disks"
    return "system pool and control plane" if plan.system_pool else line.what


def _metering(plan: Plan) -> Amount | None:
    return None if plan.cost.metering is None else Amount(plan.cost.metering, plan.cost.metering)


def without(plan: Plan) -> str | None:
    """Where the total is not known: what the rest costs."""
    if plan.cost.total:
        return None
    known = Amount(plan.cost.metering or 0.0, plan.cost.metering or 0.0)
    for line in plan.cost.lines:
        known = known.plus(line.amount) if line.amount else known
    return f"what has a price: {usd(known)}" if known.high else "no part has a price"


def _remarks(plan: Plan) -> Iterator[str]:
    if plan.cost.metering_unknown:
        yield f"Metering is unknown: {plan.cost.metering_unknown}."
    if any(line.amount is None for line in plan.cost.lines):
        yield "Unknown is not zero: no source has that price, or it is not the stack's to pay."
    if any(line.amount and line.amount.estimated for line in plan.cost.lines):
        yield "~ is an estimate, by what other regions pay."


def against_streams(stack: Stack, plan: Plan) -> Section | None:
    """The curve with its steps; None where nothing is demanded."""
    found = growth(stack, plan)
    if found is None:
        return None
    unit = found.unit
    rows: list[list[Content]] = [
        [
            _share(point.streams, found.now.streams),
            one(point.streams),
            span(point.units),
            low(point.usd),
            high(point.usd),
        ]
        for point in found.table
    ]
    columns = [Column("demand"), Column("streams", number=True), Column(f"{unit}s", number=True)]
    priced = found.now.usd is not None
    heads = [*columns, *(Column(f"USD, {end.head}", number=True) for end in _ENDS)] if priced else columns
    return Section(
        "streams",
        "Cost against streams" if priced else f"{unit.capitalize()}s against streams",
        [
            note(_basis(found)),
            picture("streams", _curve_words(found), partial(growth_curve, found)),
            table("At other demands", heads, [row[: len(heads)] for row in rows], short=True),
        ],
    )


def _share(streams: int, now: int) -> str:
    return "planned" if streams == now else f"{100 * streams / now:.0f} %"


def _basis(found: Growth) -> str:
    basis = "Every container's demand grows or shrinks in today's proportion, with its headroom and its base."
    if found.now.usd is None:
        return f"{basis} What runs them is yours and has no price here."
    sizes = " The pools keep their sizes: for much more, plan again." if found.unit == "node" else ""
    return f"{basis}{sizes} Metering comes on top: it follows what is said, not how many say it at once."


def _curve_words(found: Growth) -> str:
    now, end = found.now, found.points[-1]
    cost = f" and {usd(now.usd)} USD a month" if now.usd else ""
    last = f" and {usd(end.usd)} USD" if end.usd else ""
    return (
        f"A curve with steps: {now.streams:,} streams need {span(now.units)} {found.unit}s{cost};"
        f" {end.streams:,} need {span(end.units)}{last}. The table below has more."
    )


def tiers(plan: Plan) -> Section | None:
    """Pay as you go against commitment tiers, for each meter that has them; None where none has."""
    content: list[Content] = []
    for at, usage in enumerate(plan.cost.usages):
        known = ways(usage.meter)
        if len(known) > 1:
            content.append(tag("h3", f"{usage.meter} of {', '.join(usage.containers)}"))
            words = "; ".join(f"{way.name}: {_terms(way.usd_a_month, way.included, way.overage_usd)}" for way in known)
            text = f"US dollars for each {usage.unit}, by usage. {words}. The sentences and the table below say more."
            content.append(picture(f"tiers-{at}", text, partial(tier_curve, usage, known)))
            content.append(_ways_table(usage.meter, usage.amount, usage.unit))
    if not content:
        return None
    said = [tag("li", sentence) for sentence in (*tiers_text.sentences(plan), *tiers_text.ladder(plan))]
    about = note(
        "What a unit costs in all, the more is used. Bold: the cheapest way; a dot: from there on another one is."
    )
    return Section("tiers", "Ways to pay for usage", [tag("ul", *said) if said else None, about, content])


def _terms(monthly: float, included: float, overage: float) -> str:
    return f"{monthly:,.0f} a month for {included:,g}, then {overage:g} each" if monthly else f"{overage:g} each"


def _in_digits(known: Sequence[Way], digits: int) -> bool:
    return all(round(way.overage_usd, digits) == way.overage_usd for way in known)


def _ways_table(meter: str, amount: float | None, unit: str) -> Markup:
    known = ways(meter)
    best = cheapest(known, amount) if amount is not None else None
    digits = next(digits for digits in (2, 3, 4) if digits == _MOST_DIGITS or _in_digits(known, digits))
    columns = [
        Column("way"),
        Column("USD a month", number=True),
        Column("included", number=True),
        Column("USD each beyond", number=True),
        Column("USD as planned", number=True),
    ]
    rows: list[list[Content]] = [
        [
            [way.name, tag("small", "the least for the usage planned") if way is best else None],
            one(way.usd_a_month) if way.usd_a_month else NONE,
            f"{way.included:,g}" if way.included else NONE,
            f"{way.overage_usd:,.{digits}f}",
            UNKNOWN if amount is None else one(way.usd(amount)),
        ]
        for way in known
    ]
    return table(f"Ways to pay for {meter}, by the {unit}", columns, rows)


def price_sources(stack: Stack, plan: Plan) -> Section:
    """Every price with its date and source."""
    rows: list[list[Content]] = [[each.what, each.price, each.as_of, each.source] for each in sources(stack, plan)]
    columns = [Column("price of"), Column("USD", number=True), Column("read on", whole=True), Column("source")]
    dates = sorted({each.as_of for each in sources(stack, plan)})
    span_of = f"{many(len(rows), 'price')}, the oldest of {dates[0]}, the newest of {dates[-1]}." if dates else None
    return Section(
        "sources",
        "Prices, their dates and sources",
        [
            note(span_of, " Renew them with ", tag("code", "speech catalog refresh"), "."),
            table("Prices that this page rests on", columns, rows) if rows else None,
        ],
    )  # fmt: skip
