"""Rules of vaults and their secrets, through Resource Manager and through the vault itself."""

import pytest

from tests.sandbox.arm.arm_double import Double

TYPE = "Microsoft.KeyVault/vaults"
DAYS = 86_400.0
OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"


def body(double: Double, **properties: object) -> dict[str, object]:
    standard = {"tenantId": double.who.tenant_id, "sku": {"family": "A", "name": "standard"}}
    return {"location": "westeurope", "properties": {**standard, "enableRbacAuthorization": True, **properties}}


def vault(double: Double, name: str = "kv-speech", **properties: object) -> str:
    place = double.place(TYPE, name)
    double.ok("PUT", place, body(double, **properties))
    return place


def let_me_write(double: Double, place: str) -> None:
    role = f"{double.subscription}/providers/Microsoft.Authorization/roleDefinitions/{OFFICER}"
    assignment = f"{place}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-000000000001"
    double.ok("PUT", assignment, {"properties": {"roleDefinitionId": role, "principalId": double.who.object_id}})


@pytest.mark.parametrize("name", ["kv", "1speech", "kv--speech", "kv_speech", "kv-speech-", "k" * 25])
def test_a_name_that_makes_no_host_is_refused(double: Double, name: str) -> None:
    assert double.refused("PUT", double.place(TYPE, name), body(double))[:2] == (400, "VaultNameNotValid")


@pytest.mark.parametrize(
    "properties",
    [
        {"sku": {"family": "B", "name": "standard"}},
        {"tenantId": "00000000-0000-4000-8000-000000000000"},
        {"enablePurgeProtection": False},
        {"enableSoftDelete": False},
        {"softDeleteRetentionInDays": 3},
    ],
)
def test_a_vault_azure_would_not_make_is_refused(double: Double, properties: dict[str, object]) -> None:
    assert double.refused("PUT", double.place(TYPE, "kv-speech"), body(double, **properties))[:2] == (400, "BadRequest")


def test_a_new_vault_registers_its_name_first(double: Double) -> None:
    place = double.place(TYPE, "kv-speech")
    made = double.send("PUT", place, body(double))
    assert (made.status_code, made.json()["properties"]["provisioningState"]) == (201, "RegisteringDns")
    double.finish()
    assert double.ok("GET", place)["properties"]["provisioningState"] == "Succeeded"


def test_retention_and_purge_protection_go_one_way(double: Double) -> None:
    place = vault(double, softDeleteRetentionInDays=7, enablePurgeProtection=True)
    assert double.refused("PUT", place, body(double, softDeleteRetentionInDays=8))[0] == 400
    kept = double.ok("PUT", place, body(double))["properties"]
    assert (kept["softDeleteRetentionInDays"], kept["enablePurgeProtection"]) == (7, True)


def test_a_name_is_unique_in_the_world(double: Double) -> None:
    vault(double)
    other = double.place(TYPE, "kv-speech").replace("/speech/", "/other/")
    double.ok("PUT", f"{double.subscription}/resourceGroups/other", {"location": "westeurope"})
    assert double.refused("PUT", other, body(double))[:2] == (409, "VaultAlreadyExists")
    double.settings(taken_names=["kv-theirs"])
    assert double.refused("PUT", double.place(TYPE, "kv-theirs"), body(double))[1] == "VaultAlreadyExists"


def test_a_deleted_vault_is_recovered_with_its_secrets(double: Double) -> None:
    place = vault(double)
    double.ok("PUT", f"{place}/secrets/key", {"properties": {"value": "v1"}})
    double.ok("DELETE", place)
    assert double.refused("PUT", place, body(double))[:2] == (409, "ConflictError")
    elsewhere = {**body(double, createMode="recover"), "location": "eastus"}
    assert double.refused("PUT", place, elsewhere)[1] == "DeletedVaultNotFound"
    recovered = double.ok("PUT", place, body(double, createMode="recover"))
    assert "createMode" not in recovered["properties"]
    assert double.ok("GET", f"{place}/secrets/key")["name"] == "key"


def test_a_deleted_vault_goes_for_good_after_its_retention(double: Double) -> None:
    place = vault(double, softDeleteRetentionInDays=7)
    double.ok("DELETE", place)
    double.advance(6.9 * DAYS)
    assert double.refused("PUT", place, body(double))[0] == 409
    double.advance(0.2 * DAYS)
    assert double.ok("PUT", place, body(double))


def test_purge_protection_forbids_a_purge(double: Double) -> None:
    double.ok("DELETE", vault(double, enablePurgeProtection=True))
    gone = f"{double.subscription}/providers/Microsoft.KeyVault/locations/westeurope/deletedVaults/kv-speech"
    assert double.ok("GET", gone)["properties"]["purgeProtectionEnabled"] is True
    assert double.refused("POST", f"{gone}/purge")[1] == "MethodNotAllowed"


def test_a_secret_gets_a_version_for_each_new_value(double: Double) -> None:
    secret = f"{vault(double)}/secrets/key"
    answers = [double.ok("PUT", secret, {"properties": {"value": value}})["properties"] for value in ("a", "a", "b")]
    versions = [each["secretUriWithVersion"] for each in answers]
    assert (versions[0] == versions[1], versions[1] == versions[2]) == (True, False)
    assert all("value" not in each for each in answers)


def test_a_secret_goes_through_its_vault_only(double: Double) -> None:
    place = vault(double)
    double.ok("PUT", f"{place}/secrets/key", {"properties": {"value": "v1"}})
    assert double.refused("DELETE", f"{place}/secrets/key")[:2] == (405, "MethodNotAllowed")
    refused = double.vault("DELETE", "kv-speech", "/secrets/key")
    assert (refused.status_code, refused.json()["error"]["innererror"]["code"]) == (403, "ForbiddenByRbac")
    let_me_write(double, place)
    assert double.vault("DELETE", "kv-speech", "/secrets/key").json()["recoveryId"].endswith("/deletedsecrets/key")
    assert double.vault("DELETE", "kv-speech", "/secrets/key").status_code == 404


def test_a_deleted_secret_holds_its_name_until_it_is_recovered(double: Double) -> None:
    place = vault(double)
    let_me_write(double, place)
    double.ok("PUT", f"{place}/secrets/key", {"properties": {"value": "v1"}})
    double.vault("DELETE", "kv-speech", "/secrets/key")
    answer = double.send("PUT", f"{place}/secrets/key", {"properties": {"value": "v2"}})
    assert (answer.status_code, answer.json()["error"]["innererror"]["code"]) == (409, "ObjectIsDeletedButRecoverable")
    assert double.vault("POST", "kv-speech", "/deletedsecrets/key/recover").status_code == 200
    assert double.vault("GET", "kv-speech", "/secrets/key").json()["value"] == "v1"
    double.ok("PUT", f"{place}/secrets/key", {"properties": {"value": "v2"}})
    assert double.vault("GET", "kv-speech", "/secrets/key").json()["value"] == "v2"


def test_a_vault_with_access_policies_goes_by_them(double: Double) -> None:
    policy = {"objectId": double.who.object_id, "tenantId": double.who.tenant_id, "permissions": {"secrets": ["Get"]}}
    place = vault(double, enableRbacAuthorization=False, accessPolicies=[policy])
    double.ok("PUT", f"{place}/secrets/key", {"properties": {"value": "v1"}})
    assert double.vault("GET", "kv-speech", "/secrets/key").json()["value"] == "v1"
    assert double.vault("DELETE", "kv-speech", "/secrets/key").json()["error"]["innererror"]["code"] == "AccessDenied"


def test_a_private_vault_lets_nobody_in_from_outside(double: Double) -> None:
    place = vault(double, publicNetworkAccess="Disabled")
    let_me_write(double, place)
    answer = double.vault("GET", "kv-speech", "/secrets")
    assert answer.json()["error"]["innererror"]["code"] == "ForbiddenByConnection"


def test_a_token_for_resource_manager_opens_no_vault(double: Double) -> None:
    vault(double)
    token = double.login.access_token(double.world.url)
    headers = {"Host": "kv-speech.vault.azure.net", "Authorization": f"Bearer {token}"}
    answer = double.http.get("/secrets", headers=headers)
    assert answer.status_code == 401
    assert 'resource="https://vault.azure.net"' in answer.headers["www-authenticate"]
