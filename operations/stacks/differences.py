"""How two stacks differ: each setting that is another, what is only in one, and what follows from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from speech.capacity.plan import Plan
from speech.settings.parse import LOCATION, Parsed
from speech.settings.stack import Stack

_CONTAINERS = "speech:containers["


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that is another. A value that is not there is None."""

    path: str
    """As a stack file names it; containers by their name: speech:containers[transcribe-en].version."""
    first: object
    second: object
    picked: tuple[bool, bool] = (False, False)
    """Whether the stack's environment decided the value, because its file does not."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a stack does, in numbers."""

    streams: int
    pods: tuple[int, int]
    """At the least and at the most."""
    usd_a_month: tuple[float, float] | None
    """At the least and at the most; None where a price is not known."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two stacks side by side."""

    names: tuple[str, str]
    differences: tuple[Difference, ...]
    only: tuple[tuple[str, ...], tuple[str, ...]]
    """Names of containers that only the first, and only the second has."""
    alike: tuple[str, ...]
    """Containers that are of one image in both."""
    carried: tuple[Carried, Carried]


def compared(first: tuple[Parsed, Plan], second: tuple[Parsed, Plan]) -> Compared:
    """Settings against settings and plan against plan, environments' defaults included."""
    (one, one_plan), (other, other_plan) = first, second
    ours, theirs = _flat(one.stack), _flat(other.stack)
    idle = {*_idle(ours, one.stack, theirs), *_idle(theirs, other.stack, ours)}
    ours_picked, theirs_picked = ({_by_name(path, each.stack) for path, _ in each.picked} for each in (one, other))
    our_images, their_images = ({each.name: each.image for each in made.containers} for made in (one_plan, other_plan))
    shared = [name for name in our_images if name in their_images]
    found = [
        Difference(path, ours.get(path), theirs.get(path), (path in ours_picked, path in theirs_picked))
        for path in _in_order(ours, theirs)
        if ours.get(path) != theirs.get(path) and path not in idle and _is_of_both(path, shared)
    ]
    return Compared(
        (one_plan.stack, other_plan.stack),
        tuple(found),
        (
            tuple(each for each in our_images if each not in their_images),
            tuple(each for each in their_images if each not in our_images),
        ),
        tuple(name for name in shared if our_images[name] == their_images[name]),
        (_carried(one_plan), _carried(other_plan)),
    )


def _idle(settings: Mapping[str, object], stack: Stack, others: Mapping[str, object]) -> Iterator[str]:
    """Defaults of settings that the other stack cannot have, as those of another kind of host: they tell nothing."""
    written = _flat(stack, exclude_defaults=True)
    return (path for path in settings if path not in others and path not in written)


def _is_of_both(path: str, shared: Sequence[str]) -> bool:
    """Whether both stacks have what the setting is about: other containers are named whole."""
    return not path.startswith(_CONTAINERS) or path[len(_CONTAINERS) :].partition("]")[0] in shared


def _in_order(first: Mapping[str, object], second: Mapping[str, object]) -> list[str]:
    """All paths by their section, then as the first and then the second has them."""
    paths = list(dict.fromkeys([*first, *second]))
    sections = list(dict.fromkeys(path.partition(".")[0] for path in paths))
    return sorted(paths, key=lambda path: sections.index(path.partition(".")[0]))


def _carried(plan: Plan) -> Carried:
    total = plan.cost.total
    serving = [container for container in plan.containers if not container.once]
    return Carried(
        sum(container.streams or 0 for container in serving),
        (sum(each.replicas.min for each in serving), sum(each.replicas.max for each in serving)),
        (total.low, total.high) if total else None,
    )


def _flat(stack: Stack, *, exclude_defaults: bool = False) -> dict[str, object]:
    """Every setting by its path, in the order of the schema."""
    document: Mapping[str, Any] = stack.model_dump(mode="json", exclude_defaults=exclude_defaults)
    found: dict[str, object] = {}
    for name, value in document.items():
        path = LOCATION if name == "location" else f"speech:{name}"
        if name == "containers":
            for container in value:
                found.update(_leaves(f"{path}[{container['name']}]", container))
        else:
            found.update(_leaves(path, value))
    return found


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    """A list is one leaf, an empty one none; an encrypted value tells nothing."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _leaves(f"{path}.{name}", member)
    else:
        yield path, None if value in ([], ()) else value


def _by_name(path: str, stack: Stack) -> str:
    """speech:containers[0].scaling as speech:containers[transcribe-en].scaling."""
    head, bracket, rest = path.partition("[")
    index, _, tail = rest.partition("]")
    return f"{head}[{stack.containers[int(index)].name}]{tail}" if bracket else path
