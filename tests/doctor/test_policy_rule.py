"""Rules of policies, read for an account that is not there yet."""

from typing import Any

import pytest

from operations.doctor.policy_rule import effect, forces, meets, mentions_keys

ACCOUNT = {"type": "Microsoft.CognitiveServices/accounts", "kind": "SpeechServices", "location": "westeurope"}
TYPE = {"field": "type", "equals": "microsoft.cognitiveservices/ACCOUNTS"}
KIND = {"field": "kind", "in": ["OpenAI", "AIServices"]}
UNKNOWN = {"field": "tags['zone']", "equals": "public"}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (TYPE, True),
        (KIND, False),
        (UNKNOWN, None),
        ({"not": KIND}, True),
        ({"not": UNKNOWN}, None),
        ({"allOf": [TYPE, KIND]}, False),
        ({"allOf": [TYPE, UNKNOWN]}, None),
        ({"allOf": [KIND, UNKNOWN]}, False),
        ({"anyOf": [TYPE, UNKNOWN]}, True),
        ({"anyOf": [KIND, UNKNOWN]}, None),
        ({"anyOf": [KIND]}, False),
        ({"field": "kind", "notIn": ["OpenAI"]}, True),
        ({"field": "kind", "notEquals": "SpeechServices"}, False),
        ({"field": "location", "exists": "true"}, True),
        ({"field": "location", "like": "west*"}, None),
        ({"count": {"field": "x[*]"}, "greater": 0}, None),
        ("nonsense", None),
    ],
)
def test_a_condition_holds_does_not_or_nobody_can_tell(condition: Any, holds: bool | None) -> None:
    assert meets(condition, ACCOUNT, {}, {}) is holds


def test_a_parameter_of_a_condition_is_the_assignment_s_or_the_default() -> None:
    definition = {"parameters": {"kinds": {"defaultValue": ["SpeechServices"]}}}
    condition = {"field": "kind", "in": "[parameters('kinds')]"}
    assert meets(condition, ACCOUNT, definition, {}) is True
    assert meets(condition, ACCOUNT, definition, {"kinds": ["OpenAI"]}) is False


@pytest.mark.parametrize(("word", "forced"), [("Deny", True), ("Append", True), ("Audit", False), ("Disabled", False)])
def test_some_effects_only_report(word: str, forced: bool) -> None:
    definition = {"policyRule": {"then": {"effect": "[parameters('effect')]"}}}
    assert forces(effect(definition, {"effect": word})) is forced


def test_a_rule_is_about_keys_where_it_names_them_anywhere() -> None:
    field = "Microsoft.CognitiveServices/accounts/disableLocalAuth"
    assert mentions_keys({"policyRule": {"then": {"details": {"existenceCondition": {"field": field}}}}})
    assert not mentions_keys({"policyRule": {"if": TYPE}})
