"""The way to billing from where the containers run: the vendor's diagnostic container, once, and away with it."""

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from azure.core.exceptions import AzureError

from operations.azure import NoAzureError
from operations.doctor import inside_cluster, inside_groups
from operations.doctor.check import Check, failed, left_out, passed
from operations.doctor.inside_run import Ended, NotRunError, Waited
from operations.doctor.subject import Subject
from operations.stack_outputs import NoOutputsError, outputs
from speech.capacity.plan import Plan
from speech.files import stack_file
from speech.settings.stack import Stack
from speech.settings.target import TargetKind

NAME = "from inside"
SECONDS = 600.0
"""The image has to be pulled first, on a node that may have to come first."""
_KIND = "diagnostic"

Run = Callable[[Subject, Stack, Plan, dict[str, Any], Waited], Ended]
_RUNS: dict[TargetKind, Run] = {
    TargetKind.AKS: inside_cluster.run,
    TargetKind.KUBERNETES: inside_cluster.run,
    TargetKind.CONTAINER_INSTANCES: inside_groups.run,
}


def tested(subject: Subject, told: Callable[[str, float, float], None]) -> Check:
    """Runs it beside the stack's containers, as one of them. `told`: what happens, seconds gone and left.

    What it makes (a Job and its policy, or a group) is deleted again, whatever happens.
    """
    run = _RUNS.get(subject.stack.target.kind)
    if run is None:
        return left_out(
            NAME, "Docker hosts are yours to run something on", f"speech render compose {subject.name} --out …"
        )
    began = time.monotonic()

    def waited(doing: str) -> bool:
        gone = time.monotonic() - began
        told(doing, gone, max(0.0, SECONDS - gone))
        return gone < SECONDS

    try:
        known = outputs(subject.name, subject.project)
        ended = run(subject, *_with_diagnosis(subject), known, waited)
    except NoOutputsError as error:
        return left_out(NAME, f"nothing runs there yet: {error}", f"pulumi up --stack {subject.name}")
    except (NotRunError, NoAzureError, AzureError) as error:
        return left_out(NAME, f"the diagnostic container was not run: {str(error).splitlines()[0]}")
    return _judged(subject, ended)


def _judged(subject: Subject, ended: Ended) -> Check:
    reach = f"pulumi stack output egress --stack {subject.name}   what must be reachable from there"
    if ended.well:
        return passed(NAME, f"the diagnostic container reached billing with the stack's key: {ended.last_words}")
    if ended.well is None:
        return failed(NAME, f"the diagnostic container did not end within {SECONDS:.0f} s: {ended.last_words}", reach)
    return failed(
        NAME, f"the diagnostic container failed: {ended.last_words}", reach, f"speech keys rotate {subject.name}"
    )


def _with_diagnosis(subject: Subject) -> tuple[Stack, Plan]:
    """The stack with one container more, which alone is planned; it goes to nodes that are there."""
    at, name = len(subject.stack.containers), f"doctor-{secrets.token_hex(3)}"
    parsed, plan = stack_file.planned(subject.file, [f"speech:containers[{at}]={{name: {name}, kind: {_KIND}}}"])
    made = next(container for container in plan.containers if container.name == name)
    pool = next((each.pool for each in subject.plan.containers if not each.gpus), None)
    groups = tuple(group for group in plan.container_groups if group.container == name)
    return parsed.stack, replace(plan, containers=(replace(made, pool=pool),), container_groups=groups)
