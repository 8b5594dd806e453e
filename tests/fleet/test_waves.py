"""In which order: a fleet cut into waves."""

import random

import pytest

from operations.fleet.waves import waves
from speech.files.stack_file import UnreadableError

NAMES = ("dev-a", "dev-b", "prod-a", "prod-b", "prod-c", "test-a", "test-b")
FLEET = [{"name": name, "environment": name.split("-")[0], "location": name.split("-")[1]} for name in NAMES]


def cut(text: str) -> dict[str, tuple[str, ...]]:
    return {wave.name: wave.stacks for wave in waves(text, FLEET)}


def test_one_stack_goes_first_and_the_rest_follow_by_name() -> None:
    assert cut("canary=1,rest=*") == {"canary": ("dev-a",), "rest": NAMES[1:]}


def test_the_order_is_the_same_whatever_order_files_are_found_in() -> None:
    mixed = random.Random(8).sample(FLEET, len(FLEET))
    assert waves("canary=1,half=50%,rest=*", mixed) == waves("canary=1,half=50%,rest=*", FLEET)


def test_a_percentage_is_of_the_whole_fleet_rounded_up() -> None:
    assert cut("a=20%,b=20%,rest=*") == {"a": NAMES[:2], "b": NAMES[2:4], "rest": NAMES[4:]}


def test_a_wave_can_be_named_by_labels() -> None:
    assert cut("live=environment=prod+location!=c,rest=*")["live"] == ("prod-a", "prod-b")


def test_a_star_alone_takes_all() -> None:
    assert cut("all=*") == {"all": NAMES}


def test_a_wave_that_nobody_is_left_for_is_left_out() -> None:
    assert cut("all=100%,rest=*") == {"all": NAMES}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("canary=1", '--waves "canary=1": in no wave: dev-b, prod-a, prod-b and 3 more; end with  rest=*'),
        ("1,rest=*", '--waves "1": write NAME=WHICH with a name of small letters, as in  canary=1,rest=*'),
        ("Canary=1,rest=*", "with a name of small letters"),
        ("a=1,a=2,rest=*", '--waves "a=2": a wave of this name stands before it'),
        ("a=0,rest=*", '--waves "a=0": a wave of no stack does nothing: leave it out'),
        ("a=101%,rest=*", '--waves "a=101%": a percentage lies between 1 and 100'),
        (
            "a=prod,rest=*",
            '--waves "a=prod": a wave is a count (1), a percentage (50%), a label (location=westeurope) or the rest (*)',
        ),
        (
            "a=location=z,rest=*",
            '--waves "a=location=z": no stack of the selection is in it, or all are in a wave before it',
        ),
        ("a=region=a,rest=*", '--waves a "region" is no label'),
    ],
)
def test_waves_that_say_nothing_are_refused(text: str, words: str) -> None:
    with pytest.raises(UnreadableError) as fault:
        waves(text, FLEET)
    assert words in str(fault.value)
