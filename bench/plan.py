"""`speech plan` as a process: its time, its memory, and what it imports."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.processes import Measured, measure
from bench.series import Series, Told, by_turns
from bench.surroundings import REPOSITORY

STACK = REPOSITORY / "bench" / "stacks" / "Pulumi.four.yaml"
BARE, PYDANTIC, PLAN = "python -c pass", "python -c 'import pydantic'", "speech plan, 4 containers"
_COMMANDS: Mapping[str, list[str]] = {
    BARE: ["-c", "pass"],
    PYDANTIC: ["-c", "import pydantic"],
    PLAN: ["-m", "speech.cli", "plan", str(STACK)],
}
_SDKS = ("pulumi", "pulumi_azure_native", "pulumi_kubernetes", "azure", "kubernetes")
_IMPORTED = f"""
import runpy, sys
sys.argv = ["speech", "plan", {str(STACK)!r}]
try:
    runpy.run_module("speech.cli", run_name="__main__", alter_sys=True)
except SystemExit as ended:
    assert not ended.code, ended.code
print(*sys.modules, file=sys.stderr)
"""


@dataclass(frozen=True)
class PlanTimes:
    """What was measured, by name, and how many modules `speech plan` imports, those of an SDK by name."""

    series: Mapping[str, Series]
    modules: int
    sdk_modules: tuple[str, ...]


def times(rounds: int, environment: Mapping[str, str], told: Told) -> PlanTimes:
    """Measure by turns, in a process each. Raises FailedRunError."""

    def run(words: list[str]) -> Callable[[], Measured]:
        return lambda: measure([sys.executable, *words], folder=REPOSITORY, environment=environment)

    series = by_turns({name: run(words) for name, words in _COMMANDS.items()}, rounds, told)
    imported = _imported(environment)
    return PlanTimes(series, len(imported), tuple(name for name in imported if name.split(".")[0] in _SDKS))


def _imported(environment: Mapping[str, str]) -> list[str]:
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", _IMPORTED],
        cwd=REPOSITORY,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr.splitlines()[-1].split()
