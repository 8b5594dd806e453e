"""What a stack reaches outside, from one list."""

import pytest

from speech.catalog.egress import all_uses
from speech.manifests import outputs
from speech.manifests.egress import destinations, no_proxy, uses
from speech.settings.base import Secret
from speech.settings.parse import parse
from speech.settings.stack import Stack
from tests.settings.broken_gateway import ENVOY, JWT, behind, of_class
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


C = "speech:containers[0]"


def places(made: Stack) -> set[tuple[str | None, int, str]]:
    return {(one.host, one.port, one.protocol) for one in destinations(made)}


@pytest.mark.parametrize(
    ("options", "place"),
    [
        (
            {"sentiment": {"host": "http://sentiment.contoso.example:5001/text/analytics/v3.0/sentiment"}},
            ("sentiment.contoso.example", 5001, "HTTP"),
        ),
        ({"proxy": {"url": "http://proxy.contoso.example:8888"}}, ("proxy.contoso.example", 8888, "HTTP")),
        ({"fluentd": {"host": "logs.contoso.example"}}, ("logs.contoso.example", 24224, "TCP")),
        ({"diarization": {"cache": "cache.contoso.example:6380"}}, ("cache.contoso.example", 6380, "TCP")),
        ({"diarization": {}}, ("registry-1.docker.io", 443, "HTTPS")),
    ],
)
def test_the_server_of_an_option_is_a_destination(options: object, place: tuple[str, int, str]) -> None:
    """Row: sentiment's host joins egress and network policy (as do model downloads, Fluentd, Application Insights)."""
    assert place in places(stack((f"{C}.options", options)))
    assert place not in places(stack())


def test_telemetry_by_instrumentation_key_has_its_host() -> None:
    given = stack()
    options = given.containers[0].options.model_copy(update={"application_insights": Secret()})
    made = given.model_copy(update={"containers": (given.containers[0].model_copy(update={"options": options}),)})
    assert ("dc.services.visualstudio.com", 443, "HTTPS") in places(made)


def test_a_server_inside_the_cluster_is_no_destination() -> None:
    assert "fluentd.logging.svc" not in hosts(stack((f"{C}.options", {"fluentd": {"host": "fluentd.logging.svc"}})))


def test_files_of_models_come_from_hosts_that_no_page_names() -> None:
    custom = {"name": "custom", "kind": "custom-speech-to-text", "version": "5.1.0", "model": {"id": "1f2e"}}
    made = stack((C, {**custom, "demand": {"concurrent_streams": 1}}))
    (unknown,) = (one for one in outputs.egress(made) if one["host"] is None)
    assert "no page names their hosts" in unknown["reason"]


SHARES = ("*.file.core.windows.net", 445, "TCP")
OUTPUT = (f"{C}.options", {"output": {}})
GROUPS = (
    ("speech:target", {"kind": "container-instances"}),
    ("speech:network", {"exposure": "internal"}),
    ("speech:acknowledge", ["no-avx2-guarantee"]),
)


@pytest.mark.parametrize("target", [(), GROUPS], ids=["aks", "container-instances"])
def test_volumes_are_shares_that_azure_mounts_by_a_port_of_their_own(target: tuple[tuple[str, object], ...]) -> None:
    assert SHARES in places(stack(*target, OUTPUT))
    assert SHARES not in places(stack(*target))


def test_volumes_of_a_cluster_of_the_users_lie_where_its_class_keeps_them() -> None:
    assert SHARES not in places(stack(("speech:target", {"kind": "kubernetes", "storage_class": "nfs"}), OUTPUT))


def test_from_a_mirror_nothing_is_pulled_elsewhere() -> None:
    made = stack(("speech:registry", {"server": "registry.contoso.example"}), (f"{C}.options", {"diarization": {}}))
    assert "registry.contoso.example" in hosts(made)
    assert not any("docker" in (host or "") for host in hosts(made))


@pytest.mark.parametrize("kind", ["kubernetes", "docker"])
def test_a_host_that_azure_does_not_run_needs_nothing_of_aks(kind: str) -> None:
    found = hosts(stack(("speech:target", {"kind": kind})))
    assert "mcr.microsoft.com" in found
    assert not any("azmk8s" in (host or "") or "vault" in (host or "") for host in found)
    assert not found & {"management.azure.com", "packages.aks.azure.com"}


def test_no_proxy_stands_between_a_containers_own_processes_or_before_the_cluster() -> None:
    found = no_proxy(stack()).split(",")
    assert {"localhost", "127.0.0.1", ".svc", ".cluster.local", "10.244.0.0/16", "10.0.0.0/16"} <= set(found)
    assert "contoso-speech-test.cognitiveservices.azure.com" not in found


def test_no_proxy_stands_before_a_private_account() -> None:
    assert "contoso-speech-test.cognitiveservices.azure.com" in no_proxy(stack(*PRIVATE)).split(",")


def test_a_gateway_that_is_installed_comes_from_docker_hub_or_the_registry_of_the_stack() -> None:
    installed = of_class("envoy", install="envoy")
    assert "docker-hub" in uses(stack(installed))
    mirrored = stack(installed, ("speech:registry", {"server": "registry.contoso.example"}))
    assert "docker-hub" not in uses(mirrored)
    assert "registry.contoso.example" in hosts(mirrored)


def test_the_gateway_fetches_the_keys_of_whoever_signs_tokens() -> None:
    assert "login.contoso.example" in hosts(stack(behind(ENVOY, clients={"jwt": JWT})))
