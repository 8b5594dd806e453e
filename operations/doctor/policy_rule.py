"""What a policy definition would do to the stack's account, as far as its rule can be read."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_PARAMETER = re.compile(r"\[parameters\('([^']+)'\)\]")
_KEYS = "disablelocalauth"
_FORCING = frozenset({"deny", "modify", "append", "deployifnotexists"})
"""Effects that refuse the account or change it; the others only report."""

Values = Mapping[str, Any]


def mentions_keys(definition: Values) -> bool:
    """Whether the rule is about switching keys off at all."""
    return _KEYS in str(definition.get("policyRule")).lower()


def effect(definition: Values, given: Values) -> str:
    """What the rule does, in small letters, with the values that an assignment gives."""
    return str(resolved((definition.get("policyRule") or {}).get("then", {}).get("effect"), definition, given)).lower()


def forces(effect_word: str) -> bool:
    """Whether the effect refuses or changes what it meets."""
    return effect_word in _FORCING


def resolved(value: Any, definition: Values, given: Values) -> Any:  # noqa: ANN401  # any JSON
    """A value, or that of the parameter it names: the given one, else the definition's default."""
    found = _PARAMETER.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    name = found[1]
    defaults: Values = definition.get("parameters") or {}
    return given[name] if name in given else (defaults.get(name) or {}).get("defaultValue")


def meets(condition: Any, account: Values, definition: Values, given: Values) -> bool | None:  # noqa: ANN401  # any JSON
    """Whether a condition of a rule holds for the account (fields in small letters); None where nobody can tell."""
    if not isinstance(condition, Mapping):
        return None
    if "not" in condition:
        found = meets(condition["not"], account, definition, given)
        return None if found is None else not found
    for word, decides in (("allOf", False), ("anyOf", True)):
        if word in condition:
            results = [meets(each, account, definition, given) for each in condition[word]]
            return _together(results, decides=decides)
    field = str(condition.get("field", "")).lower()
    return _compared(condition, account[field], definition, given) if field in account else None


def _together(results: Sequence[bool | None], *, decides: bool) -> bool | None:
    if decides in results:
        return decides
    return None if None in results else not decides


def _compared(condition: Values, value: Any, definition: Values, given: Values) -> bool | None:  # noqa: ANN401  # any JSON
    operator = next((word for word in condition if word != "field"), "")
    wanted = resolved(condition[operator], definition, given) if operator else None
    match operator:
        case "equals" | "notEquals":
            return (_plain(value) == _plain(wanted)) is (operator == "equals")
        case "in" | "notIn":
            return (_plain(value) in [_plain(each) for each in wanted or []]) is (operator == "in")
        case "exists":
            return _plain(wanted) == "true"
    return None


def _plain(value: Any) -> str:  # noqa: ANN401  # any JSON
    return str(value).lower()
