"""What containers say of themselves: /status of each that can be reached, by its pods where there is a cluster."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from operations.status.finding import Part, Problem
from operations.verify import kube
from operations.verify.check import State
from operations.verify.pages import Pages
from operations.verify.reach import Tunnels, reach
from operations.verify.target import Asking, Target, targets
from operations.verify.way import Way
from speech.capacity.plan import Plan
from speech.settings.stack import Stack

_AT_ONCE = Asking(ready_seconds=0)
_STATE = "apiStatus"
"""How a check begins that has read a container's own words."""


def states(stack: Stack, plan: Plan, told: Mapping[str, Any], project: Path, context: str | None) -> Part:
    """A problem for each state that is not Valid; what cannot be reached from here is named."""
    tunnels: Tunnels | None = None
    if plan.target in {"aks", "kubernetes"}:
        try:
            tunnels = kube.cluster(stack, plan, told, project, context)
        except kube.NoClusterError as error:
            return Part(unknown=(f"/status: {error}",))
    return asked(plan, told, tunnels)


def asked(plan: Plan, told: Mapping[str, Any], tunnels: Tunnels | None) -> Part:
    """The same by ways through a cluster's API, where there is one. `told`: the stack's outputs."""
    parts = [_of(target, tunnels) for target in targets(plan, told.get("containers") or {}) if target.status_path]
    return Part(
        problems=tuple(one for part in parts for one in part.problems),
        unknown=tuple(one for part in parts for one in part.unknown),
    )


def _of(target: Target, tunnels: Tunnels | None) -> Part:
    found = reach(target, _AT_ONCE, tunnels, lambda *_: None)
    way = next((one for one in found if isinstance(one, Way)), None)
    if way is None:
        return Part(unknown=(f"/status of {target.name}: it cannot be reached from here",))
    with way.address() as address:
        pages = Pages(target, address)
        try:
            checks = [pages.status() for _ in range(way.pods or 1)]
        finally:
            pages.close()
    wrong = {check.said: check for check in checks if check and check.state is not State.PASS}
    if tunnels is None and not all(said.startswith(_STATE) for said in wrong):
        # Something else may answer at an address of a network that this machine is not in: a proxy.
        return Part(unknown=(f"/status of {target.name}: what answers from here is not the container",))
    return Part(problems=tuple(Problem(target.name, one.said, one.remedy or target.logs) for one in wrong.values()))
