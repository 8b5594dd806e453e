"""What a stack reaches outside, from one list."""

import pytest

from speech.catalog.egress import all_uses
from speech.manifests import outputs
from speech.manifests.egress import destinations, no_proxy, uses
from speech.settings.parse import parse
from speech.settings.stack import Stack
from tests.stacks import stack_file

PRIVATE = (("speech:account.private_endpoint", True), ("speech:account.public_access", False))

EXISTING = (
    "/subscriptions/1f2e3d4c-0000-4000-8000-000000000000/resourceGroups/rg"
    "/providers/Microsoft.CognitiveServices/accounts/contoso-speech"
)


def stack(*changes: tuple[str, object]) -> Stack:
    return parse(stack_file(*changes)).stack


def of_existing(**words: str) -> Stack:
    account = stack().account.model_copy(update={"mode": "existing", "custom_domain": None, **words})
    return stack().model_copy(update={"account": account})


def hosts(made: Stack, endpoint: str | None = None) -> set[str | None]:
    return {one.host for one in destinations(made, endpoint)}


def test_every_use_is_one_that_the_catalogue_has_rows_for() -> None:
    for made in (stack(), stack(*PRIVATE)):
        assert set(uses(made)) <= set(all_uses())


def test_a_plain_stack_reaches_metering_registry_cluster_and_vault() -> None:
    found = hosts(stack())
    assert {
        "westeurope.api.cognitive.microsoft.com",
        "contoso-speech-test.cognitiveservices.azure.com",
        "mcr.microsoft.com",
        "*.data.mcr.microsoft.com",
        "*.hcp.westeurope.azmk8s.io",
        "login.microsoftonline.com",
        "*.vault.azure.net",
    } <= found
    assert not found & {"security.ubuntu.com", "nvidia.github.io", "ntp.ubuntu.com", "data.policy.core.windows.net"}


def test_a_private_account_and_its_vault_are_no_hosts_of_the_outside() -> None:
    found = hosts(stack(*PRIVATE))
    assert not found & {
        "westeurope.api.cognitive.microsoft.com",
        "contoso-speech-test.cognitiveservices.azure.com",
        "*.vault.azure.net",
    }
    assert "mcr.microsoft.com" in found


def test_a_private_cluster_reaches_its_api_inside_the_network() -> None:
    found = hosts(stack(("speech:target.private", True)))
    assert "*.hcp.westeurope.azmk8s.io" not in found
    assert "management.azure.com" in found


def test_an_existing_account_is_reached_where_it_is() -> None:
    made = of_existing(endpoint="https://other.cognitiveservices.azure.com/")
    found = hosts(made)
    assert "other.cognitiveservices.azure.com" in found
    assert "westeurope.api.cognitive.microsoft.com" not in found, "it may be of any region"


def test_the_host_of_an_account_that_is_named_by_id_is_known_once_it_was_read() -> None:
    made = of_existing(resource_id=EXISTING)
    assert None in hosts(made)
    assert "eastus.api.cognitive.microsoft.com" in hosts(made, "https://eastus.api.cognitive.microsoft.com/")
    assert None not in hosts(made, "https://eastus.api.cognitive.microsoft.com/")


def test_an_image_of_ones_own_is_pulled_from_its_own_registry() -> None:
    own = {"repository": "contoso.azurecr.io/stt", "tag": "1"}
    assert "contoso.azurecr.io" in hosts(
        stack(("speech:containers[0].version", None), ("speech:containers[0].image", own))
    )


@pytest.mark.parametrize("changes", [(), PRIVATE, (("speech:target.private", True),)])
def test_the_output_lists_each_destination_once_with_its_reason(changes: tuple[tuple[str, object], ...]) -> None:
    found = outputs.egress(stack(*changes))
    assert len({(one["host"], one["port"], one["protocol"]) for one in found}) == len(found)
    assert all(one["reason"] and one["port"] for one in found)


def test_no_proxy_stands_between_a_containers_own_processes_or_before_the_cluster() -> None:
    found = no_proxy(stack()).split(",")
    assert {"localhost", "127.0.0.1", ".svc", ".cluster.local", "10.244.0.0/16", "10.0.0.0/16"} <= set(found)
    assert "contoso-speech-test.cognitiveservices.azure.com" not in found


def test_no_proxy_stands_before_a_private_account() -> None:
    assert "contoso-speech-test.cognitiveservices.azure.com" in no_proxy(stack(*PRIVATE)).split(",")
