"""What runs where: containers, pods on nodes, how full those are, and the quota that they need."""

from collections.abc import Iterator, Sequence
from functools import partial

from speech.capacity.plan import ContainerPlan, Plan
from speech.catalog.versions import NEWEST
from speech.cli.host_words import words_of
from speech.cli.report.amounts import NONE, many, one, size, span
from speech.cli.report.arrangement import STATES, Arrangement, arranged, patterns
from speech.cli.report.drawing import picture
from speech.cli.report.markup import Content, Markup, tag
from speech.cli.report.pictures import nodes
from speech.cli.report.section import Section, note
from speech.cli.report.tables import Column, table
from speech.cli.report.topology import chip
from speech.settings.stack import Stack
from speech.settings.target import AksTarget, TargetKind


def containers(plan: Plan) -> Section:
    """Every container: its image, its pods, and where clients find it."""
    words = words_of(plan.target)
    shapes = {group.container: f"{group.cpu:g} cpu {group.memory_gib:g} GiB" for group in plan.container_groups}
    columns = [
        Column("container"),
        Column("image", code=True),
        Column("version"),
        Column("streams", number=True),
        Column("each carries", number=True),
        Column(words.many, number=True),
        Column("size of each", number=True),
        Column("host URL", code=True),
    ]
    rows: list[list[Content]] = [
        [
            [tag("span", chip(number), " ", each.name, class_="name"), tag("small", each.kind, _locale(each))],
            each.image,
            NONE if each.version == NEWEST else each.version,
            one(each.streams) if each.streams else NONE,
            NONE if each.once else str(each.streams_per_pod),
            _how_many(plan, each),
            shapes.get(each.name, str(each.shape)),
            each.host_url or tag("span", _no_url(each), class_="words"),
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
            [tag("h3", "Beside them"), tag("ul", *beside)] if beside else None,
        ],
    )


def _locale(each: ContainerPlan) -> str | None:
    return f", {each.locale}" if each.locale else None


def _how_many(plan: Plan, each: ContainerPlan) -> str:
    if each.once:
        return "once"
    return f"{each.host_port}:{each.port}" if plan.target == TargetKind.DOCKER else span(each.replicas)


def _no_url(each: ContainerPlan) -> str:
    return "nothing to call" if each.port is None else "an address, known when it stands"


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
            "A box is a node, as wide as the cores that it gives to pods; number and colour are the container's."
            " Grey: AKS's own pods."
            " The scheduler may place pods otherwise: the nodes hold them in any order."
        ),
        tag("ul", *(tag("li", chip(at), " ", name) for name, at in numbers.items()), class_="legend"),
    ]
    for peak, state in STATES.items():
        pools = [arranged(plan, pool, version, peak=peak) for pool in plan.pools]
        content.append(tag("h3", f"At the {state}"))
        words = f"Pods on nodes at the {state}: {'; '.join(map(_in_words, pools))}. The table below has the same."
        content.append(picture(f"nodes-{state}", words, partial(nodes, pools, numbers)))
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
            own = "nothing" if pool.pool.pods_per_node else "the cluster's own pods"
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


def quota(plan: Plan) -> Section | None:
    """Cores that the subscription must grant."""
    if not plan.quota:
        return None
    columns = [Column("family"), Column("vCPU", number=True)]
    if any(each.groups for each in plan.quota):
        columns.append(Column("groups", number=True))
    rows = [[each.family, one(each.vcpus), one(each.groups or 0)][: len(columns)] for each in plan.quota]
    spare = [note("Every pool at its peak, and one node more of each while rollouts and upgrades run.")]
    return Section(
        "quota",
        "Quota",
        [table(f"Quota needed in {plan.location}", columns, rows, short=True), spare if plan.pools else None],
    )
