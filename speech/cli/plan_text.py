"""The plan for a person at a terminal of 80 columns, without colour."""

from collections.abc import Sequence

from speech.capacity.plan import Cost, NodePool, Plan
from speech.settings.faults import Finding
from speech.settings.faults import render as render_findings

_IMAGE_WIDTH = 38
_TARGETS = {"aks": "AKS"}


def render(plan: Plan, warnings: Sequence[Finding]) -> str:
    """Containers, pools, quota, cost and the reasons, then what is worth a warning."""
    lines = [
        f"{plan.stack}   {_TARGETS.get(plan.target, plan.target)} in {plan.location}   prices of {plan.cost.as_of}",
        "",
    ]
    lines += _table(
        ("container", "image", "streams", "pod", "pods"),
        [
            (
                container.name,
                _short(container.image),
                str(container.streams),
                str(container.shape),
                str(container.replicas),
            )
            for container in plan.containers
        ],
        right={2},
    )
    lines.append("")
    pools = [*plan.node_pools, plan.system_pool]
    lines += _table(
        ("pool", "size", "nodes", "pods a node", "zones", "USD a month"),
        [
            (
                pool.name,
                pool.vm_size,
                str(pool.nodes),
                str(pool.pods_per_node or "-"),
                ",".join(pool.zones) or "-",
                _usd(_pool_cost(plan.cost, pool)),
            )
            for pool in pools
        ],
        right={5},
    )
    quota = ", ".join(f"{quota.family} {quota.vcpus} vCPU" for quota in plan.quota)
    lines += ["", f"quota    {quota} (one node of each pool for upgrades)"]
    lines.append(f"cost     {_cost(plan.cost)}")
    lines += [
        f"{'why' if first else '':<9}{reason}"
        for first, reason in zip([True] + [False] * len(plan.why), plan.why, strict=False)
    ]
    if warnings:
        lines += [f"{len(warnings)} warning{'' if len(warnings) == 1 else 's'}", *render_findings(warnings)]
    return "\n".join(lines)


def _cost(cost: Cost) -> str:
    parts = [f"{line.what} {_usd(line.usd)}" for line in cost.lines]
    metering = "metering unknown: give hours_a_month" if cost.metering is None else f"metering {cost.metering:,.0f}"
    return f"{', '.join(parts)}, {metering}; compute {_usd(cost.compute)} USD a month"


def _pool_cost(cost: Cost, pool: NodePool) -> tuple[float, float] | None:
    return next((line.usd for line in cost.lines if line.what == f"{pool.name} pool"), None)


def _usd(usd: tuple[float, float] | None) -> str:
    if usd is None:
        return "unknown"
    low, high = (f"{amount:,.0f}" for amount in usd)
    return low if low == high else f"{low}-{high}"


def _short(image: str) -> str:
    name = image.rsplit("/", 1)[-1]
    return name if len(name) <= _IMAGE_WIDTH else f"{name[: _IMAGE_WIDTH - 1]}…"


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
