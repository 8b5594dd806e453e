"""Previews of the toolkit against the same resources written by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from bench.engine import STACK, Bench, Program
from bench.numbers import by_hand
from bench.processes import FailedRunError
from bench.registered import AZURE, Registered, differences, registered
from bench.series import Series, Told, by_turns
from bench.surroundings import REPOSITORY

TOOLKIT, BY_HAND = "toolkit", "by hand"
OLDER_TYPES, GARBAGE, NEITHER = "with older type names", "with search for garbage", "with both"
EMPTY = "a program that makes nothing"
REGIONS = ("westeurope", "northeurope", "eastus", "eastus2", "westus2", "uksouth", "swedencentral", "southeastasia")
_WITHOUT = (
    (OLDER_TYPES, "older", ["fleet:older-types"]),
    (GARBAGE, "garbage", ["fleet:garbage"]),
    (NEITHER, "neither", ["fleet:older-types", "fleet:garbage"]),
)
_LINES = 20
_PROGRAMS = REPOSITORY / "bench"
Keys = Mapping[str, Any]
"""The keys of a stack file."""


@dataclass(frozen=True)
class Comparison:
    """Programs that register the same, and their previews."""

    what: str
    azure: int
    kubernetes: int
    series: Mapping[str, Series]


def sandbox_stack() -> Keys:
    """The stack of `make up`."""
    content = YAML(typ="safe", pure=True).load(REPOSITORY / "stacks" / "Pulumi.sandbox.yaml")
    return dict(content["config"])


def with_containers(given: Keys, count: int) -> Keys:
    """The same stack with that many containers, a pod each."""
    (one,) = given["speech:containers"]
    containers = [
        {**one, "name": f"transcribe-{number}", "demand": {"concurrent_streams": 4}} for number in range(1, count + 1)
    ]
    return {**given, "speech:containers": containers}


def in_regions(given: Keys, count: int) -> Mapping[str, Keys]:
    """The same stack in that many regions, by the names that begin the names of their resources."""
    return {
        f"s{number}": {
            **given,
            "azure-native:location": region,
            "speech:account": {**given["speech:account"], "custom_domain": f"contoso-speech-{region}"},
        }
        for number, region in enumerate(REGIONS[:count], 1)
    }


def one_stack(bench: Bench, given: Keys, name: str) -> Mapping[str, Program]:
    """The repository's own program and the one by hand, for one stack."""
    return {
        TOOLKIT: bench.program(f"toolkit-{name}", REPOSITORY, given),
        BY_HAND: bench.program(f"by-hand-{name}", _PROGRAMS / "by_hand", by_hand({"speech": given}, STACK)),
    }


def many_stacks(bench: Bench, stacks: Mapping[str, Keys], name: str) -> Mapping[str, Program]:
    """The toolkit's components and the program by hand, for several stacks at once."""
    location = next(iter(stacks.values()))["azure-native:location"]
    fleet = {"azure-native:location": location, "fleet:stacks": stacks}
    return {
        TOOLKIT: bench.program(f"toolkit-{name}", _PROGRAMS / "fleet", fleet),
        BY_HAND: bench.program(f"by-hand-{name}", _PROGRAMS / "by_hand", by_hand(stacks)),
        **{
            what: bench.program(f"{program}-{name}", _PROGRAMS / "fleet", {**fleet, **dict.fromkeys(without, True)})
            for what, program, without in _WITHOUT
        },
    }


def empty(bench: Bench) -> Program:
    """A program that makes nothing."""
    return bench.program("empty", _PROGRAMS / "empty", {})


def compare(what: str, programs: Mapping[str, Program], rounds: int, told: Told) -> Comparison:
    """Preview programs by turns, having seen that they register the same. Raises FailedRunError if they do not."""
    told(f"{what}: whether the programs register the same")
    found = {name: registered(program.events()) for name, program in programs.items()}
    first, *others = found
    for other in others:
        if lines := differences(found[first], found[other], (first, other)):
            raise FailedRunError("\n".join([f"{what}: not the same resources", *lines[:_LINES]]))
    return Comparison(
        what,
        count(found[first], AZURE),
        count(found[first], "kubernetes:"),
        by_turns({name: program.preview for name, program in programs.items()}, rounds, told),
    )


def count(resources: Registered, provider: str) -> int:
    """How many of them the provider manages."""
    return sum(token.startswith(provider) for token, _ in resources)
