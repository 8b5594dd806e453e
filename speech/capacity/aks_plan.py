"""A cluster of the stack's own: a pool of nodes for each class of container, and one for the cluster itself."""

from collections.abc import Sequence

from speech.capacity import cost
from speech.capacity.aks_findings import faults, warnings
from speech.capacity.choice import allowed, choose
from speech.capacity.containers import Sized
from speech.capacity.disks import Disk, disk
from speech.capacity.drain import drain, waits
from speech.capacity.exposure import exposure, host
from speech.capacity.names import namespace
from speech.capacity.nodes import GPU_POOL, POOL, SPEECH_POOLS, SURGE_NODES, Candidate, Pods, pool
from speech.capacity.packing_pools import Split, split
from speech.capacity.placement import Place, Placement
from speech.capacity.plan import NodePool, Range
from speech.capacity.proof import Proof
from speech.catalog import aks
from speech.catalog.vm_sizes import vm_size
from speech.settings.containers import ScaleBy
from speech.settings.faults import InvalidStackError
from speech.settings.stack import Stack
from speech.settings.target import AksTarget

SYSTEM_POOL = "system"
_SPOT = "no source has the prices of spot nodes: the cost is what the same nodes cost on demand, the most that they may"


def placed(stack: Stack, target: AksTarget, made: Sequence[Sized]) -> Placement:
    """Pools, quota and cost. Raises InvalidStackError where the cluster cannot hold what the plan needs."""
    pools_of, shared = _pools_of(target, made, stack.location)
    system, several = _system_pool(target), any(each.facts.gpu for each in made)
    found = [
        choose(target, _pods(group), stack.location, others=several, among=shared.among if shared else ())
        for group in pools_of.values()
    ]
    pools = tuple(
        pool(choice, target.zones, name, spot=target.spot) for name, (choice, _) in zip(pools_of, found, strict=True)
    )
    exposed, served = exposure(stack.network), sum(each.facts.port is not None for each in made)
    if wrong := faults(stack, target, pools, system, exposed.addresses(served) if exposed.kind == "internal" else 0):
        raise InvalidStackError(wrong)
    drained = drain(
        stack.network.longest_stream_minutes,
        max(choice.pods_per_node for choice, _ in found),
        max(each.facts.startup_minutes for each in made),
    )
    places = {
        each.container.name: Place(
            replicas=each.pods.replicas,
            fixed=each.container.scaling.by is ScaleBy.FIXED,
            host=host(exposed, each.container.name, namespace(stack)),
            entrance=exposed.entrance if each.facts.port else None,
            waits=waits(each.startup_minutes, drained.grace_seconds, each.pods.replicas.max),
            pool=name,
        )
        for name, members in pools_of.items()
        for each in members
    }
    proof = _proof(shared, [choice for choice, _ in found if not choice.size.gpus])
    return Placement(
        places=places,
        drain=drained,
        cost=(
            *cost.cluster(stack, target, [*pools, system]),
            *cost.network(stack, exposed, served, own=target.subnet_id is None),
        ),
        why=(
            *(reason for _, reasons in found for reason in reasons),
            *([str(proof)] if proof else []),
            *([_SPOT] if target.spot else []),
        ),
        warnings=tuple(warnings(stack, target, [choice.size for choice, _ in found])),
        quota=cost.quota([*pools, system]),
        system_pool=system,
        node_pools=pools,
        proof=proof,
        pays_storage=True,
    )


def _pools_of(target: AksTarget, made: Sequence[Sized], region: str) -> tuple[dict[str, list[Sized]], Split | None]:
    """Containers by the pool that they need, and how those without a GPU came to share theirs.

    What runs once takes the first pool that there is. Where no price is known, all share one.
    """
    once = [each for each in made if each.facts.once]
    served = [each for each in made if not each.facts.once and not each.facts.gpu]
    gpu = [each for each in made if not each.facts.once and each.facts.gpu]
    sizes = allowed(target, region, gpu=False, others=bool(served and gpu))
    found = split([_pods([each]) for each in served], sizes, target, region) if served else None
    shared = [[served[at] for at in group] for group in found.pools] if found else [served] if served else []
    named = dict(zip(SPEECH_POOLS, shared, strict=False))
    pools = {**named, **({GPU_POOL: gpu} if gpu else {})} or {POOL: []}
    next(iter(pools.values())).extend(once)
    return pools, found


def _proof(shared: Split | None, chosen: Sequence[Candidate]) -> Proof | None:
    """How near the pools without a GPU are to the least that any can cost."""
    costs = [choice.cost for choice in chosen]
    if shared is None or None in costs:
        return None
    usd = sum(cost.high for cost in costs if cost)
    return Proof(round(usd, 2), round(min(shared.bound, usd), 2))


def _pods(members: Sequence[Sized]) -> list[Pods]:
    """What a pool's nodes must hold. What runs once finds its place beside the rest, or on the node for rollouts."""
    served = [each for each in members if not each.facts.once] or members
    pods = [Pods(each.pods.shape, each.pods.replicas, each.facts.image_gib, int(each.facts.gpu)) for each in served]
    spare = [_spare(each) for each in served if each.container.scaling.spare_pods]
    return pods + spare + [Pods(each.cache.shape, Range(1, 1)) for each in served if each.cache]


def _spare(each: Sized) -> Pods:
    """Places that are kept free, at the peak too."""
    count = each.container.scaling.spare_pods
    return Pods(each.pods.shape, Range(count, count), gpus=int(each.facts.gpu))


def _system_pool(target: AksTarget) -> NodePool:
    """Nodes of the cluster's own pods; an ephemeral disk where there is a place for it, whatever Speech nodes have."""
    size = vm_size(target.system_vm_size)
    managed = aks.os_disk(size.vcpus if size else 0)
    placed = disk(size, managed.gib, "managed" if target.os_disk == "managed" else "auto") if size else None
    return NodePool(
        name=SYSTEM_POOL,
        vm_size=target.system_vm_size,
        nodes=Range(target.system_nodes, target.system_nodes),
        pods_per_node=0,
        zones=target.zones,
        vcpus=size.vcpus if size else 0,
        disk=placed or Disk(managed.gib, managed.tier, ephemeral=False),
        surge=SURGE_NODES,
    )
