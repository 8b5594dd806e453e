"""The stacks of a fleet: stack files that were chosen, and planned before anything runs."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from operations.fleet.selection import Labels, Selection, labels
from speech.capacity.plan import Plan
from speech.files import stack_file
from speech.files.stack_file import UnreadableError
from speech.settings.faults import InvalidStackError, render, shown
from speech.settings.stack import Stack


@dataclass(frozen=True, slots=True)
class Member:
    """One stack of the fleet."""

    name: str
    file: Path
    labels: Labels
    stack: Stack
    plan: Plan
    content: str
    """A digest of what the engine hands to the program: comments and the engine's own additions do not change it."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """Stacks that were chosen, in the order of their names, and the folder of their project."""

    project: Path
    members: tuple[Member, ...]


def selected(asked: Selection) -> Fleet:
    """The stacks that meet the conditions. Raises UnreadableError with the faults of all their files at once."""
    project, files = stack_file.of_project()
    found, known, faults = [], [], []
    for file in files:
        name = stack_file.stack_name(file)
        try:
            has = labels(name, stack_file.keys(file))
        except UnreadableError as fault:
            if asked.may_hold(name):
                faults.append(str(fault))
            continue
        known.append(has)
        if asked.holds(has):
            found.append((file, has))
    if not faults:
        asked.check(known)
    if not found and not faults:
        raise UnreadableError(f"{project}: no stack file meets all conditions of --select at once")
    return Fleet(project, _planned(found, faults))


def named(names: Sequence[str]) -> Fleet:
    """The stacks of these names. Raises UnreadableError, also where one has no file any more."""
    project, files = stack_file.of_project()
    by_name = {stack_file.stack_name(file): file for file in files}
    faults = [f"{project}: there is no stack file of {name} any more" for name in names if name not in by_name]
    found = []
    for name in sorted(set(names) & by_name.keys()):
        try:
            found.append((by_name[name], labels(name, stack_file.keys(by_name[name]))))
        except UnreadableError as fault:
            faults.append(str(fault))
    return Fleet(project, _planned(found, faults))


def _planned(found: Iterable[tuple[Path, Labels]], faults: Sequence[str]) -> tuple[Member, ...]:
    members, wrong = [], list(faults)
    for file, has in found:
        try:
            parsed, plan = stack_file.planned(file)
            content = json.dumps(stack_file.keys(file), sort_keys=True, default=str)
        except InvalidStackError as error:
            wrong.append("\n".join([f"{file}: {error}", *render(error.faults)]))
        except UnreadableError as error:
            wrong.append(str(error))
        else:
            digest = hashlib.sha256(content.encode()).hexdigest()
            members.append(Member(has["name"], file, has, parsed.stack, plan, digest))
    wrong += _same_domains(members)
    if wrong:
        raise UnreadableError("\n".join([*wrong, "nothing was run"]))
    return tuple(members)


def _same_domains(members: Sequence[Member]) -> Iterator[str]:
    """Domains are unique in Azure: the second of two stacks would fail when the first is up already."""
    by_domain: dict[str, list[Member]] = {}
    for member in members:
        if member.stack.account.mode == "create":
            by_domain.setdefault(member.plan.names["account"], []).append(member)
    for domain, those in by_domain.items():
        if len(those) > 1:
            files = ", ".join(str(member.file) for member in those)
            yield f"{files}: speech:account.custom_domain is {shown(domain)} in each; it is unique in Azure"
