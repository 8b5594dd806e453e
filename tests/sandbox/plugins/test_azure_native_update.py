"""Update: what is sent for something that the program no longer names. No double serves these, so the wire is recorded."""

from typing import Any

from sandbox.plugins.azure_native.kinds import kind_of
from sandbox.plugins.azure_native.resource import Resources

IDENTITIES = [
    f"/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{n}" for n in "ab"
]


class Wire:
    """Takes the place of ARM: keeps what is written, and answers with it."""

    def __init__(self, live: dict[str, Any] | None = None) -> None:
        self.live = live or {}
        self.written: list[tuple[str, dict[str, Any]]] = []

    def get(self, resource_id: str, version: str) -> dict[str, Any]:
        del version
        return {"id": resource_id, **self.live}

    def write(
        self, method: str, resource_id: str, version: str, body: dict[str, Any], *, polls: bool
    ) -> dict[str, Any]:
        del version, polls
        self.written.append((method, body))
        return {"id": resource_id}

    def update(self, token: str, olds: dict[str, Any], news: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        Resources(self, "s", print).update(kind_of(token), "/x", news, olds)  # type: ignore[arg-type]  # a recorder
        [sent] = self.written
        return sent


def identity(*ids: str) -> dict[str, Any]:
    return {"identity": {"type": "UserAssigned", "userAssignedIdentities": [*ids]}}


def test_an_identity_is_taken_away_by_a_null_in_a_patch() -> None:
    method, body = Wire().update("cognitiveservices:Account", identity(*IDENTITIES), identity(IDENTITIES[1]))
    assert method == "PATCH"
    assert body["identity"]["userAssignedIdentities"] == {IDENTITIES[1]: {}, IDENTITIES[0]: None}


def test_an_identity_more_is_an_ordinary_put() -> None:
    method, body = Wire().update("cognitiveservices:Account", identity(IDENTITIES[0]), identity(*IDENTITIES))
    assert method == "PUT"
    assert body["identity"]["userAssignedIdentities"] == {IDENTITIES[0]: {}, IDENTITIES[1]: {}}


def test_network_rules_that_leave_the_program_are_opened_again() -> None:
    rules = {"networkRuleSet": {"defaultAction": "Deny"}}
    _, body = Wire().update("storage:StorageAccount", rules, {})
    assert body["properties"]["networkAcls"]["defaultAction"] == "Allow"
    _, body = Wire().update("storage:StorageAccount", {}, {"tags": {"a": "b"}})
    assert body == {"tags": {"a": "b"}}


def test_access_policies_made_elsewhere_are_sent_back_and_own_ones_are_not_mixed_with_them() -> None:
    live = {"properties": {"accessPolicies": [{"objectId": "theirs"}]}}
    vault = {"properties": {"tenantId": "t"}}
    _, body = Wire(live).update("keyvault:Vault", vault, vault)
    assert body["properties"] == {"tenantId": "t", "accessPolicies": [{"objectId": "theirs"}]}
    own = {"properties": {"accessPolicies": [{"objectId": "ours"}]}}
    _, body = Wire(live).update("keyvault:Vault", vault, own)
    assert body["properties"] == {"accessPolicies": [{"objectId": "ours"}]}
