"""What runs where: containers, pods on nodes, how full those are, and the quota that they need."""

from collections.abc import Iterator, Sequence

from speech.capacity.plan import ContainerPlan, Plan
from speech.catalog.vm_sizes import vm_size
from speech.cli.host_words import words_of
from speech.cli.report.amounts import NONE, between, many, one, size, span
from speech.cli.report.arrangement import Arrangement, arranged, patterns
from speech.cli.report.drawing import picture
from speech.cli.report.markup import Content, Markup, tag
from speech.cli.report.pictures import Bar, bars, nodes
from speech.cli.report.section import Section, note
from speech.cli.report.tables import Column, table
from speech.cli.report.topology import chip
from speech.settings.stack import Stack
from speech.settings.target import AksTarget

_STATES = {False: "least", True: "peak"}


def containers(plan: Plan) -> Section:
    """Every container: its image, its pods, and where clients find it."""
    words = words_of(plan.target)
    shapes = {group.container: f"{group.cpu:g} cpu {group.memory_gib:g} GiB" for group in plan.container_groups}
    columns = [
        Column("container"),
        Column("kind"),
        Column("image", code=True),
        Column("version"),
        Column("streams", number=True),
        Column("a pod", number=True),
        Column("replicas", number=True),
        Column("size of one", number=True),
        Column("host URL", code=True),
    ]
    rows: list[list[Content]] = [
        [
            [chip(number), " ", each.name],
            [each.kind, f", {each.locale}" if each.locale else None],
            each.image,
            each.version,
            one(each.streams) if each.streams else NONE,
            NONE if each.once else str(each.streams_per_pod),
            "once" if each.once else span(each.replicas),
            shapes.get(each.name, str(each.shape)),
            each.host_url or ("nothing to call" if each.port is None else "an address, known when it stands"),
        ]
        for number, each in enumerate(plan.containers, start=1)
    ]
    beside = [
        tag("li", f"{each.name}: {', '.join(_beside(each))}") for each in plan.containers if each.volumes or each.cache
    ]
    return Section(
        "containers",
        "Containers",
        [
            table("Containers, their images and who finds them where", columns, rows),
            note(f"Replicas are {words.many}." if words.many != "port" else "A host runs one of each."),
            [tag("h3", "Beside them"), tag("ul", *beside)] if beside else None,
        ],
    )


def _beside(each: ContainerPlan) -> Iterator[str]:
    yield from (f"volume {volume.name}, {volume.size_gib} GiB" for volume in each.volumes)
    if each.cache:
        yield f"a cache of {each.cache.shape}"


def pods_on_nodes(stack: Stack, plan: Plan) -> Section | None:
    """What stands on which node; None where the stack makes no nodes."""
    if not isinstance(stack.target, AksTarget):
        return None
    version, numbers = stack.target.version, {each.name: at for at, each in enumerate(plan.containers, start=1)}
    content: list[Content] = [
        note(
            "A box is a node, filled from below as its cores are taken by pods; a number and a colour are a"
            " container's. The scheduler may stand them otherwise: the nodes hold these pods in any order."
        ),
        tag("ul", *(tag("li", chip(at), " ", name) for name, at in numbers.items()), class_="legend"),
    ]
    for peak, state in _STATES.items():
        pools = [arranged(plan, pool, version, peak=peak) for pool in plan.pools]
        content.append(tag("h3", f"At the {state}"))
        words = f"Pods on nodes at the {state}: {'; '.join(map(_in_words, pools))}. The table below has the same."
        content.append(picture(f"nodes-{state}", words, lambda width, pools=pools: nodes(pools, numbers, width)))  # type: ignore[misc]  # a default keeps the loop's value
        content.append(_nodes_table(state, pools))
    return Section("nodes", "Pods on nodes", content)


def _in_words(pool: Arrangement) -> str:
    pods = sum(node.pods.total() for node in pool.nodes)
    return f"{pool.pool.name}, {many(len(pool.nodes), 'node')}, {many(pods, 'pod')}"


def _nodes_table(state: str, pools: Sequence[Arrangement]) -> Markup:
    columns = [
        Column("pool"),
        Column("nodes", number=True),
        Column("zones"),
        Column("on each"),
        Column("cores taken", number=True),
        Column("GiB taken", number=True),
    ]
    rows: list[list[Content]] = []
    for pool in pools:
        for pattern, same in patterns(pool.nodes).items():
            node = same[0]
            on_each = ", ".join(f"{count} \N{MULTIPLICATION SIGN} {group.name}" for group, count in pattern)
            own = "nothing yet" if pool.pool.pods_per_node else "the cluster's own pods"
            rows.append(
                [
                    pool.pool.name,
                    one(len(same)),
                    ", ".join(sorted({each.zone for each in same if each.zone})) or NONE,
                    on_each or own,
                    f"{size(node.cpu)} of {size(node.room.cpu)}" if pattern else NONE,
                    f"{size(node.memory_gib)} of {size(node.room.memory_gib)}" if pattern else NONE,
                ]
            )
    waiting = [f"{group.count} \N{MULTIPLICATION SIGN} {group.name}" for pool in pools for group in pool.waiting]
    made = table(f"What stands on the nodes at the {state}", columns, rows)
    late = note(f"For a node that rollouts bring wait: {', '.join(waiting)}.") if waiting else None
    return tag("div", made, late)


def utilisation(stack: Stack, plan: Plan) -> Section:
    """Cores and memory: asked by pods, against what the nodes give."""
    if not isinstance(stack.target, AksTarget):
        return _asked(plan)
    rows, bars_of = [], []
    for pool in plan.node_pools:
        machine = vm_size(pool.vm_size)
        for peak, state in _STATES.items():
            found = arranged(plan, pool, stack.target.version, peak=peak)
            count = len(found.nodes)
            whole = (machine.vcpus, machine.memory_gib) if machine else (0, 0.0)
            cores = (sum(node.cpu for node in found.nodes), sum(node.room.cpu for node in found.nodes))
            memory = (sum(node.memory_gib for node in found.nodes), sum(node.room.memory_gib for node in found.nodes))
            for what, (asked, given), all_ in (("cores", cores, whole[0]), ("GiB", memory, whole[1])):
                share = asked / given if given else 0
                parts = ((asked, "accent"), (given - asked, "soft"))
                scaled = tuple((part / (all_ * count), colour) for part, colour in parts) if all_ * count else ()
                name = f"{pool.name}, {what} at the {state}"
                bars_of.append(Bar(name, f"{size(asked)} of {size(given)}, {share:.0%}", scaled))
                rows.append([pool.name, state, what, size(asked), size(given), size(all_ * count), f"{share:.0%}"])
    columns = [Column("pool"), Column("when"), Column("of what")]
    columns += [Column(head, number=True) for head in ("asked", "left to pods", "on the nodes", "used")]
    words = "; ".join(f"{bar.label}: {bar.value}" for bar in bars_of)
    content = [
        note("Dark: asked by pods. Light: free. The empty rest is kept by AKS and the nodes' own system."),
        picture("utilisation", f"Utilisation. {words}.", lambda width: bars(bars_of, width, 1.0)),
        table("Cores and memory of each pool", columns, rows),
    ]
    return Section("utilisation", "Utilisation", content)


def _asked(plan: Plan) -> Section:
    """Where no nodes are the stack's: what each container asks for."""
    sizes = {group.container: (group.cpu, group.memory_gib) for group in plan.container_groups}
    rows: list[list[Content]] = []
    cores = []
    total = [0.0, 0.0, 0.0, 0.0]
    for each in plan.containers:
        if each.once:
            continue
        cpu, memory = sizes.get(each.name, (each.shape.cpu, each.shape.memory_gib))
        ends = [cpu * each.replicas.min, cpu * each.replicas.max]
        ends += [memory * each.replicas.min, memory * each.replicas.max]
        total = [so_far + more for so_far, more in zip(total, ends, strict=True)]
        parts = ((ends[0], "accent"), (ends[1] - ends[0], "soft"))
        cores.append(Bar(each.name, f"{between(ends[0], ends[1])} cores", parts))
        rows.append([each.name, span(each.replicas), *map(size, ends)])
    rows.append(["all", NONE, *map(size, total)])
    heads = ("cores, least", "cores, peak", "GiB, least", "GiB, peak")
    columns = [Column("container"), Column("replicas", number=True), *(Column(head, number=True) for head in heads)]
    words = "; ".join(f"{bar.label}: {bar.value}" for bar in cores)
    given = (
        "Each group is given exactly what it asks for: nothing is free, and nothing is shared."
        if plan.container_groups
        else "The hosts are yours: what they give is not known here."
    )
    content = [
        note(given, " Dark: at the least. Light: more at the peak."),
        picture("utilisation", f"Cores asked for. {words}.", lambda width: bars(cores, width)) if cores else None,
        table("Cores and memory asked for", columns, rows, foot=1),
    ]
    return Section("utilisation", "Utilisation", content)


def quota(plan: Plan) -> Section | None:
    """Cores that the subscription must grant."""
    if not plan.quota:
        return None
    columns = [Column("family"), Column("vCPU", number=True), Column("groups", number=True)]
    rows = [[each.family, one(each.vcpus), one(each.groups) if each.groups else NONE] for each in plan.quota]
    spare = [note("Every pool at its peak, and one node more of each while rollouts and upgrades run.")]
    return Section(
        "quota",
        "Quota",
        [table(f"Quota needed in {plan.location}", columns, rows), spare if plan.pools else None],
    )
