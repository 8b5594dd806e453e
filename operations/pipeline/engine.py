"""Previews, heard event by event: what would change, what policies say, what failed."""

import importlib.util
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from operations.engine import pulumi
from speech.files.stack_file import FailedError

_PACK = "PulumiPolicy.yaml"
_ACTIONS = {
    "create": "create",
    "import": "create",
    "update": "update",
    "replace": "replace",
    "delete": "delete",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What would be done with one resource."""

    action: str
    """create, update, replace or delete."""
    type: str
    name: str
    properties: tuple[str, ...]
    """Which of its properties differ, the outermost names."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A policy that a resource breaks."""

    policy: str
    mandatory: bool
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What one preview told. Values of properties are not kept: they may be anything."""

    changes: tuple[Change, ...]
    violations: tuple[Violation, ...]
    errors: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether `pulumi up` would be refused."""
        return bool(self.errors) or any(one.mandatory for one in self.violations)


def policy_pack(project: Path) -> Path:
    """`policies` beside Pulumi.yaml, else the toolkit's own. Raises FailedError."""
    own = project / "policies"
    if (own / _PACK).is_file():
        return own.resolve()
    found = importlib.util.find_spec("policies")
    places = list(found.submodule_search_locations or ()) if found else []
    if not places or not (Path(places[0]) / _PACK).is_file():
        raise FailedError("the policy pack is nowhere: policies/PulumiPolicy.yaml beside Pulumi.yaml, or the toolkit's")
    return Path(places[0]).resolve()


def stacks(project: Path) -> frozenset[str]:
    """Stacks of the project that the backend has. Raises FailedError."""
    done = pulumi(["stack", "ls", "--json"], project)
    if done.returncode:
        raise FailedError(f"the stacks that there are cannot be listed: {_last(done.stderr)}")
    # By their last word: a backend of several organisations puts theirs before it.
    return frozenset(str(one["name"]).rpartition("/")[2] for one in json.loads(done.stdout))


def preview(stack: str, project: Path, options: Sequence[str]) -> Preview:
    """What `up` would do. A failure is in what it tells. Raises FailedError where there is no engine."""
    words = ["preview", "--json", "--stack", stack, *options]
    done = pulumi(words, project, PULUMI_ENABLE_STREAMING_JSON_PREVIEW="true")
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"')]
    violations = tuple(_violations(events))
    errors = list(_errors(events))
    if done.returncode and not errors and not any(one.mandatory for one in violations):
        errors = [_last(done.stderr)]
    return Preview(tuple(_changes(events)), violations, tuple(errors))


def _changes(events: Sequence[Mapping[str, Any]]) -> Iterator[Change]:
    seen = set()
    for event in events:
        step = event.get("resOutputsEvent", event.get("resourcePreEvent", {})).get("metadata", {})
        action = _ACTIONS.get(step.get("op", ""))
        state = step.get("new") or step.get("old") or {}
        # A component comes and goes with what is in it. A resource has an event before and one after.
        if action is None or not state.get("custom") or step["urn"] in seen:
            continue
        seen.add(step["urn"])
        differing = step.get("detailedDiff") or dict.fromkeys(step.get("diffs") or ())
        names = dict.fromkeys(path.partition("[")[0].partition(".")[0] for path in differing)
        yield Change(action, step["type"], step["urn"].rpartition("::")[2], tuple(names))


def _violations(events: Sequence[Mapping[str, Any]]) -> Iterator[Violation]:
    for event in events:
        if found := event.get("policyEvent"):
            # The first line is the policy's description.
            words = found["message"].strip().partition("\n")[2] or found["message"].strip()
            name = found.get("resourceUrn", "").rpartition("::")[2]
            yield Violation(found["policyName"], found["enforcementLevel"] == "mandatory", name, words)


def _errors(events: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for event in events:
        said = event.get("diagnosticEvent", {})
        if said.get("severity") == "error" and said["message"].strip() != "preview failed":
            yield said["message"].strip()


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "the engine failed"
