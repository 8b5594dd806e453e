"""The page: a head with what matters most, then its sections, in one file that asks nobody for anything."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from string import Template

from speech.capacity.plan import Plan
from speech.cli.host_words import words_of
from speech.cli.report import capacity_sections, cost_sections
from speech.cli.report.amounts import between, many, one, usd
from speech.cli.report.markup import Content, Markup, clean, join, tag
from speech.cli.report.section import Section, figure_of, figure_row
from speech.cli.report.tables import Column, table
from speech.cli.report.topology import topology
from speech.cli.report.utilisation import utilisation
from speech.manifests.egress import destinations
from speech.settings.faults import Finding
from speech.settings.stack import Stack

_HERE = Path(__file__).parent


def page(stack: Stack, plan: Plan, findings: Sequence[Finding], tell: Callable[[str], None]) -> str:
    """The whole page. `findings` are those of the settings; `tell` hears what is being drawn."""
    warnings = [*findings, *plan.warnings]
    sections = []
    for name, make in _makers(stack, plan, warnings):
        tell(name)
        made = make()
        if made:
            sections.append(made)
    links = [tag("li", tag("a", each.title, href=f"#{each.name}")) for each in sections]
    return Template((_HERE / "page.html").read_text(encoding="utf-8")).substitute(
        title=tag("title", f"{clean(plan.stack)}: speech report"),
        style=(_HERE / "style.css").read_text(encoding="utf-8"),
        head=join(_head(stack, plan, len(warnings))),
        links=join(links),
        sections=join(each.html() for each in sections),
    )


def _makers(
    stack: Stack, plan: Plan, warnings: Sequence[Finding]
) -> Iterator[tuple[str, Callable[[], Section | None]]]:
    """What the page has, each drawn when it is its turn."""
    yield "topology", lambda: _topology(stack, plan)
    yield "containers", lambda: capacity_sections.containers(plan)
    yield "pods on nodes", lambda: capacity_sections.pods_on_nodes(stack, plan)
    yield "utilisation", lambda: utilisation(stack, plan)
    yield "cost", lambda: cost_sections.split(plan)
    yield "cost against streams", lambda: cost_sections.against_streams(stack, plan)
    yield "ways to pay", lambda: cost_sections.tiers(plan)
    yield "quota", lambda: capacity_sections.quota(plan)
    yield "reasons", lambda: _why(plan)
    yield "warnings", lambda: _warnings(warnings)
    yield "egress", lambda: _egress(stack)
    yield "sources", lambda: cost_sections.price_sources(stack, plan)


def _head(stack: Stack, plan: Plan, warnings: int) -> Iterator[Markup]:
    words = words_of(plan.target)
    about = f"{words.host} in {plan.location}, {stack.environment}; prices of {plan.cost.as_of}"
    yield tag("h1", plan.stack)
    yield tag("p", about, class_="about")
    served = [each for each in plan.containers if not each.once]
    least, most = sum(each.replicas.min for each in served), sum(each.replicas.max for each in served)
    numbers = [figure_of("streams at the peak", one(sum(each.streams for each in served)))]
    replicas = {"port": "containers a host"}.get(words.many, words.many)
    numbers.append(figure_of(replicas, between(least, most), many(len(plan.containers), "container") + " in the file"))
    if plan.pools:
        ends = [sum(pool.nodes.min for pool in plan.pools), sum(pool.nodes.max for pool in plan.pools)]
        numbers.append(figure_of("nodes", between(*ends), "the system pool's too"))
    budget = f"budget: {one(stack.budget.usd_a_month)}" if stack.budget else None
    more = ", ".join(filter(None, (cost_sections.without(plan), budget)))
    numbers.append(figure_of("USD a month", usd(plan.cost.total), more or None))
    if plan.quota:
        numbers.append(figure_of("vCPU of quota", one(sum(each.vcpus for each in plan.quota))))
    numbers.append(figure_of("warnings", tag("a", str(warnings), href="#warnings") if warnings else "none"))
    yield figure_row(*numbers)


def _topology(stack: Stack, plan: Plan) -> Section:
    return Section("topology", "Topology", topology(stack, plan))


def _why(plan: Plan) -> Section | None:
    return Section("why", "Why so", tag("ul", *(tag("li", reason) for reason in plan.why))) if plan.why else None


def _warnings(warnings: Sequence[Finding]) -> Section | None:
    if not warnings:
        return None
    rows: list[list[Content]] = [[each.path, each.message] for each in warnings]
    columns = [Column("where", code=True), Column("what")]
    return Section("warnings", "Warnings", table("What is worth a warning", columns, rows))


def _egress(stack: Stack) -> Section:
    rows: list[list[Content]] = [
        [each.host or "named by no page", str(each.port), each.protocol, each.reason] for each in destinations(stack)
    ]
    columns = [Column("host", code=True), Column("port", number=True), Column("protocol"), Column("what for")]
    return Section(
        "egress", "What it reaches outside", table("Destinations that a firewall must let out", columns, rows)
    )
