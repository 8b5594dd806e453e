"""What Container Instances says of groups, as its management client reads them."""

from typing import Any

import pytest

from operations.status.causes import Around
from operations.status.finding import Part
from operations.status.groups import Judge
from speech.capacity import planner
from speech.capacity.plan import Plan
from speech.settings.parse import parse
from tests.stacks import stack_file

AROUND = Around("test", "speech", "az container logs -g rg -n {container}", "az container show -g rg -n {container}")


@pytest.fixture
def plan() -> Plan:
    changes = [
        ("speech:target", {"kind": "container-instances"}),
        ("speech:network", {"exposure": "public"}),
        ("speech:acknowledge", ["no-avx2-guarantee", "open-endpoint"]),
        ("speech:containers[0].demand.concurrent_streams", 2),
        ("speech:containers[0].resources", {"cpu": 4, "memory_gib": 8}),
    ]
    return planner.plan(parse(stack_file(*changes)).stack, "test")


def group(*, provisioning: str = "Succeeded", **view: Any) -> dict[str, Any]:
    speech = {"name": "speech", "properties": {"instanceView": view}}
    return {"properties": {"provisioningState": provisioning, "containers": [speech], "initContainers": []}}


def judged(plan: Plan, found: dict[str, Any] | None) -> Part:
    names = [one.name for one in plan.container_groups]
    return Judge(plan, dict.fromkeys(names, found), AROUND).part()


def warning(message: str) -> dict[str, str]:
    return {"type": "Warning", "message": message, "lastTimestamp": "2026-11-21T11:00:00Z"}


RUNNING = {"state": "Running", "startTime": "2026-11-21T10:00:00Z"}


def test_a_group_that_runs_is_no_problem(plan: Plan) -> None:
    part = judged(plan, group(currentState=RUNNING))
    assert part.problems == ()
    assert part.rows[0].state == "runs"
    assert part.rows[0].since


def test_a_group_that_is_gone_is_brought_back(plan: Plan) -> None:
    part = judged(plan, None)
    assert {problem.said for problem in part.problems} == {"it is not there"}
    assert part.rows[0].ready == 0


def test_a_group_that_crashes_tells_its_last_words(plan: Plan) -> None:
    part = judged(
        plan,
        group(
            currentState={"state": "Waiting", "detailStatus": "CrashLoopBackOff: exit code 1"},
            previousState={"exitCode": 1, "finishTime": "2026-11-21T11:00:00Z"},
            events=[warning("exit code 1: Missing EULA=accept command line option.")],
        ),
    )
    problem = part.problems[0]
    assert problem.said == "the licence terms are not accepted"
    assert problem.since


def test_an_image_that_cannot_be_pulled_is_told(plan: Plan) -> None:
    waiting = {"state": "Waiting", "detailStatus": ""}
    part = judged(plan, group(currentState=waiting, events=[warning("Failed to pull image: manifest unknown")]))
    assert part.problems[0].said == "its image is not in the registry"


def test_a_group_that_only_starts_is_no_problem(plan: Plan) -> None:
    part = judged(plan, group(currentState={"state": "Waiting", "detailStatus": ""}))
    assert part.problems == ()
    assert part.rows[0].state == "waiting"


def test_many_restarts_of_a_group_that_runs_warn(plan: Plan) -> None:
    part = judged(plan, group(currentState=RUNNING, restartCount=4))
    assert (part.problems[0].said, part.problems[0].warns) == ("it runs, after 4 restarts", True)
