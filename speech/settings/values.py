"""What configuration holds before anybody asks what it means: texts, numbers, lists and mappings, all within bounds."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from speech.settings.base import Decrypted, Secret
from speech.settings.faults import Finding, shown

DEEPEST = 20
MOST_VALUES = 20_000
LARGEST_NUMBER = 2**53
"""Above it a number loses digits on its way through JSON."""


def structure(text: str) -> object:
    """What a text of JSON holds; the text itself where it is none. The engine passes structured values so."""
    if text[:1] not in {"{", "[", "n"}:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


@dataclass(slots=True)
class Reading:
    """One pass over a configuration. `findings` are what it holds that no configuration may hold."""

    findings: list[Finding] = field(default_factory=list)
    _values: int = 0

    def value(self, given: object, path: str, *, decrypted: bool = False, depth: int = 0) -> Any:  # noqa: ANN401, PLR0911
        """A copy in plain types: what was encrypted is a Secret, texts of a decrypted key are Decrypted."""
        self._values += 1
        if self._values > MOST_VALUES:
            if self._values == MOST_VALUES + 1:
                self._fault(path, f"here the file passes {MOST_VALUES:,} values, more than any stack needs")
            return None
        if depth > DEEPEST:
            return self._fault(path, f"lies deeper than {DEEPEST} levels, deeper than any setting")
        if isinstance(given, Mapping):
            return self._mapping(given, path, decrypted=decrypted, depth=depth)
        if isinstance(given, list | tuple):
            return [
                self.value(each, f"{path}[{index}]", decrypted=decrypted, depth=depth + 1)
                for index, each in enumerate(given)
            ]
        if isinstance(given, str):
            return Decrypted(given) if decrypted else given
        if given is None or isinstance(given, bool | Secret):
            return given
        if isinstance(given, int | float):
            return (
                given if -LARGEST_NUMBER <= given <= LARGEST_NUMBER else self._fault(path, "is no number of a setting")
            )
        return self._fault(path, f"is {shown(str(given))}, a {type(given).__name__}: write it in quotes")

    def _mapping(self, given: Mapping[Any, object], path: str, *, decrypted: bool, depth: int) -> object:
        if set(given) == {"secure"} and isinstance(given["secure"], str):
            return Secret()
        return {
            key: self.value(each, f"{path}.{brief(key)}", decrypted=decrypted, depth=depth + 1)
            for key, each in given.items()
            if self._is_key(key, path)
        }

    def _is_key(self, key: object, path: str) -> bool:
        if not isinstance(key, str):
            self._fault(path, f"has the key {shown(str(key))}, which is no text: write it in quotes")
        return isinstance(key, str)

    def _fault(self, path: str, message: str) -> None:
        self.findings.append(Finding(path, message))


def brief(key: object) -> str:
    """A key as paths show it: cut where it is long, without what a terminal would obey."""
    return shown(str(key)).strip('"')


def secrets_in(value: object) -> Iterator[Secret]:
    """Every secret that settings hold."""
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, BaseModel):
        yield from secrets_in(vars(value))
    elif isinstance(value, Mapping):
        yield from (secret for each in value.values() for secret in secrets_in(each))
    elif isinstance(value, tuple):
        yield from (secret for each in value for secret in secrets_in(each))
