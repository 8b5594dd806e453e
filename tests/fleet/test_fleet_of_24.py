"""Twenty-four stacks in three waves, one of which fails: it stops, says how to go on, goes on, and ends right."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.memory import Peak
from sandbox.home import Home
from sandbox.running import start, stop
from tests.fleet.sandbox_fleet import Said, SandboxFleet, end

pytestmark = [pytest.mark.engine, pytest.mark.long, pytest.mark.timeout(1800)]

REGIONS = ("westeurope", "northeurope", "eastus2", "uksouth", "swedencentral", "southeastasia")
NAMES = tuple(f"test-{region}-{number}" for region in REGIONS for number in range(1, 5))
TAKEN = "test-northeurope-3"
AT_ONCE = ("--parallel", "4")
MOST_MIB = 2048
_SECONDS = 1500


@dataclass(frozen=True)
class Measured:
    """What a command said, how long it took, and the most memory that it held with all it had started."""

    said: Said
    seconds: float
    mib: float
    processes: int


@dataclass(frozen=True)
class Story:
    """What each command of the story said and took."""

    failed: Measured
    resumed: Measured
    again: Measured
    resources: dict[str, int]


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    home = Home(tmp_path / "home")
    try:
        settings = {name: settings_of(name) for name in NAMES}
        yield told(SandboxFleet(home, start(home), settings))
    finally:
        stop(home)


def settings_of(name: str) -> list[tuple[str, object]]:
    return [("speech:environment", "test"), ("azure-native:location", name.split("-")[1])]


def told(fleet: SandboxFleet) -> Story:
    fleet.ask("settings", "PUT", {"taken_names": [f"contoso-speech-{TAKEN}"]})
    waves = "canary=1,northeurope=location=northeurope,rest=*"
    failed = measured(fleet, "up", "--select", "environment=test", "--waves", waves, *AT_ONCE, "--yes")
    fleet.write(TAKEN, *settings_of(TAKEN), ("speech:account.custom_domain", "contoso-speech-another"))
    resumed = measured(fleet, "up", "--resume", "last", "--yes")
    again = measured(fleet, "up", "--select", "environment=test", *AT_ONCE, "--yes", "--json")
    found = Story(failed, resumed, again, fleet.resources())
    for what, each in (("first", failed), ("resumed", resumed), ("no change", again)):
        print(f"{what}: {each.seconds:.0f} s, {each.mib:.0f} MiB in {each.processes} processes, load {os.getloadavg()}")
    return found


def measured(fleet: SandboxFleet, *words: str) -> Measured:
    began = time.monotonic()
    process = fleet.begin(*words)
    try:
        with Peak(process.pid) as peak:
            out, err = process.communicate(timeout=_SECONDS)
    except BaseException:
        end(process)
        raise
    return Measured(Said(process.returncode, out, err), time.monotonic() - began, peak.mib, peak.processes)


def test_a_fleet_of_24_stops_at_a_failure_goes_on_and_ends_right_in_bounded_memory(story: Story) -> None:
    stopped = story.failed.said
    assert stopped.code == 1, stopped.text
    assert "stacks   4 done, 1 failed, 19 not run" in stopped.out
    assert f'failed   {TAKEN}: Status=409 Code="CustomDomainInUse"' in stopped.out

    ended = story.resumed.said
    assert ended.code == 0, ended.text
    assert "stacks   20 done, 4 done before" in ended.out
    assert sorted(story.resources) == sorted(NAMES)
    assert len(set(story.resources.values())) == 1, "as many resources in each"

    again = story.again.said.document
    assert (again["ended"], {tuple(each["changes"]) for each in again["stacks"]}) == ("well", {()})
    assert max(each.mib for each in (story.failed, story.resumed, story.again)) < MOST_MIB
