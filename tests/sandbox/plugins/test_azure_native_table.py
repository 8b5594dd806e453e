"""The table says what the SDK cannot; what can be checked against the SDK or Microsoft's models is checked here."""

import importlib
import typing
from typing import Any

import pytest

from sandbox.plugins.azure_native import schema
from sandbox.plugins.azure_native.table import FUNCTIONS, ROWS, format_path
from sandbox.plugins.azure_native.wire_names import BOXED, ENVELOPE, RENAMED, base_name

MODELS = {
    "network": "azure.mgmt.network.models",
    "containerservice": "azure.mgmt.containerservice.models",
    "cognitiveservices": "azure.mgmt.cognitiveservices.models",
    "keyvault": "azure.mgmt.keyvault.models",
    "managedidentity": "azure.mgmt.msi.v2024_11_30.models",
    "authorization": "azure.mgmt.authorization.v2022_04_01.models",
    "resources": "azure.mgmt.resource.resources.models",
}
"""The modules whose azure-mgmt package the tests have; the other rows were read from theirs by hand."""
NAMES = {"managedidentity:UserAssignedIdentity": "Identity"}
ONLY_IN_THE_SDK = {
    "IpamPoolPrefixAllocation.id",  # wire: pool.id, read-only use
    "BackendAddressPool.location",
}


def wire_names(model: Any) -> set[str]:
    """First segments of the model's names on the wire, for both generations of azure-mgmt models."""
    if hasattr(model, "_attribute_map"):
        return {entry["key"].split(".")[0] for entry in model._attribute_map.values()}
    model({})  # the names are filled in by the first instance
    return {field._rest_name for field in model._attr_to_rest_field.values()}


def types_of(token: str) -> dict[str, set[str]]:
    """Names of the properties of each type that the resource reaches, by the type's name in the API."""
    found: dict[str, set[str]] = {}
    for name, members in schema.load(token)["types"].items():
        found.setdefault(base_name(name), set()).update(members["properties"])
    return found


@pytest.mark.parametrize("token", ROWS)
def test_the_path_asks_for_inputs_that_the_sdk_has(token: str) -> None:
    described = schema.load(token)
    assert set(ROWS[token].parameters) <= set(described["inputs"]["properties"])
    assert described["version"]


@pytest.mark.parametrize("token", ROWS)
def test_every_property_a_row_names_is_one_of_the_sdks(token: str) -> None:
    row, described = ROWS[token], schema.load(token)
    for dotted in (*row.replace, *row.keep, *(name for name, _ in row.resets)):
        members = described["inputs"]
        for part in dotted.split("."):
            assert part in members["properties"], dotted
            members = described["types"].get(members["properties"][part].get("type", ""), members)


@pytest.mark.parametrize("token", ROWS)
def test_an_id_is_parsed_back_whatever_its_case(token: str) -> None:
    row = ROWS[token]
    values = {
        name: f"/subscriptions/s/{name}" if name in {"scope", "resourceUri"} else f"a b{name}"
        for name in row.parameters
    }
    made = row.id("s", values)
    assert " " not in made
    found = row.parse(made.replace("resourceGroups", "RESOURCEGROUPS"))
    assert set(found) == set(row.parameters)


def test_the_id_of_another_type_is_refused() -> None:
    with pytest.raises(ValueError, match="is no id of azure-native:keyvault:Vault"):
        ROWS["keyvault:Vault"].parse("/subscriptions/s/resourceGroups/g")


@pytest.mark.parametrize("token", FUNCTIONS)
def test_a_function_is_one_of_the_sdks_and_its_path_is_filled_by_its_arguments(token: str) -> None:
    described = schema.load(token)
    assert described["version"]
    module, _, name = token.partition(":")
    sdk = importlib.import_module(f"pulumi_azure_native.{module}")
    result = getattr(sdk, f"{name[0].upper()}{name[1:]}Result")
    function = getattr(sdk, result.__module__.rpartition(".")[2])
    arguments = {argument.replace("_", "").lower() for argument in typing.get_type_hints(function)}

    class Given(dict[str, str]):
        def __missing__(self, key: str) -> str:
            assert key.lower() in arguments
            return key

    assert format_path(FUNCTIONS[token].path, "s", Given())
    assert {argument.lower() for argument, _ in FUNCTIONS[token].query} <= arguments


@pytest.mark.parametrize("token", [token for token in ROWS if ROWS[token].module in MODELS])
def test_nested_types_lie_on_the_wire_as_in_microsofts_models(token: str) -> None:
    module = ROWS[token].module
    models = importlib.import_module(MODELS[module])
    compared = 0
    for name, properties in types_of(token).items():
        model = getattr(models, name, None)
        if model is None:
            continue
        compared += 1
        on_wire = wire_names(model)
        assert (name in BOXED.get(module, ())) == ("properties" in on_wire and "properties" not in properties), name
        outside = properties & ENVELOPE if name in BOXED.get(module, ()) else properties
        renamed = {RENAMED.get(module, {}).get(name, {}).get(key, key) for key in outside}
        assert {key for key in renamed - on_wire if f"{name}.{key}" not in ONLY_IN_THE_SDK} == set(), name
    assert compared or not types_of(token).keys() - {"SystemData"}


@pytest.mark.parametrize("token", [token for token in ROWS if ROWS[token].module in MODELS])
def test_top_level_properties_lie_on_the_wire_as_in_microsofts_models(token: str) -> None:
    row, described = ROWS[token], schema.load(token)
    model = getattr(importlib.import_module(MODELS[row.module]), NAMES.get(token, token.partition(":")[2]))
    properties = {*described["inputs"]["properties"], *described["outputs"]["properties"]} - {*row.parameters}
    properties -= {"azureApiVersion", "systemData"}
    on_wire = wire_names(model)
    if "properties" in properties:
        assert properties <= on_wire
        return
    outside = properties & (ENVELOPE - {*row.inside})
    assert outside <= on_wire
    # Every resource has a `type` of ARM's at its top, also one that has another of its own.
    assert (properties - outside) & (on_wire - {"type"}) == set()


def test_what_the_cache_gives_is_what_the_sdk_says(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for cached in (schema.load, schema._cache):
        cached.cache_clear()
    first = schema.load("keyvault:Vault")
    schema.load.cache_clear()
    assert len(list(tmp_path.rglob("keyvault.Vault.json"))) == 1
    assert schema.load("keyvault:Vault") == first == schema.read("keyvault:Vault")
    for cached in (schema.load, schema._cache):
        cached.cache_clear()
