"""Many measurements of a few things, taken by turns, and what they say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.processes import Measured

Told = Callable[[str], None]
"""Hears how far a run is."""


@dataclass(frozen=True)
class Spread:
    """The median of some numbers, the least and the most."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f}-{self.most:.2f})"


@dataclass(frozen=True)
class Series:
    """Measurements of one thing, in the order in which they were taken: never empty."""

    runs: tuple[Measured, ...]

    @property
    def wall(self) -> Spread:
        """Seconds by the clock."""
        return spread([run.seconds for run in self.runs])

    @property
    def processor(self) -> Spread:
        """Seconds of processor time: what other work on the machine changes least."""
        return spread([run.processor_seconds for run in self.runs])

    @property
    def peak_mib(self) -> float:
        """The median peak of memory."""
        return median(run.peak_mib for run in self.runs)


def by_turns(turns: Mapping[str, Callable[[], Measured]], rounds: int, told: Told) -> dict[str, Series]:
    """Measure each thing once a round: A B C, A B C ... What slows the machine for a while slows all of them.

    A first round warms caches and does not count.
    """
    runs: dict[str, list[Measured]] = {name: [] for name in turns}
    for turn in range(rounds + 1):
        for name, run in turns.items():
            told(f"{name}: {f'round {turn} of {rounds}' if turn else 'warming up'}")
            measured = run()
            if turn:
                runs[name].append(measured)
    return {name: Series(tuple(measured)) for name, measured in runs.items()}


def ratio(of: Series, to: Series) -> Spread:
    """Wall time against wall time, round by round."""
    return spread([mine.seconds / theirs.seconds for mine, theirs in zip(of.runs, to.runs, strict=True)])


def processor_ratio(of: Series, to: Series) -> Spread:
    """Processor time against processor time, round by round."""
    return spread(
        [mine.processor_seconds / theirs.processor_seconds for mine, theirs in zip(of.runs, to.runs, strict=True)]
    )


def growth(large: Series, small: Series, empty: Series) -> Spread:
    """How many times the wall time above an empty program's grows, round by round. The empty program counts by its
    median: its noise would fall on both parts.
    """
    floor = empty.wall.median
    return spread(
        [(most.seconds - floor) / (least.seconds - floor) for most, least in zip(large.runs, small.runs, strict=True)]
    )


def spread(values: Sequence[float]) -> Spread:
    """Of at least one number."""
    return Spread(median(values), min(values), max(values))
