"""What was measured, in words and columns."""

from collections.abc import Iterator, Mapping, Sequence

from bench.plan import BARE, PLAN, PYDANTIC, PlanTimes
from bench.preview import BY_HAND, TOOLKIT, Comparison
from bench.series import Series, Spread, growth, processor_ratio, ratio
from bench.waves import AZURE_SECONDS, ONE_BY_ONE, STACKS, side_by_side

PLAN_SECONDS, PLAN_MIB = 0.6, 80.0
SANDBOX_RATIO, FLEET_RATIO, GROWTH = 1.1, 0.5, 4.2


def plan(times: PlanTimes) -> Iterator[str]:
    """`speech plan` of four containers."""
    yield from _table("speech plan of 4 containers, a process each", times.series)
    of, bare, pydantic = (times.series[name] for name in (PLAN, BARE, PYDANTIC))
    yield f"  against python's start        {ratio(of, bare)}"
    yield f"  against importing pydantic    {ratio(of, pydantic)}"
    yield _held("seconds", of.wall.median, PLAN_SECONDS)
    yield _held("MiB", of.peak_mib, PLAN_MIB)
    sdks = (
        f"of Pulumi and Azure: {', '.join(times.sdk_modules[:5])}" if times.sdk_modules else "none of Pulumi or Azure"
    )
    yield f"  imports {times.modules} modules, {sdks}"


def previews(found: Comparison, target: float | None) -> Iterator[str]:
    """Programs that register the same."""
    yield from _table(
        f"preview of {found.what}: {found.azure} Azure and {found.kubernetes} Kubernetes resources, the same in each",
        found.series,
    )
    mine, theirs = found.series[TOOLKIT], found.series[BY_HAND]
    wall = ratio(mine, theirs)
    yield f"  toolkit against by hand       {wall} by the clock, {processor_ratio(mine, theirs)} of processor time"
    for other in (name for name in found.series if name not in {TOOLKIT, BY_HAND}):
        yield f"  {other:30}{ratio(found.series[other], mine)} times the toolkit by the clock"
    if target is not None:
        yield _held("toolkit against by hand", wall.median, target)


def grown(series: Mapping[str, Series], names: Sequence[str]) -> Iterator[str]:
    """One stack of a few and of four times the containers, above an empty program: in this order."""
    empty, small, large = (series[name] for name in names)
    yield from _table("preview of one stack as its containers grow", series)
    found = growth(large, small, empty)
    yield f"  4 times the containers take   {found} times the part above the empty program"
    yield _held("growth", found.median, GROWTH)


def waves(found: tuple[Mapping[str, Series], Mapping[str, Series]]) -> Iterator[str]:
    """`speech fleet up` side by side and one after the other: where Azure answers at once, and where it takes time."""
    titles = ("Azure answers at once", f"each operation of Azure takes {AZURE_SECONDS:g} s")
    for title, series in zip(titles, found, strict=True):
        yield from _table(f"speech fleet up of {STACKS} stacks, a tag changed in each; {title}", series)
        one, many = series[ONE_BY_ONE], series[side_by_side()]
        yield f"  {side_by_side()} against {ONE_BY_ONE}   {ratio(many, one)}"


def header(surroundings: Mapping[str, str], rounds: int) -> Iterator[str]:
    """Where and when."""
    yield "   ".join(f"{name} {value}" for name, value in surroundings.items())
    yield f"medians of {rounds} rounds, by turns; in brackets the least and the most"


def _table(title: str, series: Mapping[str, Series]) -> Iterator[str]:
    width = max(map(len, series)) + 2
    yield ""
    yield title
    yield f"  {'':{width}}{'seconds':<24}{'of processor time':<24}largest process"
    for name, one in series.items():
        yield f"  {name:{width}}{_cell(one.wall)}{_cell(one.processor)}{one.peak_mib:.0f} MiB"


def _cell(found: Spread) -> str:
    return f"{found!s:<24}"


def _held(what: str, found: float, target: float) -> str:
    return f"  target: {what} at most {target:g}: {'held' if found <= target else 'MISSED'} ({found:.2f})"
