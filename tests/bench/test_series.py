"""What many measurements say."""

import pytest

from bench.processes import Measured
from bench.series import Series, Spread, by_turns, growth, processor_ratio, ratio


def series(*seconds: float) -> Series:
    return Series(tuple(Measured(each, each / 2, 10) for each in seconds))


def test_a_ratio_is_the_median_of_its_rounds_so_that_a_slow_minute_changes_nothing() -> None:
    assert ratio(series(1, 10, 1), series(2, 20, 2)) == Spread(0.5, 0.5, 0.5)
    assert processor_ratio(series(1, 3, 2), series(2, 2, 2)) == Spread(1.0, 0.5, 1.5)


def test_growth_is_that_of_the_part_above_an_empty_program() -> None:
    assert growth(series(9, 9), series(3, 3), series(1, 1)) == Spread(4, 4, 4)


def test_each_round_measures_each_thing_once_and_the_first_round_does_not_count() -> None:
    order: list[str] = []

    def run(name: str, measured: list[Measured]) -> Measured:
        order.append(name)
        return measured[order.count(name) - 1]

    cold, warm = Measured(100, 100, 100), Measured(1, 1, 1)
    found = by_turns(
        {name: lambda name=name: run(name, [cold, warm, warm]) for name in ("a", "b")},  # type: ignore[misc]
        2,
        lambda _: None,
    )
    assert order == ["a", "b"] * 3
    assert found["a"].runs == (warm, warm)


def test_a_spread_shows_median_least_and_most() -> None:
    assert str(series(1, 3, 2).wall) == "2.00 (1.00-3.00)"
    assert series(1).peak_mib == pytest.approx(10)
