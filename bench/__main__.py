"""`python -m bench [PART ...] [--rounds N]`: the product's speed, as ratios within this run.

Exit status 1: something that was to be measured does not work, or two programs do not register the same. A missed
target is no failure: the machine may be busy.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn

from bench import plan, preview, report
from bench import waves as side_by_side
from bench.engine import Bench, bench
from bench.processes import FailedRunError
from bench.series import by_turns
from bench.surroundings import environment, machine

_FEW, _MANY = 15, 60
_REGIONS = 6
_PLAN_RUNS = 3
"""`speech plan` is short: so many times the rounds."""


def sandbox(place: Bench, rounds: int) -> Iterator[str]:
    """The stack of `make up`."""
    programs = preview.one_stack(place, preview.sandbox_stack(), "sandbox")
    yield from report.previews(preview.compare("the sandbox stack", programs, rounds, told), report.SANDBOX_RATIO)


def fleet(place: Bench, rounds: int) -> Iterator[str]:
    """A hundred Azure resources."""
    programs = preview.many_stacks(place, preview.in_regions(preview.sandbox_stack(), _REGIONS), "fleet")
    found = preview.compare(f"the sandbox stack in {_REGIONS} regions", programs, rounds, told)
    yield from report.previews(found, report.FLEET_RATIO)


def containers(place: Bench, rounds: int) -> Iterator[str]:
    """Many containers in one stack, and how the time grows with them."""
    many, few = (preview.with_containers(preview.sandbox_stack(), count) for count in (_MANY, _FEW))
    programs = preview.one_stack(place, many, f"{_MANY}-containers")
    yield from report.previews(preview.compare(f"one stack of {_MANY} containers", programs, rounds, told), None)
    names = (preview.EMPTY, f"{_FEW} containers", f"{_MANY} containers")
    small, _ = preview.one_stack(place, few, f"{_FEW}-containers").values()
    turns = zip(names, (preview.empty(place), small, programs[preview.TOOLKIT]), strict=True)
    yield from report.grown(by_turns({name: program.preview for name, program in turns}, rounds, told), names)


def waves(place: Bench, rounds: int) -> Iterator[str]:
    """`speech fleet up`, side by side and one after the other."""
    yield from report.waves(side_by_side.compare(side_by_side.fleet(place), rounds, told))


_PREVIEWS: dict[str, Callable[[Bench, int], Iterator[str]]] = {
    "sandbox": sandbox,
    "fleet": fleet,
    "containers": containers,
    "waves": waves,
}
PARTS = ("plan", *_PREVIEWS)


def told(text: str) -> None:
    """How far it is, on standard error: one line that is written over at a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def begun(part: str) -> None:
    """Which part it is at, on standard error: each takes a minute or more."""
    if not sys.stderr.isatty():
        print(f"measuring: {part}", file=sys.stderr, flush=True)


def run(parts: Sequence[str], rounds: int) -> None:
    """Measure and print part by part. Raises FailedRunError."""
    show(report.header(machine(), rounds))
    if "plan" in parts:
        begun("plan")
        show(report.plan(plan.times(rounds * _PLAN_RUNS, environment(), told)))
    wanted = [_PREVIEWS[part] for part in parts if part in _PREVIEWS]
    if wanted:
        with bench() as place:
            for part in wanted:
                begun(part.__name__)
                show(part(place, rounds))


def show(lines: Iterator[str]) -> None:
    """Print a part as soon as it is measured."""
    found = list(lines)
    told("")
    print("\n".join(found), flush=True)


def _stopped(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def main(words: Sequence[str]) -> int:
    """One run. Exit status 130: stopped, with the sandbox stopped and its folder gone."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"some of: {', '.join(PARTS)}; all, where none is named"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each thing is measured (5)")
    given = parser.parse_args(words)
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if given.rounds < 1:
        parser.error("--rounds: at least 1")
    signal.signal(signal.SIGTERM, _stopped)
    try:
        run(given.parts or PARTS, given.rounds)
    except FailedRunError as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
