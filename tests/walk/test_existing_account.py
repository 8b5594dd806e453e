"""A stack that reports to an account which was there before it, in another region."""

import pytest

from sandbox.home import prepare
from tests.sandbox.arm.azure_clients import Azure
from tests.walk.stack import Stack
from tests.walk.vault_names import leading_to

pytestmark = pytest.mark.engine

THEIRS = "contoso-speech-theirs"
ENDPOINT = f"https://{THEIRS}.cognitiveservices.azure.com/"


def make_theirs(azure: Azure) -> str:
    """An account in North Europe; its id."""
    azure.groups.create_or_update("theirs", {"location": "northeurope"})
    account = {
        "kind": "SpeechServices",
        "sku": {"name": "S0"},
        "location": "northeurope",
        "properties": {"customSubDomainName": THEIRS},
    }
    return str(azure.speech.accounts.begin_create("theirs", THEIRS, account).result().id)


def use(stack: Stack, lines: str) -> None:
    stack.change(
        "    custom_domain: contoso-speech-sandbox\n"
        "    on_soft_deleted: restore # a second `make up` within 48 hours finds the account of the first\n",
        lines,
    )


def test_by_its_id_the_account_is_used_and_left_alone(stack: Stack) -> None:
    azure = Azure(stack.server)
    account = make_theirs(azure)
    use(stack, f"    mode: existing\n    resource_id: {account}\n")
    stack.up()
    assert stack.up().changes == {}
    assert stack.outputs()["endpoint"] == ENDPOINT
    assert [one["state"] for one in stack.workloads()] == ["Running"]
    stack.destroy()
    assert azure.speech.accounts.get("theirs", THEIRS).properties.provisioning_state == "Succeeded"


def test_by_endpoint_and_key_nothing_but_the_key_is_needed_and_it_stays_secret(stack: Stack) -> None:
    azure = Azure(stack.server)
    make_theirs(azure)
    key = azure.speech.accounts.list_keys("theirs", THEIRS).key1
    use(stack, f"    mode: existing\n    endpoint: {ENDPOINT}\n")
    stack.pulumi("config", "set", "--path", "--secret", "speech:account.key", key)
    said = [stack.up(), stack.up()]
    assert said[1].changes == {}
    assert [one["state"] for one in stack.workloads()] == ["Running"]
    leaks = [str(path) for path in stack.files() if key.encode() in path.read_bytes()]
    assert leaks == []
    assert not any(key in run.text for run in said)


def keep_in_a_vault(azure: Azure, key: str) -> str:
    """A vault of the user's with the key, which the caller may read; the secret's identifier."""
    who = prepare(azure.server.home)
    reader = {"tenantId": who.tenant_id, "objectId": who.object_id, "permissions": {"secrets": ["get"]}}
    vault = {
        "tenantId": who.tenant_id,
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": False,
        "accessPolicies": [reader],
    }
    azure.vaults.vaults.begin_create_or_update(
        "theirs", "contoso-keys", {"location": "northeurope", "properties": vault}
    ).result()
    kept = azure.vaults.secrets.create_or_update("theirs", "contoso-keys", "speech-key", {"properties": {"value": key}})
    return str(kept.properties.secret_uri)


def test_the_key_may_lie_in_a_vault_of_the_users_and_stays_secret(stack: Stack) -> None:
    azure = Azure(stack.server)
    make_theirs(azure)
    key = azure.speech.accounts.list_keys("theirs", THEIRS).key1
    secret = keep_in_a_vault(azure, key)
    use(stack, f"    mode: existing\n    endpoint: {ENDPOINT}\n    key_vault_secret_id: {secret}\n")
    with leading_to(stack.server.url) as names:
        stack.environment |= names
        said = [stack.up(), stack.up()]
    assert said[1].changes == {}
    assert [one["state"] for one in stack.workloads()] == ["Running"]
    assert [str(path) for path in stack.files() if key.encode() in path.read_bytes()] == []
    assert not any(key in run.text for run in said)
