"""A stack that reports to an account which was there before it, in another region."""

import pytest

from tests.sandbox.arm.azure_clients import Azure
from tests.walk.stack import Stack

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
