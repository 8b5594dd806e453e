"""Which VM size the pods run on: the cheapest that holds them, of those that the settings allow."""

from collections.abc import Sequence

from speech.capacity.nodes import Candidate, Pods, candidate, cheapest, fits, room, usable
from speech.capacity.plan import PodShape
from speech.catalog.vm_sizes import VmSize, vm_size, vm_sizes
from speech.settings.faults import Finding, InvalidStackError
from speech.settings.target import AksTarget


def choose(
    target: AksTarget, pods: Sequence[Pods], region: str, *, others: bool = False, among: Sequence[PodShape] = ()
) -> tuple[Candidate, tuple[str, ...]]:
    """The pool that holds all pods, and the sentences that say why.

    With `others`, the settings' sizes are for another pool too: those with a GPU for the pods that need one, those
    without for the rest. A pool for which they name none takes any. Raises InvalidStackError where no size that the
    settings allow holds every pod and its images.
    """
    gpu = any(each.gpus for each in pods)
    sizes = allowed(target, region, gpu=gpu, others=others)
    options = [
        option
        for size in sizes
        if (option := candidate(size, pods, len(target.zones), target.version, region, target.os_disk, among))
    ]
    if not options:
        raise InvalidStackError([_no_pool(target, sizes, pods)])
    choice = cheapest(options)
    return choice, tuple(_why(choice, options, sizes, pods, target, region))


def allowed(target: AksTarget, region: str, *, gpu: bool, others: bool) -> Sequence[VmSize]:
    """Sizes that a pool may have, of those that the region is known to have where none is named; see `choose`."""
    named = [size for size in map(vm_size, _named(target)) if size]
    fitting = [size for size in named if (size.gpus > 0) is gpu]
    if not _named(target) or (others and named and not fitting):
        offered = (size for size in vm_sizes() if not size.place_fault(region, target.zones))
        return [size for size in offered if usable(size, gpu=gpu)]
    return fitting or ([] if gpu else named)


def _named(target: AksTarget) -> tuple[str, ...]:
    return (target.vm_size,) if target.vm_size else target.vm_sizes


def _no_pool(target: AksTarget, sizes: Sequence[VmSize], pods: Sequence[Pods]) -> Finding:
    path = "speech:target.vm_size" if target.vm_size else "speech:target.vm_sizes"
    if not sizes:
        known = any(map(vm_size, _named(target)))
        wrong = (
            "has a GPU, which some containers need"
            if known
            else "is in the catalogue: the plan needs its cores and memory"
        )
        return Finding(path, f"no size of the list {wrong}")
    largest = _largest(pods)
    if any(fits(largest, room(size, target.version)) for size in sizes):
        names = ", ".join(size.name for size in sizes[:3])
        return Finding(
            "speech:target.os_disk",
            f'"ephemeral": no node of {names} is known to have a place for the images. Write auto or managed',
        )
    best = max(sizes, key=lambda size: (room(size, target.version).cpu, room(size, target.version).memory_gib))
    left = room(best, target.version)
    leaves = f"which leaves {left.cpu:g} cpu and {left.memory_gib:.1f} GiB to pods"
    return Finding(path, f"no pod of {largest} fits {best.name}, {leaves}.{_hint(target, pods)}")


def _hint(target: AksTarget, pods: Sequence[Pods]) -> str:
    """The smallest usable size that holds every pod, where there is one."""
    gpu = any(pod.gpus for pod in pods)
    options = [
        size
        for size in vm_sizes()
        if usable(size, gpu=gpu) and all(fits(pod.shape, room(size, target.version)) for pod in pods)
    ]
    return f" {min(options, key=lambda size: (size.vcpus, size.memory_gib, size.name)).name} would" if options else ""


def _why(
    choice: Candidate,
    options: Sequence[Candidate],
    sizes: Sequence[VmSize],
    pods: Sequence[Pods],
    target: AksTarget,
    region: str,
) -> list[str]:
    left, largest = room(choice.size, target.version), _largest(pods)
    leaves = f"leaves {left.cpu:g} cpu and {left.memory_gib:.1f} GiB to pods"
    gpu = f", and each takes an {choice.size.gpu}" if any(each.gpus for each in pods) else ""
    reasons = [f"a node of {choice.size.name} {leaves}: {choice.pods_per_node} of {largest}{gpu}"]
    if choice.cost is None:
        reasons.append(f"no price of {choice.size.name} is known: it is the smallest that holds every pod")
    elif choice.size.name.lower() not in map(str.lower, filter(None, [target.vm_size])):
        reasons.append(f"{choice.size.name} is the cheapest at the peak of {len(options)} sizes that hold every pod")
    price = choice.size.hourly_usd(region)
    cheaper = [
        (usd, size.name)
        for size in sizes
        if price and (usd := size.hourly_usd(region)) is not None and usd < price and size.vcpus >= choice.size.vcpus
        and not fits(largest, room(size, target.version))
    ]  # fmt: skip
    if cheaper and price:
        usd, name = max(cheaper)
        reasons.append(f"{name} costs {round(100 * (1 - usd / price))} % less, but holds no pod of {largest}")
    if choice.disk.ephemeral:
        reasons.append(f"images lie on the nodes' own disks ({choice.disk.gib} GiB), which cost nothing more")
    return reasons


def _largest(pods: Sequence[Pods]) -> PodShape:
    return max((pod.shape for pod in pods), key=lambda shape: (shape.cpu, shape.memory_gib))
