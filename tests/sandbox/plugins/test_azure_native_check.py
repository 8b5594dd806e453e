"""Check: inputs held against the SDK's types, faults told all at once and with their path."""

import pytest

from sandbox.plugins.serving import UNKNOWN
from tests.sandbox.plugins.engine_double import AbortedError, Engine

ACCOUNT = {
    "accountName": "contoso",
    "resourceGroupName": "speech",
    "location": "westeurope",
    "kind": "SpeechServices",
    "sku": {"name": "S0"},
    "properties": {"customSubDomainName": "contoso", "publicNetworkAccess": "Enabled"},
}
POOL = {"agentPoolName": "speech", "resourceGroupName": "speech", "resourceName": "aks", "vmSize": "Standard_D8as_v5"}


def test_right_inputs_come_back_with_the_api_version_and_nothing_else() -> None:
    inputs, failures = Engine("cognitiveservices:Account").check(ACCOUNT)
    assert failures == []
    assert inputs == {**ACCOUNT, "azureApiVersion": "2025-06-01"}


def test_every_fault_is_told_at_once_with_its_path() -> None:
    wrong = {
        **ACCOUNT,
        "colour": "red",
        "sku": {},
        "properties": {
            "customSubdomainName": "contoso",
            "publicNetworkAccess": "Sometimes",
            "networkAcls": {"ipRules": [{"value": 4}]},
            "dynamicThrottlingEnabled": "yes",
        },
    }
    _, failures = Engine("cognitiveservices:Account").check(wrong)
    assert sorted(failures) == [
        "'colour' is no property of the type",
        "'properties.customSubdomainName' is no property of the type. Did you mean 'customSubDomainName'?",
        "'properties.dynamicThrottlingEnabled' should be of type 'boolean' but got a string",
        "'properties.networkAcls.ipRules[0].value' should be of type 'string' but got a number",
        "'properties.publicNetworkAccess' is 'Sometimes', which is none of Enabled, Disabled",
        "missing required property 'sku.name'",
    ]


def test_a_missing_path_parameter_is_a_fault() -> None:
    inputs = {key: value for key, value in POOL.items() if key != "resourceName"}
    assert Engine("containerservice:AgentPool").check(inputs)[1] == ["missing required property 'resourceName'"]


def test_a_fault_says_nothing_of_a_value_that_may_be_secret() -> None:
    secret = {"resourceGroupName": "g", "vaultName": "v", "secretName": "s", "properties": {"value": ["planted-key"]}}
    _, failures = Engine("keyvault:Secret").check(secret)
    assert failures == ["'properties.value' should be of type 'string' but got a list"]


def test_unknown_values_pass_anywhere() -> None:
    unknown = {**ACCOUNT, "sku": UNKNOWN, "properties": {"networkAcls": {"ipRules": [UNKNOWN]}}}
    assert Engine("cognitiveservices:Account").check(unknown)[1] == []


def test_a_whole_number_is_an_integer_and_a_fraction_is_none() -> None:
    assert Engine("containerservice:AgentPool").check({**POOL, "count": 3.0})[1] == []
    assert Engine("containerservice:AgentPool").check({**POOL, "count": 2.5})[1] == [
        "'count' should be of type 'integer' but got a number"
    ]


def test_an_enumeration_does_not_mind_the_case() -> None:
    assert Engine("containerservice:AgentPool").check({**POOL, "mode": "user"})[1] == []


@pytest.mark.parametrize(
    ("token", "inputs", "fault"),
    [
        (
            "containerservice:AgentPool",
            {**POOL, "agentPoolName": "pool-a"},
            "'agentPoolName' does not match expression '^[a-z][a-z0-9]{0,11}$'",
        ),
        (
            "cognitiveservices:Account",
            {**ACCOUNT, "accountName": "x"},
            "'accountName' does not match expression '^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}$'",
        ),
    ],
)
def test_a_name_that_azure_refuses_is_refused_before_azure_is_asked(
    token: str, inputs: dict[str, str], fault: str
) -> None:
    assert Engine(token).check(inputs)[1] == [fault]


def test_a_type_without_a_row_is_refused_by_name() -> None:
    with pytest.raises(AbortedError, match=r"does not serve azure-native:sql:Server: its table has no row for it"):
        Engine("sql:Server").check({})


def test_a_null_counts_as_absent() -> None:
    inputs, failures = Engine("cognitiveservices:Account").check({**ACCOUNT, "identity": None})
    assert (inputs, failures) == ({**ACCOUNT, "azureApiVersion": "2025-06-01"}, [])
