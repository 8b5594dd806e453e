"""Several plans side by side: what each runs and costs, and where they differ."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from speech.capacity.money import Amount, Part
from speech.capacity.plan import ContainerPlan, NodePool, Plan
from speech.cli import plan_json
from speech.cli.layout import WIDTH, short, table, usd
from speech.settings.parse import Parsed

_NOTHING = "-"
_LONGEST_LABEL, _LONGEST_CELL = 20, 26
_GAP = 2
_MARK = 1 + _GAP


_T = TypeVar("_T", ContainerPlan, NodePool)


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the plans."""

    name: str
    """Of its column: the stack, and whether settings were changed for this plan."""
    parsed: Parsed
    plan: Plan


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of all plans, in their order."""

    section: str
    what: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether any of them is another."""
        return len(set(self.values)) > 1


def rows(compared: Sequence[Compared]) -> list[Row]:
    """Host, containers, nodes or groups, and cost."""
    return [*_host(compared), *_containers(compared), *_nodes(compared), *_cost(compared)]


def text(compared: Sequence[Compared]) -> str:
    """Tables of 80 columns at most, each with the first plan in it; * marks what differs."""
    found = rows(compared)
    label = max(len(row.what) for row in found)
    blocks, left = [[0]], WIDTH
    for column in range(1, len(compared)):
        if len(blocks[-1]) == 1:
            left = WIDTH - _MARK - label - _width(compared, found, 0)
        if len(blocks[-1]) > 1 and _width(compared, found, column) > left:
            blocks.append([0])
            left = WIDTH - _MARK - label - _width(compared, found, 0)
        blocks[-1].append(column)
        left -= _width(compared, found, column)
    return "\n\n".join("\n".join(_block(compared, found, block)) for block in blocks)


def document(compared: Sequence[Compared]) -> str:
    """The plans as `speech plan --json` has them, and the rows in which they differ."""
    found: dict[str, Any] = {
        "stacks": [
            {"name": each.name, "plan": plan_json.document(each.plan, each.parsed.warnings)} for each in compared
        ],
        "differences": [
            {"section": row.section, "what": row.what.strip(), "values": list(row.values)}
            for row in rows(compared)
            if row.differs
        ],
    }
    return json.dumps(found, indent=2)


def _width(compared: Sequence[Compared], found: Sequence[Row], column: int) -> int:
    """Of a column with the gap before it."""
    return _GAP + max(len(_head(compared[column])), *(len(row.values[column]) for row in found))


def _head(each: Compared) -> str:
    return short(each.name, _LONGEST_CELL)


def _block(compared: Sequence[Compared], found: Sequence[Row], columns: Sequence[int]) -> list[str]:
    lines: list[tuple[str, ...]] = []
    head = ("", "", *(_head(compared[column]) for column in columns))
    section = ""
    for row in found:
        values = tuple(row.values[column] for column in columns)
        if set(values) <= {_NOTHING}:
            continue
        if row.section != section:
            section = row.section
            lines.append(tuple("" for _ in head))
        lines.append(("*" if len(set(values)) > 1 else "", row.what, *values))
    return table(head, lines, right=set())


def _row(compared: Sequence[Compared], section: str, what: str, value: Callable[[Compared], object]) -> Row:
    return Row(section, what, tuple(str(value(each)) for each in compared))


def _host(compared: Sequence[Compared]) -> Iterator[Row]:
    yield _row(compared, "host", "host", lambda each: each.plan.target)
    yield _row(compared, "host", "region", lambda each: each.plan.location)
    yield _row(compared, "host", "environment", lambda each: each.parsed.stack.environment)


def _containers(compared: Sequence[Compared]) -> Iterator[Row]:
    shown: Sequence[tuple[str, Callable[[ContainerPlan], object]]] = (
        ("{name}", lambda one: one.image.rpartition("/")[2].rpartition(":")[2]),
        ("  streams", lambda one: one.streams or _NOTHING),
        ("  pods", lambda one: "once" if one.once else one.replicas),
        ("  each", lambda one: one.shape),
        ("  streams a pod", lambda one: one.streams_per_pod or _NOTHING),
    )
    for name in dict.fromkeys(container.name for each in compared for container in each.plan.containers):
        found = [_named(each.plan.containers, name) for each in compared]
        for what, show in shown:
            values = tuple(_NOTHING if one is None else short(str(show(one)), _LONGEST_CELL) for one in found)
            yield Row(name, short(what.format(name=name), _LONGEST_LABEL), values)


def _nodes(compared: Sequence[Compared]) -> Iterator[Row]:
    for name in dict.fromkeys(pool.name for each in compared for pool in each.plan.pools):
        found = [_named(each.plan.pools, name) for each in compared]
        yield Row("nodes", f"{name} nodes", tuple(str(pool.nodes) if pool else _NOTHING for pool in found))
        yield Row("nodes", "  size", tuple(pool.vm_size if pool else _NOTHING for pool in found))
    groups = tuple(str(len(each.plan.container_groups) or _NOTHING) for each in compared)
    yield Row("nodes", "container groups", groups)
    for family in dict.fromkeys(quota.family for each in compared for quota in each.plan.quota):
        label = family.removeprefix("standard").removesuffix("Family")
        yield Row("quota", f"{label} vCPU", tuple(str(_vcpus(each.plan, family)) for each in compared))


def _named(those: Sequence[_T], name: str) -> _T | None:
    return next((one for one in those if one.name == name), None)


def _vcpus(plan: Plan, family: str) -> object:
    return next((quota.vcpus for quota in plan.quota if quota.family == family), _NOTHING)


def _cost(compared: Sequence[Compared]) -> Iterator[Row]:
    for part in Part:
        yield Row("cost", f"{part} USD", tuple(_part(each.plan, part) for each in compared))
    yield _row(compared, "cost", "metering USD", lambda each: usd(_metering(each.plan)))
    yield _row(compared, "cost", "in all, a month", lambda each: usd(each.plan.cost.total))
    first = compared[0].plan.cost.total
    values = (_NOTHING, *(_against(first, each.plan.cost.total) for each in compared[1:]))
    yield Row("cost", "  at the peak", values)
    yield _row(compared, "cost", "warnings", lambda each: len(each.parsed.warnings) + len(each.plan.warnings))


def _part(plan: Plan, part: Part) -> str:
    return usd(plan.cost.sum(part)) if any(line.part is part for line in plan.cost.lines) else _NOTHING


def _metering(plan: Plan) -> Amount | None:
    metering = plan.cost.metering
    return None if metering is None else Amount(metering, metering)


def _against(first: Amount | None, other: Amount | None) -> str:
    """How much more than the first it is, in dollars and as a share; nothing where one is not known."""
    if first is None or other is None or not first.high:
        return _NOTHING
    more = other.high - first.high
    return f"{more:+,.0f} ({more / first.high:+.0%})"
