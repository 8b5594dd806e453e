"""How two programs are compared."""

from typing import Any

from bench.registered import differences, registered

POOL = ("azure-native:containerservice:AgentPool", "speech-pool")


def event(token: str, name: str, inputs: dict[str, Any], *, custom: bool = True) -> dict[str, Any]:
    urn = f"urn:pulumi:test::project::parent${token}::{name}"
    return {"resourcePreEvent": {"metadata": {"type": token, "urn": urn, "new": {"custom": custom, "inputs": inputs}}}}


def test_custom_resources_count_and_components_the_stack_and_default_providers_do_not() -> None:
    events = [
        {"preludeEvent": {}},
        event("pulumi:pulumi:Stack", "project-test", {}),
        event("speech:aks:SpeechPool", "speech", {}, custom=False),
        event("pulumi:providers:azure-native", "default_3_29_0", {}),
        event("pulumi:providers:kubernetes", "speech-kubernetes", {"clusterIdentifier": "c"}),
        event(*POOL, {"count": 1}),
    ]
    assert registered(events) == {
        ("pulumi:providers:kubernetes", "speech-kubernetes"): {"clusterIdentifier": "c"},
        POOL: {"count": 1},
    }


def test_a_name_drawn_anew_in_each_preview_is_no_difference() -> None:
    vault = "azure-native:keyvault:Vault"
    one, other = (
        registered([event(vault, "speech-kv", {"vaultName": f"speech-kv{drawn}"})])
        for drawn in ("63c367f9", "0123abcd")
    )
    assert differences(one, other) == []
    named = registered([event(vault, "speech-kv", {"vaultName": "speech-vault"})])
    assert differences(one, named) != []


def test_equal_programs_show_no_difference() -> None:
    assert differences({POOL: {"count": 1, "tags": ["a"]}}, {POOL: {"tags": ["a"], "count": 1}}) == []


def test_a_difference_names_resource_path_and_both_values() -> None:
    one = {POOL: {"upgrade": {"surge": ["1"]}, "count": 1}}
    other = {POOL: {"upgrade": {"surge": ["2"]}, "count": 1}}
    assert differences(one, other, ("here", "there")) == [f"{' '.join(POOL)} upgrade.surge[0]: '1' here, '2' there"]


def test_an_input_that_one_lacks_is_a_difference() -> None:
    assert differences({POOL: {"count": 1}}, {POOL: {}}) == [f"{' '.join(POOL)} count: 1 first, None second"]


def test_lists_of_another_length_differ() -> None:
    assert len(differences({POOL: {"zones": ["1"]}}, {POOL: {"zones": ["1", "2"]}})) == 1


def test_a_resource_of_one_program_only_is_a_difference() -> None:
    assert differences({POOL: {}}, {}, ("here", "there")) == [f"{' '.join(POOL)}: only here"]
    assert differences({}, {POOL: {}}, ("here", "there")) == [f"{' '.join(POOL)}: only there"]
