"""Cores and memory: what pods ask for, against what nodes give."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from speech.capacity.plan import Plan
from speech.catalog.vm_sizes import vm_size
from speech.cli.report.amounts import NONE, ends_of, percent, short, size, span
from speech.cli.report.arrangement import STATES, Arrangement, arranged
from speech.cli.report.drawing import picture
from speech.cli.report.markup import Content
from speech.cli.report.pictures import Bar, bars
from speech.cli.report.section import Section, key, note
from speech.cli.report.tables import Column, table
from speech.settings.stack import Stack
from speech.settings.target import AksTarget


def utilisation(stack: Stack, plan: Plan) -> Section:
    """Of each pool; where no nodes are the stack's, what each container asks for."""
    if not isinstance(stack.target, AksTarget):
        return _asked(plan)
    found = [
        _Used.of(arranged(plan, pool, stack.target.version, peak=peak), state)
        for pool in plan.node_pools
        for peak, state in STATES.items()
    ]
    drawn = [bar for used in found for bar in used.bars()]
    heads = ("asked", "given", "used")
    columns = [Column("pool"), Column("when")]
    columns += [Column(f"{what} {head}", number=True) for what in ("cores", "GiB") for head in heads]
    words = "; ".join(f"{bar.label}: {bar.value}" for bar in drawn)
    content = [
        key(("accent", "asked by pods"), ("soft", "free"), ("surface", "kept by AKS and the nodes' own system")),
        picture("utilisation", f"Utilisation. {words}.", partial(bars, drawn, whole=1.0)),
        table("Cores and memory of each pool: asked by pods, given by nodes", columns, [used.row() for used in found]),
    ]
    return Section("utilisation", "Utilisation", content)


@dataclass(frozen=True, slots=True)
class _Used:
    """Of one pool: by measure, what pods ask for, what they may have, and what the nodes have in all."""

    pool: str
    state: str
    measures: tuple[tuple[str, float, float, float], ...]

    @classmethod
    def of(cls, found: Arrangement, state: str) -> "_Used":
        """Of the pods in their places."""
        machine, nodes = vm_size(found.pool.vm_size), found.nodes
        cores = sum(node.cpu for node in nodes), sum(node.room.cpu for node in nodes)
        memory = sum(node.memory_gib for node in nodes), sum(node.room.memory_gib for node in nodes)
        whole = (machine.vcpus * len(nodes), machine.memory_gib * len(nodes)) if machine else (cores[1], memory[1])
        return cls(found.pool.name, state, (("cores", *cores, whole[0]), ("GiB", *memory, whole[1])))

    def bars(self) -> Iterator[Bar]:
        """A bar of each measure."""
        for what, asked, given, whole in self.measures:
            value = f"{short(asked)} of {short(given)}, {percent(asked, given)}"
            parts = ((asked / whole, "accent"), ((given - asked) / whole, "soft"))
            yield Bar(f"{self.pool}, {what}, {self.state}", value, parts)

    def row(self) -> list[Content]:
        """The same in a table."""
        cells = [[size(asked), size(given), percent(asked, given)] for _, asked, given, _ in self.measures]
        return [self.pool, self.state, *cells[0], *cells[1]]


def _asked(plan: Plan) -> Section:
    sizes = {group.container: (group.cpu, group.memory_gib) for group in plan.container_groups}
    rows: list[list[Content]] = []
    drawn, total = [], [0.0, 0.0, 0.0, 0.0]
    for each in plan.containers:
        if each.once:
            continue
        cpu, memory = sizes.get(each.name, (each.shape.cpu, each.shape.memory_gib))
        ends = [one * count for one in (cpu, memory) for count in (each.replicas.min, each.replicas.max)]
        total = [so_far + more for so_far, more in zip(total, ends, strict=True)]
        parts = ((ends[0], "accent"), (ends[1] - ends[0], "soft"))
        drawn.append(Bar(each.name, f"{ends_of(ends[0], ends[1])} cores", parts))
        rows.append([each.name, span(each.replicas), *map(size, ends)])
    rows.append(["all", NONE, *map(size, total)])
    heads = ("cores, least", "cores, peak", "GiB, least", "GiB, peak")
    columns = [Column("container"), Column("replicas", number=True), *(Column(head, number=True) for head in heads)]
    words = "; ".join(f"{bar.label}: {bar.value}" for bar in drawn)
    given = (
        "Each group is given exactly what it asks for: nothing is free, and nothing is shared."
        if plan.container_groups
        else "The hosts are yours: what they give is not known here."
    )
    content = [
        note(given),
        key(("accent", "at the least"), ("soft", "more at the peak")) if total[0] < total[1] else None,
        picture("utilisation", f"Cores asked for. {words}.", partial(bars, drawn)) if drawn else None,
        table("Cores and memory asked for", columns, rows, foot=1),
    ]
    return Section("utilisation", "Utilisation", content)
