"""Why each pool has its size and its number of nodes, and why every other size of the catalogue was not taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from speech.capacity.choice import allowed
from speech.capacity.nodes import Candidate, Pods, candidate, room
from speech.capacity.plan import NodePool, Plan, Range
from speech.catalog.kinds import kind
from speech.catalog.vm_sizes import VmSize, min_ghz, vm_size, vm_sizes
from speech.settings.stack import Stack
from speech.settings.target import AksTarget, Target

_PART = 0.0005
"""Less is no difference."""
_SMALL = 0.1
_SHOWN = 3
"""Sizes of one ground that a sentence names."""


class Ground(StrEnum):
    """Why a size was not taken, first that holds; in the words of a sentence."""

    ARCHITECTURE = "ARM64"
    AVX2 = "no AVX2"
    CLOCK = "too slow a clock"
    BURSTABLE = "bursts, no steady clock"
    GPU = "a GPU that no pod needs"
    NO_GPU = "no GPU"
    RETIRES = "Azure retires it"
    PLACE = "not to be had there"
    NOT_ALLOWED = "not in the allow-list"
    TOO_SMALL = "does not fit"
    DISK = "no place for an ephemeral disk"
    NO_PRICE = "no price is known"
    DEARER = "dearer at the peak"
    ALIKE = "as dear"


_COUNTED = {Ground.CLOCK, Ground.RETIRES, Ground.PLACE, Ground.TOO_SMALL, Ground.DEARER, Ground.ALIKE}
"""Of these, the reason says more than the ground."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A size that the pool does not have."""

    vm_size: str
    ground: Ground
    reason: str
    """Exactly: `2.1 GHz`, `does not fit by 180m`, `dearer by 14 %`, `retires 2028-05-01`."""
    measure: float = 0.0
    """What the reason counts, to tell the nearest: millicores or MiB too few, or the part that it is dearer."""


@dataclass(frozen=True, slots=True)
class PoolExplanation:
    """One pool."""

    pool: str
    vm_size: str
    size: tuple[str, ...]
    """Why this size: sentences."""
    count: tuple[str, ...]
    """Why so many nodes."""
    rejected: tuple[Rejected, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it in short: of each ground the nearest sizes by name, and the number of the rest."""
        grounds = dict.fromkeys(each.ground for each in self.rejected)
        return (*self.size, *self.count, *(f"{self.pool}: {_together(each, self.rejected)}" for each in grounds))


def explain(stack: Stack, plan: Plan) -> tuple[PoolExplanation, ...]:
    """Every pool for Speech containers. None where the stack makes no nodes."""
    target = stack.target
    if not isinstance(target, AksTarget):
        return ()
    several = any(pool.gpus for pool in plan.node_pools)
    return tuple(_pool(stack, target, plan, pool, several=several) for pool in plan.node_pools)


def _pool(stack: Stack, target: AksTarget, plan: Plan, pool: NodePool, *, several: bool) -> PoolExplanation:
    pods = _pods(plan, pool)
    sizes = allowed(target, stack.location, gpu=pool.gpus > 0, others=several)
    found = {
        size.name: candidate(size, pods, len(target.zones), target.version, stack.location, target.os_disk)
        for size in vm_sizes()
    }
    options = sum(found.get(size.name) is not None for size in sizes)
    rejected = [
        _rejected(size, pods, stack, sizes, (found[size.name], found.get(pool.vm_size)))
        for size in vm_sizes()
        if size.name != pool.vm_size
    ]
    grounds = list(Ground)
    return PoolExplanation(
        pool=pool.name,
        vm_size=pool.vm_size,
        size=tuple(_why_size(pool, pods, target, options)),
        count=tuple(_why_count(plan, pool, pods)),
        rejected=tuple(sorted(rejected, key=lambda each: (grounds.index(each.ground), each.measure, each.vm_size))),
    )


def _pods(plan: Plan, pool: NodePool) -> list[Pods]:
    there = [each for each in plan.containers if each.pool == pool.name]
    served = [each for each in there if not each.once] or there
    pods = [Pods(each.shape, each.replicas, kind(each.kind).image_gib, each.gpus) for each in served]
    spare = [
        Pods(each.shape, Range(each.spare_pods, each.spare_pods), gpus=each.gpus) for each in served if each.spare_pods
    ]
    return pods + spare + [Pods(each.cache.shape, Range(1, 1)) for each in served if each.cache]


def _rejected(
    size: VmSize, pods: Sequence[Pods], stack: Stack, sizes: Sequence[VmSize], costs: Sequence[Candidate | None]
) -> Rejected:
    """The first ground that holds."""
    gpu = any(each.gpus for each in pods)
    plain = next(((ground, reason) for holds, ground, reason in _unfit(size, stack, gpu=gpu) if holds), None)
    if plain:
        return Rejected(size.name, *plain)
    if size not in sizes:
        return Rejected(size.name, Ground.NOT_ALLOWED, "not in the allow-list")
    return _short(size, pods, stack.target) or _by_cost(size, *costs)


def _unfit(size: VmSize, stack: Stack, *, gpu: bool) -> Iterator[tuple[object, Ground, str]]:
    """What no demand changes: whether it is so, and the words for it."""
    yield size.architecture != "x64", Ground.ARCHITECTURE, size.architecture.upper()
    yield not size.avx2, Ground.AVX2, "no AVX2"
    yield size.base_ghz is not None and size.base_ghz < min_ghz(), Ground.CLOCK, f"{size.base_ghz} GHz"
    yield size.burstable, Ground.BURSTABLE, "burstable"
    yield gpu and not size.gpus, Ground.NO_GPU, "no GPU"
    yield size.gpus and not gpu, Ground.GPU, f"an {size.gpu} that no pod needs"
    yield size.retires, Ground.RETIRES, f"retires {size.retires}"
    place = size.place_fault(stack.location, stack.target.zones if isinstance(stack.target, AksTarget) else ())
    yield place, Ground.PLACE, str(place)


def _by_cost(size: VmSize, option: Candidate | None, chosen: Candidate | None) -> Rejected:
    if option is None:
        return Rejected(size.name, Ground.DISK, "no place for an ephemeral disk")
    if option.cost is None or chosen is None or chosen.cost is None:
        return Rejected(size.name, Ground.NO_PRICE, "no price is known")
    more = option.cost.high / chosen.cost.high - 1
    if more >= _PART:
        return Rejected(size.name, Ground.DEARER, f"dearer by {_percent(more)}", more)
    return Rejected(size.name, Ground.ALIKE, _alike(option, chosen, more), more)


def _short(size: VmSize, pods: Sequence[Pods], target: Target) -> Rejected | None:
    """By how much the pod that lacks most does not fit an empty node."""
    left = room(size, target.version if isinstance(target, AksTarget) else "")
    cpu = max(each.shape.cpu for each in pods) - left.cpu
    memory = max(each.shape.memory_gib for each in pods) - left.memory_gib
    if cpu > 0:
        return Rejected(size.name, Ground.TOO_SMALL, f"does not fit by {cpu * 1000:.0f}m", cpu)
    if memory > 0:
        return Rejected(size.name, Ground.TOO_SMALL, f"does not fit by {memory:.1f} GiB", memory)
    return None


def _alike(option: Candidate, chosen: Candidate, more: float) -> str:
    """Within a hundredth the price decides nothing: see nodes.cheapest."""
    if option.machines and chosen.machines and option.machines.estimated and not chosen.machines.estimated:
        return "costs about as much, but its price is an estimate"
    if option.cost and chosen.cost and option.cost.low > chosen.cost.low + 1:
        return "costs about as much at the peak, and more at the least load"
    return "costs about as much" if more > -_PART else f"cheaper by {_percent(-more)}, which decides nothing"


def _why_size(pool: NodePool, pods: Sequence[Pods], target: AksTarget, options: int) -> Iterator[str]:
    size = vm_size(pool.vm_size)
    if size is None:
        return
    left = room(size, target.version)
    largest = max((each.shape for each in pods), key=lambda shape: (shape.cpu, shape.memory_gib))
    yield (
        f"{pool.name}: a node of {size.name} leaves {left.cpu:g} cpu and {left.memory_gib:.1f} GiB to pods,"
        f" {pool.pods_per_node} of {largest}"
    )
    if target.vm_size:
        yield f"{pool.name}: its size is the one that vm_size names"
    else:
        yield f"{pool.name}: the cheapest at the peak of {options} sizes that hold each of its pods"


def _why_count(plan: Plan, pool: NodePool, pods: Sequence[Pods]) -> Iterator[str]:
    names = [each.name for each in plan.containers if each.pool == pool.name and not each.once]
    for nodes, most, when in ((pool.nodes.max, True, "at the peak"), (pool.nodes.min, False, "at the least load")):
        count = sum(each.replicas.max if most else each.replicas.min for each in pods)
        what = f"{nodes} {'node' if nodes == 1 else 'nodes'} {when} for {count} {'pod' if count == 1 else 'pods'}"
        zones = f", one in each of {len(pool.zones)} zones" if len(pool.zones) == nodes else ""
        yield f"{pool.name}: {what} of {', '.join(names)}, in any order{zones}"
    yield f"{pool.name}: {pool.surge} more in the quota, which rollouts and upgrades put beside them for a while"


def _together(ground: Ground, rejected: Sequence[Rejected]) -> str:
    """`dearer at the peak: Standard_D8s_v5 (dearer by 9 %), and 12 more`."""
    there = [each for each in rejected if each.ground is ground]
    named = ", ".join(
        f"{each.vm_size} ({each.reason})" if ground in _COUNTED else each.vm_size for each in there[:_SHOWN]
    )
    rest = f", and {len(there) - _SHOWN} more" if len(there) > _SHOWN else ""
    return f"not taken, {ground.value}: {named}{rest}"


def _percent(part: float) -> str:
    return f"{part:.0%}".replace("%", " %") if part >= _SMALL else f"{100 * part:.1f} %"
