"""Rules of Cognitive Services accounts."""

import pytest

from tests.sandbox.arm.arm_double import Double

TYPE = "Microsoft.CognitiveServices/accounts"
HOURS = 3600.0


def body(**properties: object) -> dict[str, object]:
    return {"location": "westeurope", "kind": "SpeechServices", "sku": {"name": "S0"}, "properties": properties}


def deleted(double: Double, name: str, group: str = "speech") -> str:
    place = f"locations/westeurope/resourceGroups/{group}/deletedAccounts/{name}"
    return f"{double.subscription}/providers/Microsoft.CognitiveServices/{place}"


def test_the_endpoint_is_regional_without_a_sub_domain(double: Double) -> None:
    regional = double.ok("PUT", double.place(TYPE, "a1"), body())["properties"]
    custom = double.ok("PUT", double.place(TYPE, "a2"), body(customSubDomainName="contoso"))["properties"]
    assert regional["endpoint"] == "https://westeurope.api.cognitive.microsoft.com/"
    assert custom["endpoint"] == "https://contoso.cognitiveservices.azure.com/"
    assert set(custom["endpoints"].values()) == {custom["endpoint"]}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": None}, "InvalidRequestContent"),
        ({"sku": {}}, "InvalidRequestContent"),
        ({"kind": "Speech"}, "InvalidApiSetId"),
        ({"sku": {"name": "S7"}}, "SkuNotEligible"),
        ({"location": None}, "LocationRequired"),
        ({"properties": {"customSubDomainName": "Contoso"}}, "InvalidCustomDomain"),
        ({"properties": {"restore": True}}, "CanNotRestoreANonExistingResource"),
    ],
)
def test_an_account_azure_would_not_make_is_refused(double: Double, changes: dict[str, object], code: str) -> None:
    assert double.refused("PUT", double.place(TYPE, "acc"), {**body(), **changes})[:2] == (400, code)


def test_a_name_of_one_letter_is_refused(double: Double) -> None:
    assert double.refused("PUT", double.place(TYPE, "a"), body())[1] == "InvalidResourceName"


def test_a_sub_domain_is_set_once_and_cannot_be_left_out_again(double: Double) -> None:
    place = double.place(TYPE, "acc")
    double.ok("PUT", place, body())
    double.ok("PUT", place, body(customSubDomainName="contoso"))
    for changed in (body(customSubDomainName="fabrikam"), body()):
        assert double.refused("PUT", place, changed)[1] == "UpdatingCustomDomainNotAllowed"
    patched = double.ok("PATCH", place, {"tags": {"a": "1"}})
    assert patched["properties"]["customSubDomainName"] == "contoso"


def test_a_sub_domain_is_taken_by_living_deleted_and_foreign_accounts(double: Double) -> None:
    double.ok("PUT", double.place(TYPE, "a1"), body(customSubDomainName="contoso"))
    assert double.refused("PUT", double.place(TYPE, "a2"), body(customSubDomainName="contoso"))[:2] == (
        409,
        "CustomDomainInUse",
    )
    double.ok("DELETE", double.place(TYPE, "a1"))
    assert (
        double.refused("PUT", double.place(TYPE, "a2"), body(customSubDomainName="contoso"))[1] == "CustomDomainInUse"
    )
    double.settings(taken_names=["fabrikam"])
    assert double.refused("PUT", double.place(TYPE, "a2"), body(customSubDomainName="fabrikam"))[0] == 409


def test_domain_availability_is_told(double: Double) -> None:
    double.ok("PUT", double.place(TYPE, "a1"), body(customSubDomainName="contoso"))
    path = f"{double.subscription}/providers/Microsoft.CognitiveServices/checkDomainAvailability"
    for name, free in (("contoso", False), ("fabrikam", True), ("No", False)):
        answer = double.ok("POST", path, {"subdomainName": name, "type": TYPE})
        assert answer["isSubdomainAvailable"] is free


def test_a_deleted_account_holds_its_name_for_48_hours(double: Double) -> None:
    place = double.place(TYPE, "acc")
    double.ok("PUT", place, body(customSubDomainName="contoso"))
    double.ok("DELETE", place)
    double.advance(47 * HOURS)
    status, code, text = double.refused("PUT", place, body())
    assert (status, code) == (409, "FlagMustBeSetForRestore")
    assert f"An existing resource with ID '{place}' has been soft-deleted." in text
    double.advance(2 * HOURS)
    assert double.refused("GET", deleted(double, "acc"))[0] == 404
    assert double.ok("PUT", place, body(customSubDomainName="contoso"))


def test_a_restored_account_is_what_it_was(double: Double) -> None:
    place = double.place(TYPE, "acc")
    before = double.ok("PUT", place, body(customSubDomainName="contoso", publicNetworkAccess="Disabled"))["properties"]
    keys = double.ok("POST", f"{place}/listKeys")
    double.ok("DELETE", place)
    double.ok("PUT", place, {"location": "westeurope", "properties": {"restore": True}})
    after = double.ok("GET", place)["properties"]
    same = ("customSubDomainName", "publicNetworkAccess", "internalId", "dateCreated")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert "restore" not in after
    assert double.ok("POST", f"{place}/listKeys") == keys


def test_a_purge_frees_name_and_sub_domain(double: Double) -> None:
    place = double.place(TYPE, "acc")
    double.ok("PUT", place, body(customSubDomainName="contoso"))
    double.ok("DELETE", place)
    gone = double.ok("GET", deleted(double, "acc"))
    assert gone["properties"]["scheduledPurgeDate"] > gone["properties"]["deletionDate"]
    assert double.send("DELETE", deleted(double, "acc")).status_code == 200
    assert double.send("DELETE", deleted(double, "acc")).status_code == 204
    assert double.ok("PUT", double.place(TYPE, "other"), body(customSubDomainName="contoso"))


def test_a_deleted_group_leaves_its_accounts_soft_deleted(double: Double) -> None:
    double.ok("PUT", double.place(TYPE, "acc"), body())
    double.ok("DELETE", double.group)
    listed = double.ok("GET", f"{double.subscription}/providers/Microsoft.CognitiveServices/deletedAccounts")
    assert [each["name"] for each in listed["value"]] == ["acc"]


def test_keys_are_refused_where_local_authentication_is_off(double: Double) -> None:
    place = double.place(TYPE, "acc")
    double.ok("PUT", place, body(disableLocalAuth=True))
    status, code, text = double.refused("POST", f"{place}/listKeys")
    assert (status, code, text) == (400, "BadRequest", "Failed to list key. disableLocalAuth is set to be true")


def test_keys_appear_in_no_document(double: Double) -> None:
    place = double.place(TYPE, "acc")
    double.ok("PUT", place, body())
    key = double.ok("POST", f"{place}/listKeys")["key1"]
    assert key not in double.send("GET", place).text
    assert key not in double.http.get("/sandbox/journal").text


def test_a_second_write_has_to_wait_for_the_first(double: Double) -> None:
    place = double.place(TYPE, "acc")
    assert double.send("PUT", place, body()).status_code == 201
    assert double.refused("PUT", place, body())[:2] == (409, "AccountProvisioningStateInvalid")
    assert double.refused("POST", f"{place}/listKeys")[1] == "AccountProvisioningStateInvalid"
    double.finish()
    assert double.send("PUT", place, body()).status_code == 200


def test_a_patch_changes_one_property_and_leaves_the_others(double: Double) -> None:
    place = double.place(TYPE, "acc")
    double.ok("PUT", place, body(customSubDomainName="contoso"))
    patched = double.ok("PATCH", place, {"properties": {"publicNetworkAccess": "Disabled"}})["properties"]
    assert (patched["publicNetworkAccess"], patched["customSubDomainName"]) == ("Disabled", "contoso")


def test_a_system_assigned_identity_keeps_its_principal(double: Double) -> None:
    place = double.place(TYPE, "acc")
    first = double.ok("PUT", place, {**body(), "identity": {"type": "SystemAssigned"}})["identity"]
    again = double.ok("PUT", place, {**body(), "identity": {"type": "SystemAssigned"}})["identity"]
    assert first["principalId"] == again["principalId"]


def test_a_user_assigned_identity_must_exist(double: Double) -> None:
    identity = double.place("Microsoft.ManagedIdentity/userAssignedIdentities", "pods")
    wanted = {**body(), "identity": {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}}}
    assert double.refused("PUT", double.place(TYPE, "acc"), wanted)[1] == "FailedIdentityOperation"
    made = double.ok("PUT", identity, {"location": "westeurope"})["properties"]
    settled = double.ok("PUT", double.place(TYPE, "acc"), wanted)["identity"]["userAssignedIdentities"]
    assert settled == {identity: {"clientId": made["clientId"], "principalId": made["principalId"]}}


def test_a_commitment_plan_needs_a_tier_that_is_offered_and_a_fitting_account(double: Double) -> None:
    place = double.place(TYPE, "acc")
    double.ok("PUT", place, {**body(), "sku": {"name": "DC0"}})
    tiers = f"{double.subscription}/providers/Microsoft.CognitiveServices/locations/westeurope/commitmentTiers"
    offered = next(each for each in double.ok("GET", tiers)["value"] if each["skuName"] == "DC0")
    plan = {"hostingModel": offered["hostingModel"], "planType": offered["planType"], "autoRenew": False}
    wanted = {"properties": {**plan, "current": {"tier": offered["tier"], "count": 1}}}
    made = double.ok("PUT", f"{place}/commitmentPlans/plan", wanted)["properties"]
    assert made["current"]["quota"] == offered["quota"]
    wrong = {"properties": {**plan, "current": {"tier": "T99", "count": 1}}}
    assert double.refused("PUT", f"{place}/commitmentPlans/p2", wrong)[1] == "InvalidCommitmentTier"
    connected = {"properties": {**wanted["properties"], "hostingModel": "ConnectedContainer"}}
    assert double.refused("PUT", f"{place}/commitmentPlans/p2", connected)[1] == "SkuNotEligible"
