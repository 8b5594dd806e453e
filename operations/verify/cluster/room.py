"""Whether every pod of a plan finds a node: on those that are there, and on those that the autoscaler may add."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from operations.verify.check import Check, State, failed, passed, warned
from operations.verify.cluster.nodes import Amount, Group, Node, Places, asks, nodes
from operations.verify.cluster.served import Document
from operations.verify.kube import Cluster, NoClusterError
from speech.capacity.names import pool_name
from speech.capacity.plan import NodePool, Plan
from speech.manifests.document import POOL_LABEL
from speech.settings.target import AVX2_LABEL


def checks(cluster: Cluster, plan: Plan, documents: Sequence[Document]) -> Iterator[Check]:
    """Labels, then room at the least and at the most."""
    groups = list(_groups(plan, documents))
    namespaces = {str(one["metadata"]["namespace"]) for one in documents if "namespace" in one["metadata"]}
    try:
        found = cluster.get("/api/v1/nodes")["items"]
    except (NoClusterError, TypeError) as error:
        yield warned("nodes", f"not asked: {error}", "kubectl auth can-i list nodes")
        return
    try:
        pods = (cluster.get("/api/v1/pods") or {"items": []})["items"]
    except NoClusterError as error:
        pods = []
        yield warned("nodes", f"what other pods take is not known: {error}", "kubectl auth can-i list pods -A")
    there = nodes(found, pods, namespaces)
    labels = _labels(plan, groups, there)
    yield labels
    if labels.state is State.FAIL:
        return
    # A node that the autoscaler adds is as the others of its pool, without their other pods.
    more = {node.name: node for pool in plan.node_pools for node in _added(pool, there)}
    yield _room("room min", plan, {group.name: group.least for group in groups}, groups, there, more)
    yield _room("room max", plan, {group.name: group.most for group in groups}, groups, there, more)


def _groups(plan: Plan, documents: Sequence[Document]) -> Iterator[Group]:
    planned = {container.name: container.replicas for container in plan.containers}
    for one in documents:
        if one["kind"] != "Deployment":
            continue
        name, spec = str(one["metadata"]["name"]), one["spec"]["template"]["spec"]
        replicas = planned.get(name)
        fixed = int(one["spec"].get("replicas", 1))
        least, most = (replicas.min, replicas.max) if replicas else (fixed, fixed)
        yield Group(name, spec, asks(spec), least, most)


def _labels(plan: Plan, groups: Sequence[Group], there: Sequence[Node]) -> Check:
    """Whether there are nodes that pods may come to at all."""
    homeless = [group for group in groups if not any(node.takes(group.spec) for node in there)]
    if not homeless:
        count = len({node.name for node in there for group in groups if node.takes(group.spec)})
        told = any(AVX2_LABEL in group.spec.get("nodeSelector", {}) for group in groups)
        labelled = " and have AVX2, as their label says" if told else ""
        return passed("nodes", f"{count} of {len(there)} ready nodes take pods of the stack{labelled}", nodes=count)
    chosen = {
        name: value
        for group in homeless
        for name, value in group.spec.get("nodeSelector", {}).items()
        if not any(node.labels.get(name) == value for node in there)
    }
    names = ", ".join(group.name for group in homeless)
    if POOL_LABEL in chosen and all(pool.nodes.min == 0 for pool in plan.node_pools):
        return warned("nodes", f"no node of the pool {chosen[POOL_LABEL]} yet: the autoscaler adds the first")
    if AVX2_LABEL in chosen:
        said = f"no ready node has the label {AVX2_LABEL}=true, which pods of {names} ask for"
        return failed("nodes", said, f"install Node Feature Discovery, or  kubectl label node NAME {AVX2_LABEL}=true")
    said = f"no ready node takes pods of {names}" + (f": none has {_equal(chosen)}" if chosen else ": taints")
    return failed("nodes", said, "kubectl get nodes --show-labels; speech:target.node_selector says which")


def _added(pool: NodePool, there: Sequence[Node]) -> Iterator[Node]:
    """What the pool may grow by."""
    of_pool = [node for node in there if node.labels.get(POOL_LABEL) == pool_name(pool)]
    for number in range(max(0, pool.most_nodes - len(of_pool)) if of_pool else 0):
        like = of_pool[0]
        yield replace(like, name=f"{pool.name} +{number + 1}", free=like.empty)


def _room(
    name: str,
    plan: Plan,
    wanted: Mapping[str, int],
    groups: Sequence[Group],
    there: Sequence[Node],
    more: Mapping[str, Node],
) -> Check:
    counts = [(group, wanted[group.name]) for group in groups]
    total = sum(wanted.values())
    known: dict[str, Node] = {node.name: node for node in there}
    left = Places({node.name: node.free for node in there}).put(counts, known)
    if not left:
        return passed(name, f"{total} pods find a place on the nodes that are there", pods=total)
    waiting = sum(left.values())
    if more:
        every = {**known, **more}
        still = Places({node.name: node.free for node in every.values()}).put(counts, every)
        if not still:
            return passed(
                name, f"{total} pods: {total - waiting} now, all with up to {len(more)} nodes more", pods=total
            )
        left, waiting = still, sum(still.values())
    said = f"{waiting} of {total} pods find no place: {', '.join(_unplaced(groups, left, known))}"
    if plan.node_pools:
        return failed(name, said, f"pulumi up --refresh --stack {plan.stack}  makes the planned pools")
    remedy = "give the cluster more nodes, or lower speech:containers[].scaling.max_replicas"
    return failed(name, said, remedy)


def _unplaced(groups: Sequence[Group], left: Mapping[str, int], there: Mapping[str, Node]) -> Iterator[str]:
    for group in groups:
        if group.name in left:
            best = max((node.free for node in there.values() if node.takes(group.spec)), key=_size, default=None)
            most = f"the freest node has {best}" if best else "no node takes it"
            yield f"{left[group.name]} of {group.name} ({group.asks}; {most})"


def _size(amount: Amount) -> tuple[float, float]:
    return amount.cpu, amount.memory_gib


def _equal(chosen: Mapping[str, str]) -> str:
    return " and ".join(f"{name}={value}" for name, value in chosen.items())
