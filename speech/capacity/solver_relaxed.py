"""What no choice of pools can cost less than, where there are too many containers to weigh each.

A freer problem, which HiGHS solves: a container's pods may be shared out among sizes, and the scheduler packs as no
scheduler does. Kept is that nodes are whole, that only so many sizes are used, one node a zone each, and of the packing
what every packing obeys: cores, memory, the number of pods, each shape by itself, and rounded shares of a node. By the
dual feasible functions u(k) of Fekete and Schepers (2001), a pod of more than a third of a node counts for a half.
"""

from collections.abc import Iterator, Sequence
from math import floor, inf

from speech.capacity.packing import Load, Room
from speech.capacity.solver_highs import Program, minimum

_ROUNDINGS = (1, 2, 3, 4, 5)
_SLACK = 1e-9


def relaxed(load: Load, nodes: Sequence[tuple[Room, float]], zones: int, most_pools: int, seconds: float) -> float:
    """A lower bound in US dollars, for these pods on nodes at these prices; found in `seconds`."""
    program = Program()
    shapes = load.present
    used = [program.amount(0.0, 1.0, whole=True) for _ in nodes]
    counts = [program.amount(usd, whole=True) for _, usd in nodes]
    shares = [{at: program.amount(0.0, 1.0 if room.places[at] else 0.0) for at in shapes} for room, _ in nodes]
    for at in shapes:
        program.between(1.0, {share[at]: 1.0 for share in shares}, 1.0)
    for (room, _), one, count, share in zip(nodes, used, counts, shares, strict=True):
        program.between(0.0, {count: 1.0, one: -float(max(zones, 1))}, inf)
        for at in shapes:
            program.between(-inf, {share[at]: 1.0, one: -1.0}, 0.0)
        fitting = [at for at in shapes if room.places[at]]
        for weights in _weights(room, fitting):
            taken = {share[at]: load.pods[at] * weight for at, weight in zip(fitting, weights, strict=True) if weight}
            program.between(-inf, {**taken, count: -1.0}, 0.0)
    program.between(0.0, dict.fromkeys(used, 1.0), float(most_pools))
    return minimum(program, seconds).bound


def _weights(room: Room, fitting: Sequence[int]) -> Iterator[list[float]]:
    """The share of a node that a pod of each shape takes in any packing; each list is a limit of its own."""
    yield [1 / room.most_pods for _ in fitting]
    for shape in fitting:
        yield [1 / room.places[at] if at == shape else 0.0 for at in fitting]
    for which, whole in enumerate(room.node):
        shares = [room.shapes[at][which] / whole for at in fitting]
        yield shares
        for parts in _ROUNDINGS:
            yield [_rounded(share, parts) for share in shares]


def _rounded(share: float, parts: int) -> float:
    whole = (parts + 1) * share
    near = round(whole)
    return share if abs(whole - near) < _SLACK else floor(whole) / parts
