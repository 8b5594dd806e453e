"""Rules of identities, federated credentials and role assignments."""

import uuid

import pytest

from tests.sandbox.arm.arm_double import Double

IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
READER, OWNER = "acdd72a7-3385-48ef-bd42-f606fba81ae7", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
FEDERATED = {
    "issuer": "https://issuer.test/",
    "subject": "system:serviceaccount:speech:pods",
    "audiences": ["api://AzureADTokenExchange"],
}


def identity(double: Double, name: str = "pods") -> str:
    return str(double.ok("PUT", double.place(IDENTITY, name), {"location": "westeurope"})["properties"]["principalId"])


def role(double: Double, guid: str = READER) -> str:
    return f"{double.subscription}/providers/Microsoft.Authorization/roleDefinitions/{guid}"


def assignment(scope: str, name: str = "") -> str:
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name or uuid.uuid4()}"


def wanted(double: Double, principal: str, kind: str | None = "ServicePrincipal", guid: str = READER) -> object:
    properties = {"roleDefinitionId": role(double, guid), "principalId": principal}
    return {"properties": {**properties, "principalType": kind} if kind else properties}


@pytest.mark.parametrize("kind", [None, "User"])
def test_a_new_principal_is_unknown_for_a_while(double: Double, kind: str | None) -> None:
    principal = identity(double)
    status, code, text = double.refused("PUT", assignment(double.group), wanted(double, principal, kind))
    assert (status, code) == (400, "PrincipalNotFound")
    assert principal.replace("-", "") in text
    double.advance(60)
    if kind:
        refused = double.refused("PUT", assignment(double.group), wanted(double, principal, kind))
        assert refused[1] == "UnmatchedPrincipalType"
    else:
        made = double.ok("PUT", assignment(double.group), wanted(double, principal, kind))
        assert made["properties"]["principalType"] == "ServicePrincipal"


def test_the_principal_type_bridges_the_replication_delay(double: Double) -> None:
    made = double.ok("PUT", assignment(double.group), wanted(double, identity(double)))
    assert made["properties"]["scope"] == double.group


def test_users_and_groups_exist_as_far_as_the_directory_setting_says(double: Double) -> None:
    group = str(uuid.uuid4())
    assert double.refused("PUT", assignment(double.group), wanted(double, group, "Group"))[1] == "PrincipalNotFound"
    double.settings(directory={group: "Group"})
    assert double.ok("PUT", assignment(double.group), wanted(double, group, "Group"))


def test_the_same_assignment_under_another_name_is_refused_with_the_name_it_has(double: Double) -> None:
    principal, name = identity(double), str(uuid.uuid4())
    double.ok("PUT", assignment(double.group, name), wanted(double, principal))
    assert double.send("PUT", assignment(double.group, name), wanted(double, principal)).status_code == 200
    status, code, text = double.refused("PUT", assignment(double.group), wanted(double, principal))
    assert (status, code) == (409, "RoleAssignmentExists")
    assert name.replace("-", "") in text


def test_an_assignment_cannot_change_its_role(double: Double) -> None:
    principal, name = identity(double), str(uuid.uuid4())
    double.ok("PUT", assignment(double.group, name), wanted(double, principal))
    refused = double.refused("PUT", assignment(double.group, name), wanted(double, principal, guid=OWNER))
    assert refused[1] == "RoleAssignmentUpdateNotPermitted"


def test_an_assignment_is_named_by_a_guid_and_a_role_that_exists(double: Double) -> None:
    principal = identity(double)
    named = double.refused("PUT", assignment(double.group, "reader"), wanted(double, principal))
    assert named[1] == "InvalidRoleAssignmentId"
    unknown = wanted(double, principal, guid=str(uuid.uuid4()))
    assert double.refused("PUT", assignment(double.group), unknown)[:2] == (404, "RoleDefinitionDoesNotExist")


def test_a_scope_that_does_not_exist_takes_no_assignment(double: Double) -> None:
    place = assignment(double.place("Microsoft.KeyVault/vaults", "none"))
    assert double.refused("PUT", place, wanted(double, identity(double)))[0] == 404


def test_assignments_of_a_group_are_listed_with_those_above_and_below(double: Double) -> None:
    principal = identity(double)
    for scope in (double.subscription, double.group, double.place(IDENTITY, "pods")):
        double.ok("PUT", assignment(scope), wanted(double, principal))
    path = f"{double.group}/providers/Microsoft.Authorization/roleAssignments"
    assert len(double.ok("GET", path)["value"]) == 3
    token = double.login.access_token(double.world.url)
    chosen = double.http.get(
        path,
        params={"api-version": "2022-04-01", "$filter": "atScope()"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert len(chosen.json()["value"]) == 2


def test_a_role_is_found_by_its_name(double: Double) -> None:
    token = double.login.access_token(double.world.url)
    found = double.http.get(
        f"{double.subscription}/providers/Microsoft.Authorization/roleDefinitions",
        params={"api-version": "2022-04-01", "$filter": "roleName eq 'Key Vault Secrets User'"},
        headers={"Authorization": f"Bearer {token}"},
    ).json()["value"]
    assert [each["name"] for each in found] == ["4633458b-17de-408a-b874-0445c86b69e6"]


def test_an_identity_has_at_most_20_federated_credentials(double: Double) -> None:
    identity(double)
    base = double.place(IDENTITY, "pods") + "/federatedIdentityCredentials"
    for number in range(20):
        double.ok("PUT", f"{base}/pod-{number}", {"properties": {**FEDERATED, "subject": f"s{number}"}})
    assert double.refused("PUT", f"{base}/pod-20", {"properties": FEDERATED})[0] == 400


def test_a_subject_is_federated_once(double: Double) -> None:
    identity(double)
    base = double.place(IDENTITY, "pods") + "/federatedIdentityCredentials"
    double.ok("PUT", f"{base}/one", {"properties": FEDERATED})
    assert double.ok("PUT", f"{base}/one", {"properties": FEDERATED})
    assert double.refused("PUT", f"{base}/two", {"properties": FEDERATED})[0] == 409


def test_assignments_stay_when_their_principal_goes(double: Double) -> None:
    place = assignment(double.group)
    double.ok("PUT", place, wanted(double, identity(double)))
    double.ok("DELETE", double.place(IDENTITY, "pods"))
    assert double.ok("GET", place)
