"""One pure way from the keys of a stack file to settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from speech.settings import words
from speech.settings.draft import complete, salvage
from speech.settings.environments import with_defaults
from speech.settings.faults import Finding, InvalidStackError, Severity, did_you_mean
from speech.settings.rules import RULES
from speech.settings.stack import Stack
from speech.settings.target import TargetKind

NAMESPACE = "speech"
# Namespaces of the engine and of the providers that the toolkit uses: their keys are theirs to check.
OTHER_NAMESPACES = frozenset({"azure-native", "kubernetes", "pulumi"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """Settings that can be deployed, and what is worth saying about them."""

    stack: Stack
    warnings: tuple[Finding, ...]


def parse(mapping: Mapping[str, Any]) -> Parsed:
    """Settings from configuration keys as a stack file has them (`speech:containers`, `azure-native:location`).

    Raises InvalidStackError with every fault of the whole file. Reads no file, asks no network.
    """
    sections, findings = _sections(mapping)
    raw = with_defaults(sections)
    try:
        stack = Stack.model_validate(raw)
        draft = complete(stack, raw)
    except ValidationError as error:
        stack = None
        draft = salvage(raw)
        findings += [_finding(detail) for detail in error.errors(include_url=False)]
    findings += [finding for rule in RULES for finding in rule(draft)]
    faults = [finding for finding in findings if finding.severity is Severity.FAULT]
    if stack is None or faults:
        raise InvalidStackError(faults)
    return Parsed(stack, tuple(findings))


def _sections(mapping: Mapping[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
    sections: dict[str, Any] = {}
    for key, value in mapping.items():
        namespace, _, name = key.partition(":")
        if namespace == NAMESPACE and name != "location":
            sections[name] = value
        elif key == "azure-native:location":
            sections["location"] = value
    return sections, list(_strange_keys(mapping))


def _strange_keys(mapping: Mapping[str, Any]) -> Iterator[Finding]:
    for key in mapping:
        namespace, colon, _ = key.partition(":")
        if not colon:
            yield Finding(key, f'has no namespace: write "{NAMESPACE}:{key}"')
        elif key == f"{NAMESPACE}:location":
            yield Finding(key, 'the region is a setting of the provider: write "azure-native:location"')
        elif namespace != NAMESPACE and namespace not in OTHER_NAMESPACES:
            hint = did_you_mean(namespace, {NAMESPACE, *OTHER_NAMESPACES})
            yield Finding(key, f'"{namespace}" is no namespace of this program.{hint}')


def _finding(error: ErrorDetails) -> Finding:
    return words.finding(error, Stack, _path(error["loc"]))


def _path(location: tuple[int | str, ...]) -> str:
    first, *rest = location
    path = "azure-native:location" if first == "location" else f"{NAMESPACE}:{first}"
    # pydantic puts the tag of a union into the location: no word of the stack file.
    if first == "target" and rest and rest[0] in set(TargetKind):
        rest = rest[1:]
    for part in rest:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path
