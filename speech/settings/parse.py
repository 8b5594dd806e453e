"""One pure way from the keys of a stack file to settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from speech.catalog import documents
from speech.settings import words
from speech.settings.base import Decrypted
from speech.settings.draft import complete, salvage
from speech.settings.environments import picked, with_defaults
from speech.settings.faults import MOST_SHOWN, Finding, InvalidStackError, Severity, did_you_mean, shown
from speech.settings.rules import RULES
from speech.settings.stack import Stack
from speech.settings.target import TargetKind
from speech.settings.values import Reading, brief, secrets_in, structure

NAMESPACE = "speech"
LOCATION = "azure-native:location"
# Namespaces of the engine and of the providers that the toolkit uses: their keys are theirs to check.
OTHER_NAMESPACES = frozenset({"azure-native", "kubernetes", "pulumi"})
TEXTS = frozenset({"location", "environment", "resource_group_id"})
"""Sections that are one word; all others may come as JSON."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """Settings that can be deployed, and what is worth saying about them."""

    stack: Stack
    warnings: tuple[Finding, ...]
    picked: tuple[tuple[str, object], ...] = ()
    """Settings, by their paths, that the environment decided because the file does not."""


def parse(mapping: Mapping[Any, object], *, today: date | None = None) -> Parsed:
    """Settings from configuration keys as a stack file has them (`speech:containers`, `azure-native:location`).

    Values are structures, or JSON text of them as the engine passes it. What is encrypted is {secure: ...} still, or
    lies in the text of a key that the engine has Decrypted. `today` is asked for dates that pass; without it nothing
    is out of date. Raises InvalidStackError with every fault of the whole file, and of the user's own catalogue.
    Reads no file but the catalogue's, asks no network.
    """
    sections, findings = _sections(mapping)
    findings += [Finding(fault.path, fault.message) for fault in documents.faults()]
    raw = with_defaults(sections)
    try:
        stack = Stack.model_validate(raw)
        draft = complete(stack, sections, today)
        findings += _misplaced_secrets(stack, mapping)
    except ValidationError as error:
        stack = None
        draft = salvage(raw, sections, today)
        findings += _findings(error.errors(include_url=False))
    findings += [finding for rule in RULES for finding in rule(draft)]
    faults = [finding for finding in findings if finding.severity is Severity.FAULT]
    if stack is None or faults:
        raise InvalidStackError(faults)
    return Parsed(stack, tuple(findings), tuple(picked(sections, stack.environment)))


def _sections(mapping: Mapping[Any, object]) -> tuple[dict[str, Any], list[Finding]]:
    """Sections by name in plain types; an empty one is left out. Raises where the file holds what none can hold."""
    sections: dict[str, Any] = {}
    reading = Reading()
    for key, given in mapping.items():
        namespace, _, name = str(key).partition(":")
        if key != LOCATION and (namespace != NAMESPACE or name == "location" or _is_path(name)):
            continue
        structured = structure(given) if isinstance(given, str) and name not in TEXTS else given
        value = reading.value(structured, brief(key), decrypted=isinstance(given, Decrypted))
        # An empty section reaches a program as an empty text.
        if value not in (None, "") or name not in Stack.model_fields:
            sections[name] = value
    if reading.findings:
        raise InvalidStackError(reading.findings)
    return sections, list(_strange_keys(mapping))


def _strange_keys(mapping: Mapping[Any, object]) -> Iterator[Finding]:
    ours = Stack.model_fields
    for key in map(str, mapping):
        namespace, colon, name = key.partition(":")
        if not colon:
            yield Finding(brief(key), f"has no namespace: write {shown(f'{NAMESPACE}:{key}')}")
        elif key == f"{NAMESPACE}:location":
            yield Finding(key, f'the region is a setting of the provider: write "{LOCATION}"')
        elif namespace == NAMESPACE and _is_path(name):
            yield Finding(brief(key), f"is a path: write it under {NAMESPACE}:{_head(name)}, or set it with --path")
        elif namespace not in {NAMESPACE, *OTHER_NAMESPACES}:
            hint = (
                f' Write "{NAMESPACE}:{name}"'
                if name in ours
                else did_you_mean(namespace, {NAMESPACE, *OTHER_NAMESPACES})
            )
            yield Finding(brief(key), f"{shown(namespace)} is no namespace of this program.{hint}")


def _is_path(name: str) -> bool:
    return name not in Stack.model_fields and _head(name) in Stack.model_fields


def _head(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


def _misplaced_secrets(stack: Stack, mapping: Mapping[Any, object]) -> Iterator[Finding]:
    """In a running program a decrypted text looks like any other: only the place of a secret tells."""
    for name in Stack.model_fields:
        key = LOCATION if name == "location" else f"{NAMESPACE}:{name}"
        if isinstance(mapping.get(key), Decrypted) and not any(secrets_in(getattr(stack, name))):
            yield Finding(key, "is encrypted, which only keys and passwords may be: write it in clear")


def _findings(errors: list[ErrorDetails]) -> Iterator[Finding]:
    for number, error in enumerate(errors):
        path = _path(error["loc"]) + (".kind" if error["type"].startswith("union_tag") else "")
        # Words beyond those that are shown would cost a search for what was meant each.
        yield words.finding(error, Stack, path) if number < MOST_SHOWN else Finding(path, error["msg"])


def _path(location: tuple[int | str, ...]) -> str:
    first, *rest = location
    path = LOCATION if first == "location" else f"{NAMESPACE}:{brief(first)}"
    # pydantic puts the tag of a union into the location: no word of the stack file.
    if first == "target" and rest and rest[0] in set(TargetKind):
        rest = rest[1:]
    for part in rest:
        path += f"[{part}]" if isinstance(part, int) else f".{brief(part)}"
    return path
