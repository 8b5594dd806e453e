"""The plan for a person at a terminal of 80 columns and up, without colour."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from speech.capacity.exposure import Exposure
from speech.capacity.money import Amount, Cost, Part
from speech.capacity.plan import ContainerPlan, Plan
from speech.settings.faults import Finding
from speech.settings.faults import render as render_findings

_IMAGE_WIDTH = 38
_PROSE_WIDTH = 96
_LABEL_WIDTH = 9
_TARGETS = {"aks": "AKS"}
_CLIENTS = {"cluster": "pods of the cluster", "internal": "private network", "public": "internet"}


def render(plan: Plan, warnings: Sequence[Finding]) -> str:
    """Containers, pools, quota, cost and the reasons, then what is worth a warning."""
    target = f"{_TARGETS.get(plan.target, plan.target)} in {plan.location}"
    worth_saying = [*warnings, *plan.warnings]
    lines = [f"{plan.stack}   {target}   prices of {plan.cost.as_of}", "", *_containers(plan), "", *_pools(plan), ""]
    lines += _prose("clients", _clients(plan))
    lines += _prose("streams", [_streams(plan)])
    lines += _prose("vendor", dict.fromkeys(map(_vendor, plan.containers)))
    lines += _prose("quota", _quota(plan))
    lines += _prose("cost", _cost(plan.cost))
    lines += _prose("why", plan.why)
    if worth_saying:
        lines += [f"{len(worth_saying)} warning{'' if len(worth_saying) == 1 else 's'}", *render_findings(worth_saying)]
    return "\n".join(lines)


def _containers(plan: Plan) -> list[str]:
    head = ("container", "image", "streams", "pod", "pods")
    rows = [
        (each.name, _short(each.image), str(each.streams), str(each.shape), str(each.replicas))
        for each in plan.containers
    ]
    return _table(head, rows, right={2})


def _pools(plan: Plan) -> list[str]:
    head = ("pool", "size", "nodes", "pods a node", "zones", "disk", "USD a month")
    machines = {line.what: line.amount for line in plan.cost.lines}
    rows = [
        (
            pool.name,
            pool.vm_size,
            str(pool.nodes),
            str(pool.pods_per_node or "-"),
            ",".join(pool.zones) or "-",
            f"{pool.disk.gib} GiB {'ephemeral' if pool.disk.ephemeral else 'managed'}",
            _usd(machines.get(f"{pool.name} pool")),
        )
        for pool in plan.pools
    ]
    return _table(head, rows, right={6})


def _clients(plan: Plan) -> Iterator[str]:
    """Who calls, and by which names: one pattern for all containers that are called alike."""
    patterns = dict.fromkeys(
        f"{each.scheme}://{each.host.replace(each.name, '<container>', 1) if each.host else '<address>'}:{each.port}"
        for each in plan.containers
        if each.port
    )
    yield f"{_who(plan.exposure)}: {', '.join(patterns)}"
    if any(each.needs_address for each in plan.containers):
        yield "an address is known when its load balancer stands: see the stack's outputs"


def _who(exposure: Exposure) -> str:
    ranges = f", from {', '.join(exposure.clients)} only" if exposure.clients else ""
    return f"{_CLIENTS[exposure.kind]}{ranges if exposure.load_balancer else ''}"


def _streams(plan: Plan) -> str:
    longest = plan.drain.pre_stop_seconds // 60
    return f"up to {longest} minutes: a pod that goes stays that long, a node's drain up to {plan.drain.pool_minutes}"


def _vendor(container: ContainerPlan) -> str:
    row = container.vendor
    low, high = row.minimum, row.recommended
    asked = f"{low.cpu:g} cpu {low.memory_gib:g} GiB to {high.cpu:g} cpu {high.memory_gib:g} GiB a pod"
    least, most = row.model_gib
    model = f", and {least:g} to {most:g} GiB for the model" if most else ""
    return f"{container.kind}: {asked}{model} ({row.as_of})"


def _quota(plan: Plan) -> Iterator[str]:
    yield ", ".join(f"{quota.family} {quota.vcpus} vCPU" for quota in plan.quota)
    pools = [f"{pool.nodes.max} {pool.name} node{'' if pool.nodes.max == 1 else 's'}" for pool in plan.pools]
    yield f"for {' and '.join(pools)}, and one more of each while rollouts and upgrades run"


def _cost(cost: Cost) -> Iterator[str]:
    yield ", ".join(f"{line.what} {_usd(line.amount)}" for line in cost.lines)
    unknown = "unknown: give hours_a_month (characters_a_month where text is spoken)"
    metering = unknown if cost.metering is None else f"{cost.metering:,.0f}"
    sums = [f"compute {_usd(cost.sum(Part.COMPUTE))}", f"network {_usd(cost.sum(Part.NETWORK))}"]
    yield f"{', '.join(sums)}, metering {metering}"
    total = cost.sum()
    if total and cost.metering is not None:
        yield f"in all {_usd(total.plus(Amount(cost.metering, cost.metering)))} USD a month, traffic not counted"
    if any(line.amount and line.amount.estimated for line in cost.lines):
        yield "~ is what other regions pay: no price of this one is known"


def _usd(amount: Amount | None) -> str:
    if amount is None:
        return "unknown"
    low, high = f"{amount.low:,.0f}", f"{amount.high:,.0f}"
    return ("~" if amount.estimated else "") + (low if low == high else f"{low}-{high}")


def _short(image: str) -> str:
    name = image.rsplit("/", 1)[-1]
    return name if len(name) <= _IMAGE_WIDTH else f"{name[: _IMAGE_WIDTH - 1]}…"


def _prose(label: str, sentences: Iterable[str]) -> Iterator[str]:
    """Sentences beside their label, each on its own lines."""
    wrapped = [
        line
        for sentence in sentences
        for line in textwrap.wrap(sentence, _PROSE_WIDTH - _LABEL_WIDTH, break_long_words=False, break_on_hyphens=False)
    ]
    for at, line in enumerate(wrapped):
        yield f"{label if at == 0 else '':<{_LABEL_WIDTH}}{line}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], right: set[int]) -> list[str]:
    table = [head, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(head))]
    return [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]
