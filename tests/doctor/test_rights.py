"""Whether the log-in may do what `up` does, and the page that says what it must be allowed."""

import re

import pytest

from sandbox.plugins.azure_native.table import ROWS
from speech.catalog.needs import Right, features, providers, rights, roles
from speech.cli import rights_page
from tests.doctor.conftest import DEV, ROOT, Azure, Doctor

REGISTRY = "/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/contoso"
CONDITION = "--condition-version 2.0"


def test_an_owner_may_do_everything(doctor: Doctor) -> None:
    assert re.fullmatch(
        r"pass rights application \S+ may do all \d+ operations that the stack needs", doctor.line("rights")
    )


def test_a_contributor_may_give_no_roles(doctor: Doctor, azure: Azure) -> None:
    azure.settings(caller_roles={"": ["Contributor", "Storage Blob Data Contributor"]})
    found = doctor()
    assert re.fullmatch(
        r"fail rights application \S+ lacks Microsoft.Authorization/roleAssignments/write,"
        r" Microsoft.Authorization/roleAssignments/delete at the subscription",
        found.line("rights"),
    )
    (command,) = found.remedy("rights")
    assert '--role "Role Based Access Control Administrator"' in command
    assert f"--scope {azure.subscription} --condition " in command
    assert command.endswith(CONDITION)


def test_the_roles_of_the_page_are_enough(doctor: Doctor, azure: Azure) -> None:
    names = ["Contributor", "Role Based Access Control Administrator", "Storage Blob Data Contributor"]
    azure.settings(caller_roles={"": names})
    assert doctor.line("rights").startswith("pass")


def test_a_reader_may_look_and_nothing_else(doctor: Doctor, azure: Azure) -> None:
    azure.settings(caller_roles={"": ["Reader"]})
    found = doctor()
    assert len(found.lines("rights")) == 3
    assert re.search(r" and \d+ more at the subscription", found.lines("rights")[0])
    assert f'--role "Contributor" --scope {azure.subscription}\n' in found.out


def test_state_in_a_blob_needs_the_blob_s_data(doctor: Doctor, azure: Azure) -> None:
    azure.settings(caller_roles={"": ["Owner"]})
    found = doctor()
    assert "blobServices/containers/blobs/read" in found.line("rights")
    assert found.line("rights").endswith("at contosostate")
    assert '--role "Storage Blob Data Contributor" --scope …/storageAccounts/contosostate' in found.remedy("rights")[0]


def test_a_role_on_the_blob_s_own_account_is_enough(doctor: Doctor, azure: Azure) -> None:
    place = f"{azure.subscription}/resourceGroups/state/providers/Microsoft.Storage/storageAccounts/contosostate"
    azure.settings(caller_roles={"": ["Owner"], place: ["Storage Blob Data Contributor"]})
    assert doctor.line("rights").startswith("pass")


def test_a_role_on_another_account_is_not_enough(doctor: Doctor, azure: Azure) -> None:
    place = f"{azure.subscription}/resourceGroups/state/providers/Microsoft.Storage/storageAccounts/another"
    azure.settings(caller_roles={"": ["Owner"], place: ["Storage Blob Data Contributor"]})
    assert doctor.line("rights").startswith("fail")


def test_a_vault_s_secret_is_read_as_data(doctor: Doctor) -> None:
    key = "endpoint: https://westeurope.api.cognitive.microsoft.com/\n    key_vault_secret_id: https://contoso-vault.vault.azure.net/secrets/speech-key"
    doctor.stack(DEV.replace("custom_domain: contoso-speech-dev", f"mode: existing\n    {key}"))
    found = doctor()
    assert found.line("rights").endswith("lacks Microsoft.KeyVault/vaults/secrets/getSecret/action at contoso-vault")
    assert '--role "Key Vault Secrets User" --scope …/vaults/contoso-vault' in found.remedy("rights")[0]


def test_a_registry_in_a_group_of_its_own_needs_a_role_there(doctor: Doctor, azure: Azure) -> None:
    own = f"{azure.subscription}/resourceGroups/rg-speech-dev-westeurope"
    azure.settings(caller_roles={"": ["Contributor", "Storage Blob Data Contributor"], own: ["Owner"]})
    doctor.stack(
        f"{DEV}  speech:registry: {{server: contoso.azurecr.io, resource_id: {azure.subscription}{REGISTRY}}}\n"
    )
    assert any(line.endswith("at contoso") for line in doctor().lines("rights"))


def test_a_gateway_s_certificate_in_a_vault_of_one_s_own_needs_a_role_there(doctor: Doctor, azure: Azure) -> None:
    own = f"{azure.subscription}/resourceGroups/rg-speech-dev-westeurope"
    vault = "/resourceGroups/shared/providers/Microsoft.KeyVault/vaults/contoso-certificates"
    azure.settings(caller_roles={"": ["Contributor", "Storage Blob Data Contributor"], own: ["Owner"]})
    tls = f"{{vault_certificate: speech-tls, vault_id: {azure.subscription}{vault}}}"
    gateway = f"{{class_name: envoy, install: envoy, tls: {tls}}}"
    network = f"{{exposure: internal, domain: speech.contoso.example, gateway: {gateway}}}"
    doctor.stack(f"{DEV}  speech:network: {network}\n")
    assert any(line.endswith("at contoso-certificates") for line in doctor().lines("rights"))


def test_a_log_in_that_may_not_read_roles_is_told_which_it_needs(doctor: Doctor, azure: Azure) -> None:
    azure.fault(
        kind="status", method="GET", path="roleAssignments", status=403, code="AuthorizationFailed", message="no"
    )
    found = doctor()
    assert found.line("rights").startswith("skip rights the log-in may not read it:")
    assert re.fullmatch(
        rf"az role assignment create --assignee \S+ --role Reader --scope {azure.subscription}",
        found.remedy("rights")[0],
    )


# --- the data behind the check and the page


def test_every_right_belongs_to_a_feature_and_a_role() -> None:
    assert {right.feature for right in rights()} == set(features())
    assert {right.role.name for right in rights()} == set(roles())
    assert {feature for provider in providers() for feature in provider.features} <= set(features())


@pytest.mark.parametrize("right", rights(), ids=lambda right: f"{right.role.name} {right.feature}")
def test_the_page_has_every_right_that_the_check_asks_for(right: Right) -> None:
    page = rights_page.render()
    assert f"| {right.role.name} | {features()[right.feature]} |" in page
    assert all(f"`{action}`" in page for action in right.actions)
    assert all(f"`{action} (data)`" in page for action in right.data_actions)


def test_the_page_grants_every_role() -> None:
    for role in roles().values():
        assert f'--role "{role.name}"' in rights_page.render()


def test_whatever_components_make_is_among_the_rights() -> None:
    text = "".join(file.read_text() for file in (ROOT / "components").rglob("*.py"))
    made = set(re.findall(r"\b([a-z]+)\.([A-Z][A-Za-z]+)\(", text))
    paths = {row.token: row.path for row in ROWS.values() if tuple(row.token.split(":")) in made}
    paths["authorization:RoleAssignment"] = "/providers/Microsoft.Authorization/roleAssignments/{name}"
    written = {action.lower() for right in rights() for action in right.actions}
    missing = {token for token, path in paths.items() if f"{resource_type(path)}/write" not in written}
    assert missing == set()
    assert len(paths) > 20


def resource_type(path: str) -> str:
    """The type of a path of Resource Manager, in small letters."""
    if "/providers/" not in path:
        return "microsoft.resources/subscriptions/resourcegroups"
    namespace, *rest = path.rpartition("/providers/")[2].lower().split("/")
    return "/".join([namespace, *rest[::2]])


def test_roles_that_components_give_are_those_of_the_condition() -> None:
    given = set(re.findall(r'"([0-9a-f]{8}-[0-9a-f-]{27})"', (ROOT / "components" / "role.py").read_text()))
    assert set(roles()["Role Based Access Control Administrator"].assigns) == given
