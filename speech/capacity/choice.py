"""Which VM size the pods run on: the cheapest that holds them, of those that the settings allow."""

from collections.abc import Sequence

from speech.capacity.nodes import Candidate, Pods, candidate, cheapest, fits, room, usable
from speech.capacity.plan import PodShape
from speech.catalog.vm_sizes import VmSize, vm_size, vm_sizes
from speech.settings.faults import Finding, InvalidStackError
from speech.settings.target import AksTarget


def choose(target: AksTarget, pods: Sequence[Pods], region: str) -> tuple[Candidate, tuple[str, ...]]:
    """The pool that holds all pods, and the sentences that say why.

    Raises InvalidStackError where no size that the settings allow holds every pod.
    """
    named = (target.vm_size,) if target.vm_size else target.vm_sizes
    sizes = [size for size in map(vm_size, named) if size] if named else [size for size in vm_sizes() if usable(size)]
    options = [
        option
        for size in sizes
        if (option := candidate(size, pods, len(target.zones), target.version, region)) is not None
    ]
    if not options:
        path = "speech:target.vm_size" if target.vm_size else "speech:target.vm_sizes"
        raise InvalidStackError([Finding(path, _no_size(sizes, pods, target.version))])
    choice = cheapest(options)
    return choice, _why(choice, sizes, pods, target.version, region)


def _no_size(sizes: Sequence[VmSize], pods: Sequence[Pods], kubernetes: str) -> str:
    largest = _largest(pods)
    if not sizes:
        return "no size of the list is in the catalogue: the plan needs its cores and memory"
    best = max(sizes, key=lambda size: (room(size, kubernetes).cpu, room(size, kubernetes).memory_gib))
    left = room(best, kubernetes)
    fitting = _smallest_fit(pods, kubernetes)
    hint = f" {fitting} would" if fitting else ""
    leaves = f"which leaves {left.cpu:g} cpu and {left.memory_gib:.1f} GiB to pods"
    return f"no pod of {largest} fits {best.name}, {leaves}.{hint}"


def _smallest_fit(pods: Sequence[Pods], kubernetes: str) -> str | None:
    """The name of the smallest usable size that holds every pod; None where there is none."""
    options = [
        size for size in vm_sizes() if usable(size) and all(fits(pod.shape, room(size, kubernetes)) for pod in pods)
    ]
    return min(options, key=lambda size: (size.vcpus, size.memory_gib, size.name)).name if options else None


def _why(
    choice: Candidate, sizes: Sequence[VmSize], pods: Sequence[Pods], kubernetes: str, region: str
) -> tuple[str, ...]:
    left, largest = room(choice.size, kubernetes), _largest(pods)
    leaves = f"leaves {left.cpu:g} cpu and {left.memory_gib:.1f} GiB to pods"
    reasons = [f"a node of {choice.size.name} {leaves}: {choice.pods_per_node} of {largest}"]
    price = choice.size.hourly_usd(region)
    cheaper = [
        size
        for size in sizes
        if price and (usd := size.hourly_usd(region)) is not None and usd < price and size.vcpus >= choice.size.vcpus
        and not fits(largest, room(size, kubernetes))
    ]  # fmt: skip
    if cheaper and price:
        near = max(cheaper, key=lambda size: size.hourly_usd(region) or 0)
        less = round(100 * (1 - (near.hourly_usd(region) or 0) / price))
        reasons.append(f"{near.name} costs {less} % less, but holds no pod of {largest}")
    return tuple(reasons)


def _largest(pods: Sequence[Pods]) -> PodShape:
    return max((pod.shape for pod in pods), key=lambda shape: (shape.cpu, shape.memory_gib))
