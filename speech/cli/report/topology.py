"""Who calls, by which names, what answers, where it runs, what that needs in Azure: five lists, one after another."""

from collections.abc import Iterator

from speech.capacity.plan import ContainerPlan, Plan
from speech.cli.host_words import words_of
from speech.cli.report.amounts import many, span
from speech.cli.report.markup import Content, Markup, tag
from speech.cli.report.pictures import colour_of
from speech.manifests.egress import destinations
from speech.settings.stack import Stack
from speech.settings.target import TargetKind

_CALLERS = {
    "cluster": "pods of the cluster",
    "internal": "whoever is in the private network, or joined to it",
    "public": "the internet",
}
_ENTRANCES = {
    "cluster": "a service in the cluster for each container",
    "internal": "a private load balancer for each container",
    "public": "a public load balancer for each container",
}
_GROUPS = {"cluster": "groups", "internal": "a private address of each group", "public": "a public name of each group"}


def topology(stack: Stack, plan: Plan) -> Markup:
    """A row on wide pages, a column on narrow ones, in the order in which a call passes them."""
    stages: list[tuple[str, Iterator[Content]]] = [
        ("Clients", _clients(plan)),
        ("Exposure", _entrance(plan)),
        ("Containers", (_container(number, each) for number, each in enumerate(plan.containers, start=1))),
        ("Run on", _hosts(plan)),
        ("Azure and beyond", _azure(stack, plan)),
    ]
    items = [
        tag("li", tag("h3", name), tag("ul", *(tag("li", card) for card in cards))) for name, cards in stages
    ]  # fmt: skip
    return tag("ol", *items, class_="flow")


def chip(number: int) -> Markup:
    """A container's number in its colour, as the pictures have it."""
    return tag("span", str(number), class_="chip", style=f"background: var(--{colour_of(number)})")


def _clients(plan: Plan) -> Iterator[Content]:
    if plan.target == TargetKind.DOCKER:
        yield "whoever reaches the host"
        return
    if _behind_ingress(plan):
        yield "whoever reaches the Ingress"
        return
    yield _CALLERS[plan.exposure.kind]
    if plan.exposure.entrance and plan.exposure.entrance.clients.proven:
        yield "with a certificate, a token or a key, as the gateway asks"
    if plan.exposure.kind != "cluster" and plan.exposure.clients:
        yield ["only from ", tag("code", ", ".join(plan.exposure.clients))]


def _entrance(plan: Plan) -> Iterator[Content]:
    if plan.target == TargetKind.DOCKER:
        yield "a port of the host for each container"
    elif plan.target == TargetKind.CONTAINER_INSTANCES:
        yield f"{_GROUPS[plan.exposure.kind]}, no balancer before them"
    elif plan.exposure.entrance:
        yield f"a gateway with {'TLS' if plan.exposure.entrance.tls else 'no TLS'}, one address"
    elif _behind_ingress(plan):
        yield "the Ingress of the cluster"
    else:
        yield _ENTRANCES[plan.exposure.kind]
    if plan.exposure.domain and any(each.host for each in plan.containers):
        yield ["names below ", tag("code", plan.exposure.domain)]
    if any(each.needs_address for each in plan.containers) and words_of(plan.target).address:
        yield words_of(plan.target).address


def _behind_ingress(plan: Plan) -> bool:
    if plan.exposure.entrance:
        return False
    return plan.target == TargetKind.KUBERNETES and any(each.host_port for each in plan.containers)


def _container(number: int, each: ContainerPlan) -> Content:
    about = "runs once" if each.once else f"{each.streams:,} streams"
    pair = f", tells the language for {each.pair_with}" if each.pair_with else ""
    where = tag("code", each.host_url) if each.host_url else None
    return [
        tag("p", chip(number), " ", tag("strong", each.name)),
        tag("p", f"{each.kind}, {about}{pair}"),
        tag("p", where) if where else None,
    ]


def _hosts(plan: Plan) -> Iterator[Content]:
    for pool in plan.node_pools:
        zones = f", zones {', '.join(pool.zones)}" if pool.zones else ""
        lives = [str(at) for at, each in enumerate(plan.containers, start=1) if each.pool == pool.name]
        yield [
            tag("p", tag("strong", f"pool {pool.name}")),
            tag("p", f"{span(pool.nodes)} {pool.vm_size}{zones}"),
            tag("p", f"containers {', '.join(lives)}") if lives else None,
        ]
    if plan.system_pool:
        pool = plan.system_pool
        yield [tag("p", tag("strong", "system pool")), tag("p", f"{span(pool.nodes)} {pool.vm_size}, for AKS itself")]
    if plan.container_groups:
        cores = sum(group.cpu for group in plan.container_groups)
        yield [
            tag("p", tag("strong", "container groups")),
            tag("p", f"{many(len(plan.container_groups), 'group')}, {cores:g} cores; always running, never more"),
        ]
    if not plan.pools and not plan.container_groups:
        mine = "Docker hosts" if plan.target == TargetKind.DOCKER else "nodes"
        yield f"{mine} of your own, which the stack neither makes nor pays"


def _azure(stack: Stack, plan: Plan) -> Iterator[Content]:
    account = stack.account
    if account.mode == "create":
        reach = "private endpoint" if account.private_endpoint else "public endpoint"
        limits = f", from {', '.join(account.allowed_ip_ranges)}" if account.allowed_ip_ranges else ""
        about = f"{account.sku} in {plan.location}, {reach}{limits}"
        yield [tag("p", tag("strong", "Speech account")), tag("p", tag("code", plan.names["account"])), tag("p", about)]
    else:
        named = account.endpoint or account.resource_id or "existing"
        yield [tag("p", tag("strong", "Speech account, existing")), tag("p", tag("code", named))]
    yield [
        tag("p", tag("strong", "Key vault")),
        tag("p", "holds the keys" + ("; pods read them from it" if plan.target == TargetKind.AKS else "")),
    ]
    hosts = len(destinations(stack))
    yield [tag("p", tag("strong", "Egress")), tag("p", many(hosts, "destination") + ", listed below")]
