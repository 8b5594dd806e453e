"""Storage accounts, shares, registries and budgets, asked without a server."""

import pytest

from sandbox.arm import registries, shares
from sandbox.arm.registries import Login
from tests.sandbox.arm.arm_double import Double

STORAGE = "Microsoft.Storage/storageAccounts"
REGISTRY = "Microsoft.ContainerRegistry/registries"


def account(double: Double, name: str = "contosomodels", **properties: object) -> str:
    place = double.place(STORAGE, name)
    body = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": properties}
    double.ok("PUT", place, body)
    return place


def registry(double: Double, name: str = "contosoimages", sku: str = "Standard", **properties: object) -> str:
    place = double.place(REGISTRY, name)
    double.ok("PUT", place, {"location": "westeurope", "sku": {"name": sku}, "properties": properties})
    return place


def share(double: Double, place: str, name: str = "models", **properties: object) -> str:
    at = f"{place}/fileServices/default/shares/{name}"
    double.ok("PUT", at, {"properties": properties})
    return at


def key_of(double: Double, place: str) -> str:
    return str(double.ok("POST", f"{place}/listKeys")["keys"][0]["value"])


def mounting(double: Double, key: str, name: str = "contosomodels", wanted: str = "models") -> str | None:
    return shares.refusal(double.world.store, name, wanted, key, None)


def test_an_account_is_made_in_the_background_and_never_shows_its_keys(double: Double) -> None:
    answer = double.send(
        "PUT",
        double.place(STORAGE, "contosomodels"),
        {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
    )
    assert (answer.status_code, "operationresults" in answer.headers["Location"]) == (202, True)
    double.finish()
    place = double.place(STORAGE, "contosomodels")
    shown = double.ok("GET", place)
    assert shown["properties"]["primaryEndpoints"]["file"] == "https://contosomodels.file.core.windows.net/"
    assert shown["properties"]["networkAcls"]["defaultAction"] == "Allow"
    assert key_of(double, place) not in str(shown)


def test_a_storage_accounts_name_is_taken_all_over_the_world(double: Double) -> None:
    account(double)
    other = f"{double.subscription}/resourceGroups/other"
    double.ok("PUT", other, {"location": "westeurope"})
    body = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    place = f"{other}/providers/{STORAGE}/contosomodels"
    assert double.refused("PUT", place, body)[:2] == (409, "StorageAccountAlreadyTaken")
    double.settings(taken_names=["elsewhere"])
    assert double.refused("PUT", double.place(STORAGE, "elsewhere"), body)[:2] == (409, "StorageAccountAlreadyTaken")
    assert double.refused("PUT", double.place(STORAGE, "With-Hyphen"), body)[1] == "InvalidResourceName"


def test_a_kind_of_storage_has_its_own_skus(double: Double) -> None:
    body = {"location": "westeurope", "kind": "FileStorage", "sku": {"name": "Standard_LRS"}}
    assert double.refused("PUT", double.place(STORAGE, "files"), body)[1] == "InvalidRequestPropertyValue"


def test_a_share_is_mounted_with_either_key_and_with_no_other(double: Double) -> None:
    place = account(double)
    share(double, place)
    first = key_of(double, place)
    second = double.ok("POST", f"{place}/listKeys")["keys"][1]["value"]
    assert mounting(double, first) is None
    assert mounting(double, second) is None
    assert mounting(double, "wrong") == "403: the storage account key is wrong"
    assert mounting(double, first, wanted="other") == "404: the share 'other' does not exist"
    assert "no such host" in str(mounting(double, first, name="elsewhere"))


def test_a_regenerated_key_opens_no_share(double: Double) -> None:
    place = account(double)
    share(double, place)
    before = key_of(double, place)
    double.ok("POST", f"{place}/regenerateKey", {"keyName": "key1"})
    assert mounting(double, before) == "403: the storage account key is wrong"
    assert mounting(double, key_of(double, place)) is None


def test_an_account_without_shared_keys_lists_them_and_opens_nothing(double: Double) -> None:
    place = account(double, allowSharedKeyAccess=False)
    share(double, place)
    assert "allowSharedKeyAccess is false" in str(mounting(double, key_of(double, place)))


def test_a_closed_account_is_reached_by_nobody_in_public(double: Double) -> None:
    place = account(double, publicNetworkAccess="Disabled")
    share(double, place)
    assert "ForbiddenByConnection" in str(mounting(double, key_of(double, place)))


def test_a_share_has_a_quota_and_protocols_that_stay(double: Double) -> None:
    place = account(double)
    assert double.ok("GET", share(double, place))["properties"]["shareQuota"] == 5120
    at = share(double, place, shareQuota=100)
    assert double.refused("PUT", at, {"properties": {"shareQuota": 0}})[0] == 400
    nfs = {"properties": {"enabledProtocols": "NFS"}}
    assert double.refused("PUT", at, nfs)[1] == "FeatureNotSupportedForAccount"
    assert double.refused("PUT", f"{place}/fileServices/default/shares/a--b", {"properties": {}})[0] == 400
    assert [each["name"] for each in double.ok("GET", f"{place}/fileServices/default/shares")["value"]] == ["models"]


def test_shares_go_with_their_account(double: Double) -> None:
    place = account(double)
    at = share(double, place)
    double.ok("DELETE", place)
    assert double.send("GET", at).status_code == 404
    assert double.world.store.below(place) == []


def test_a_registrys_passwords_are_listed_only_with_its_administrator(double: Double) -> None:
    place = registry(double)
    shown = double.ok("GET", place)["properties"]
    assert shown["loginServer"] == "contosoimages.azurecr.io"
    version = "2024-11-01-preview"
    refused = double.refused("POST", f"{place}/listCredentials", version=version)
    assert refused[1] == "UnAuthorizedForCredentialOperations"
    registry(double, adminUserEnabled=True)
    told = double.ok("POST", f"{place}/listCredentials", version=version)
    assert told["username"] == "contosoimages"
    assert told["passwords"][0]["value"] not in str(double.ok("GET", place))


def test_a_registrys_name_is_taken_all_over_the_world(double: Double) -> None:
    registry(double)
    other = f"{double.subscription}/resourceGroups/other"
    double.ok("PUT", other, {"location": "westeurope"})
    body = {"location": "westeurope", "sku": {"name": "Basic"}}
    assert double.refused("PUT", f"{other}/providers/{REGISTRY}/ContosoImages", body)[:2] == (409, "AlreadyInUse")


@pytest.mark.parametrize("wish", [{"publicNetworkAccess": "Disabled"}, {"dataEndpointEnabled": True}])
def test_what_needs_a_premium_registry_is_refused_below(double: Double, wish: dict[str, object]) -> None:
    body = {"location": "westeurope", "sku": {"name": "Standard"}, "properties": wish}
    assert double.refused("PUT", double.place(REGISTRY, "contosoimages"), body)[1] == "FeatureNotSupportedInSku"


def test_an_image_is_pulled_with_a_password_of_the_administrator(double: Double) -> None:
    place = registry(double, adminUserEnabled=True)
    password = double.ok("POST", f"{place}/listCredentials", version="2024-11-01-preview")["passwords"][0]["value"]
    image, store = "contosoimages.azurecr.io/speech-to-text:5.1.0", double.world.store
    assert registries.refusal(store, image, Login("contosoimages", password), None) is None
    assert "refuses the user" in str(registries.refusal(store, image, Login("contosoimages", "wrong"), None))
    assert "asks for a login" in str(registries.refusal(store, image, None, None))


def test_images_of_public_registries_are_pulled_without_a_login(double: Double) -> None:
    store = double.world.store
    for image in ("mcr.microsoft.com/azure-cognitive-services/diagnostic", "busybox:1.36", "valkey/valkey:8.1"):
        assert registries.refusal(store, image, None, None) is None
    assert registries.refusal(store, "nowhere.azurecr.io/busybox", None, None) == "no such registry"


BUDGET = {
    "category": "Cost",
    "amount": 20_000,
    "timeGrain": "Monthly",
    "timePeriod": {"startDate": "2026-11-01T00:00:00Z"},
    "notifications": {
        "eighty": {"enabled": True, "operator": "GreaterThan", "threshold": 80, "contactEmails": ["a@contoso.example"]}
    },
}


def test_a_budget_stands_on_a_group_or_the_subscription(double: Double) -> None:
    for scope in (double.group, double.subscription):
        place = f"{scope}/providers/Microsoft.Consumption/budgets/speech"
        made = double.ok("PUT", place, {"properties": BUDGET})
        assert made["properties"]["notifications"]["eighty"]["thresholdType"] == "Actual"
        assert made["properties"]["timePeriod"]["endDate"] == "2036-11-01T00:00:00Z"
        assert made["eTag"]
        double.ok("DELETE", place)


@pytest.mark.parametrize(
    "fault",
    [
        {"amount": 0},
        {"category": "Usage"},
        {"timeGrain": "Daily"},
        {"timePeriod": {"startDate": "2026-11-02"}},
        {"timePeriod": {"startDate": "2020-11-01", "endDate": "2021-11-01"}},
        {"notifications": {"x": {"enabled": True, "operator": "GreaterThan", "threshold": 80, "contactEmails": []}}},
    ],
)
def test_a_budget_that_makes_no_sense_is_refused(double: Double, fault: dict[str, object]) -> None:
    place = f"{double.group}/providers/Microsoft.Consumption/budgets/speech"
    assert double.refused("PUT", place, {"properties": {**BUDGET, **fault}})[0] == 400
