"""The plan for a person at a terminal of 80 columns and up, without colour."""

from collections.abc import Iterator, Sequence

from speech.capacity.money import Cost, Part
from speech.capacity.plan import ContainerPlan, Plan
from speech.cli import tiers_text
from speech.cli.host_words import Words, words_of
from speech.cli.layout import WIDTH, prose, short, table, usd
from speech.settings.faults import Finding
from speech.settings.faults import render as render_findings
from speech.settings.network import Clients
from speech.settings.target import TargetKind

_SHORTEST_IMAGE = 24
_CLIENTS = {"cluster": "pods of the cluster", "internal": "private network", "public": "internet"}


def render(plan: Plan, warnings: Sequence[Finding], *, why: bool = True) -> str:
    """Containers, pools, quota, cost and the reasons, unless they are told elsewhere; then what is worth a warning."""
    words = words_of(plan.target)
    worth_saying = [*warnings, *plan.warnings]
    lines = [f"{plan.stack}   {words.host} in {plan.location}   prices of {plan.cost.as_of}", ""]
    lines += [*_containers(plan, words), "", *_pools(plan)]
    lines += prose("clients", _clients(plan, words))
    lines += prose("pairs", _pairs(plan))
    lines += prose("streams", [_streams(plan, words)])
    lines += prose("groups", _groups(plan))
    lines += prose("beside", _beside(plan))
    lines += prose("vendor", dict.fromkeys(filter(None, map(_vendor, plan.containers))))
    lines += prose("quota", _quota(plan))
    lines += prose("cost", _cost(plan.cost))
    lines += prose("tiers", tiers_text.sentences(plan))
    lines += prose("why", plan.why if why else ())
    if worth_saying:
        lines += [f"{len(worth_saying)} warning{'' if len(worth_saying) == 1 else 's'}", *render_findings(worth_saying)]
    return "\n".join(lines)


def _containers(plan: Plan, words: Words) -> list[str]:
    head = ("container", "image", "streams", words.one, words.many)
    shapes = {group.container: f"{group.cpu:g} cpu {group.memory_gib:g} GiB" for group in plan.container_groups}
    rows = [
        (
            each.name,
            each.image.rsplit("/", 1)[-1],
            str(each.streams or "-"),
            shapes.get(each.name, str(each.shape)),
            _how_many(plan, each),
        )
        for each in plan.containers
    ]
    others = sum(2 + max(len(row[column]) for row in [head, *rows]) for column in (0, 2, 3, 4))
    longest = max(_SHORTEST_IMAGE, WIDTH - others)
    return table(head, [(name, short(image, longest), *rest) for name, image, *rest in rows], right={2})


def _how_many(plan: Plan, container: ContainerPlan) -> str:
    if container.once:
        return "once"
    if plan.target == TargetKind.DOCKER:
        return f"{container.host_port}:{container.port}"
    return str(container.replicas)


def _pools(plan: Plan) -> list[str]:
    """An empty line at the end, where there are pools."""
    if not plan.pools:
        return []
    head = ("pool", "size", "nodes", "pods a node", "zones", "disk", "USD a month")
    machines = {line.what: line.amount for line in plan.cost.lines}
    rows = [
        (
            pool.name,
            pool.vm_size,
            str(pool.nodes),
            str(pool.pods_per_node or "-"),
            ",".join(pool.zones) or "-",
            f"{pool.disk.gib} GiB{' own' if pool.disk.ephemeral else ''}",
            usd(machines.get(f"{pool.name} pool")),
        )
        for pool in plan.pools
    ]
    return [*table(head, rows, right={6}), ""]


def _clients(plan: Plan, words: Words) -> Iterator[str]:
    """Who calls, and by which names: one pattern for all containers that are called alike."""
    patterns = dict.fromkeys(_pattern(each) for each in plan.containers if each.port)
    if not patterns:
        return
    yield f"{_who(plan)}: {', '.join(patterns)}"
    if any(each.needs_address for each in plan.containers):
        yield words.address


def _pattern(container: ContainerPlan) -> str:
    host = "<address>"
    if container.host:
        named = container.host.startswith(f"{container.name}.")
        host = f"<container>{container.host.removeprefix(container.name)}" if named else container.host
    return f"{container.scheme}://{host}:{container.client_port}"


def _who(plan: Plan) -> str:
    exposure = plan.exposure
    if plan.target == TargetKind.DOCKER:
        return "whoever reaches the host"
    if exposure.entrance:
        return f"{_CLIENTS[exposure.kind]}, by the gateway{_proofs(exposure.entrance.clients)}"
    if any(each.host_port for each in plan.containers):
        return "whoever reaches the Ingress"
    ranges = f", from {', '.join(exposure.clients)} only" if exposure.clients else ""
    return f"{_CLIENTS[exposure.kind]}{ranges if exposure.load_balancer else ''}"


def _proofs(clients: Clients) -> str:
    """What the gateway asks of callers."""
    words = {"certificate_authority": "a certificate", "jwt": "a token", "api_keys": "a key"}
    shown = [word for name, word in words.items() if getattr(clients, name)]
    ranges = f" from {', '.join(clients.cidrs)} only" if clients.cidrs else ""
    return f",{ranges} with {' and '.join(shown)}" if shown else f",{ranges}" if ranges else ""


def _pairs(plan: Plan) -> Iterator[str]:
    for each in plan.containers:
        if each.pair_with:
            yield f"{each.name} tells the language for {each.pair_with}"


def _streams(plan: Plan, words: Words) -> str:
    longest = plan.drain.pre_stop_seconds // 60
    return f"up to {longest} minutes: {words.streams.format(drain=plan.drain.pool_minutes)}"


def _groups(plan: Plan) -> Iterator[str]:
    """The names of each container's groups, first and last."""
    for each in plan.containers:
        names = [group.dns_label or group.name for group in plan.container_groups if group.container == each.name]
        if names:
            yield f"{names[0]} to {names[-1].rsplit('-', 1)[-1]}" if len(names) > 1 else names[0]


def _beside(plan: Plan) -> Iterator[str]:
    """What a container needs besides its pods: volumes, caches, spare places."""
    for each in plan.containers:
        found = [f"{volume.name} {volume.size_gib} GiB" for volume in each.volumes]
        found += [f"a cache of {each.cache.shape}"] if each.cache else []
        found += [f"{each.spare_pods} spare of {each.shape}"] if each.spare_pods else []
        if found:
            yield f"{each.name}: {', '.join(found)}"


def _vendor(container: ContainerPlan) -> str | None:
    row = container.vendor
    low, high = row.minimum, row.recommended
    if not high.cpu:
        return None
    sizes = f"{low.cpu:g} cpu {low.memory_gib:g} GiB"
    if low != high:
        sizes += f" to {high.cpu:g} cpu {high.memory_gib:g} GiB"
    least, most = row.model_gib
    model = f", and {least:g} to {most:g} GiB for the model" if most else ""
    return f"{container.kind}: {sizes} a pod{model} ({row.as_of})"


def _quota(plan: Plan) -> Iterator[str]:
    for quota in plan.quota:
        groups = f" in {quota.groups} groups" if quota.groups else ""
        yield f"{quota.family} {quota.vcpus} vCPU{groups}"
    pools = [f"{pool.nodes.max} {pool.name} node{'' if pool.nodes.max == 1 else 's'}" for pool in plan.pools]
    if pools:
        yield f"for {' and '.join(pools)}, and one more of each while rollouts and upgrades run"


def _cost(cost: Cost) -> Iterator[str]:
    if cost.lines:
        yield ", ".join(f"{line.what} {usd(line.amount)}" for line in cost.lines)
    metering = f"unknown: {cost.metering_unknown}" if cost.metering is None else f"{cost.metering:,.0f}"
    parts = [part for part in Part if any(line.part is part for line in cost.lines)]
    yield ", ".join([*(f"{part} {usd(cost.sum(part))}" for part in parts), f"metering {metering}"])
    if cost.total:
        yield f"in all {usd(cost.total)} USD a month, traffic not counted"
    if any(line.amount and line.amount.estimated for line in cost.lines):
        yield "~ is an estimate, by what other regions pay"
