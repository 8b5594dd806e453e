"""What Container Instances tells of a stack's groups. `found`: by name, as the management client reads them; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.status.causes import Around, told
from operations.status.finding import Part, Problem, Row, moment
from speech.capacity.plan import ContainerPlan, Plan

_SPEECH = "speech"
_MANY_RESTARTS = 3
Group = Mapping[str, Any]
"""A container group as ARM's JSON has it."""


@dataclass(frozen=True)
class Judge:
    """What is to be made of them."""

    plan: Plan
    found: Mapping[str, Group | None]
    around: Around

    def part(self) -> Part:
        """Everything."""
        return Part(rows=tuple(self._rows()), problems=tuple(self._problems()))

    def _rows(self) -> Iterator[Row]:
        for container in self.plan.containers:
            groups = [group for _, group in self._of(container)]
            views = [_view(group) for group in groups if group]
            running = [view for view in views if _state(view) == "Running" or (container.once and _ended_well(view))]
            begun = [since for view in views if (since := moment(view.get("currentState", {}).get("startTime")))]
            states = sorted({_state(view) for view in views if view not in running}) or ["missing"]
            yield Row(
                name=container.name,
                image=container.image.rpartition("/")[2],
                ready=len(running),
                wanted=len(groups),
                most=len(groups),
                restarts=sum(int(view.get("restartCount", 0)) for view in views),
                since=min(begun, default=None),
                state="runs" if len(running) == len(groups) else states[0].lower(),
            )

    def _problems(self) -> Iterator[Problem]:
        for container in self.plan.containers:
            for name, group in self._of(container):
                if group is None:
                    yield Problem(name, "it is not there", f"pulumi up --refresh --stack {self.plan.stack}")
                    continue
                yield from self._problem(name, container, group)

    def _problem(self, name: str, container: ContainerPlan, group: Group) -> Iterator[Problem]:
        inside = group.get("properties", {})
        view = _view(group)
        if inside.get("provisioningState") == "Failed":
            said, remedy = told(f"Failed: {_newest(inside.get('instanceView') or {})}", name, self.around)
            yield Problem(name, said, remedy)
        elif _state(view) == "Running" or (container.once and _ended_well(view)):
            count = int(view.get("restartCount", 0))
            if count >= _MANY_RESTARTS:
                said = f"it runs, after {count} restarts"
                yield Problem(name, said, self.around.logs.format(container=name), _since(view), warns=True)
        elif sign := _sign(group, view):
            said, remedy = told(sign, name, self.around)
            yield Problem(name, said, remedy, _since(view))

    def _of(self, container: ContainerPlan) -> list[tuple[str, Group | None]]:
        names = [group.name for group in self.plan.container_groups if group.container == container.name]
        return [(name, self.found.get(name)) for name in names]


def _sign(group: Group, view: Mapping[str, Any]) -> str | None:
    """What keeps it from running as `reason: message`; None where it only starts."""
    current, before = view.get("currentState", {}), view.get("previousState") or {}
    for one in group.get("properties", {}).get("initContainers") or ():
        inside = one.get("properties", {}).get("instanceView") or {}
        if inside.get("currentState", {}).get("exitCode"):
            return f"Error: {one['name']}: {_newest(inside)}"
    detail = str(current.get("detailStatus", ""))
    warning = _newest(view)
    if current.get("exitCode") or before.get("exitCode") or detail.startswith("CrashLoopBackOff"):
        return f"CrashLoopBackOff: {warning or detail}"
    if warning:
        return f"Failed: {warning}"
    return f"{_state(view)}: {detail}" if detail else None


def _view(group: Group) -> dict[str, Any]:
    """Of its Speech container."""
    for one in group.get("properties", {}).get("containers") or ():
        if one["name"] == _SPEECH:
            found: dict[str, Any] = one.get("properties", {}).get("instanceView") or {}
            return found
    return {}


def _state(view: Mapping[str, Any]) -> str:
    return str(view.get("currentState", {}).get("state", "Pending"))


def _ended_well(view: Mapping[str, Any]) -> bool:
    return _state(view) == "Terminated" and view.get("currentState", {}).get("exitCode") == 0


def _since(view: Mapping[str, Any]) -> datetime | None:
    current = view.get("currentState", {})
    return moment(current.get("startTime") or (view.get("previousState") or {}).get("finishTime"))


def _newest(view: Mapping[str, Any]) -> str:
    """The newest warning of a view."""
    warnings = [event for event in view.get("events") or () if event.get("type") == "Warning"]
    return str(max(warnings, key=lambda event: str(event.get("lastTimestamp")))["message"]) if warnings else ""
