"""Where keys and passwords of options, registry and model account go."""

import base64
import json
from functools import cache
from typing import Any

from tests.components.deployed import clear, deployed
from tests.components.recording import Recording

SENTIMENT = (
    "speech:containers[0].options.sentiment",
    {"host": "https://sentiment.contoso.example/text/analytics/v3.0/sentiment"},
)
SENTIMENT_KEY = "planted-sentiment-key"
SECRETS = {"speech:containers[0].options.sentiment.key": SENTIMENT_KEY}
REGISTRY = ("speech:registry", {"server": "registry.contoso.example", "username": "puller"})
PASSWORD = "planted-registry-password"


@cache
def with_sentiment() -> Recording:
    return deployed(SENTIMENT, secrets=SECRETS)


def secrets_of(recording: Recording) -> dict[str, Any]:
    """The Secrets of the namespace by name."""
    return {made.inputs["metadata"]["name"]: clear(made.inputs) for made in recording.all("kubernetes:core/v1:Secret")}


def decoded(text: str) -> str:
    return base64.b64decode(text).decode()


def test_an_option_s_key_lies_in_the_vault_and_in_a_secret_of_its_container() -> None:
    recording = with_sentiment()
    kept = clear(recording.named("speech-transcribe-en-sentiment-key").inputs)
    assert kept["secretName"] == "speech-transcribe-en-sentiment-key"
    assert kept["properties"]["value"] == SENTIMENT_KEY
    ((name, secret),) = secrets_of(recording).items()
    assert name.startswith("transcribe-en-options-")
    assert {entry: decoded(value) for entry, value in secret["data"].items()} == {"sentiment-key": SENTIMENT_KEY}
    assert secret["immutable"] is True


def test_pods_refer_to_an_option_s_key_and_nothing_else_holds_it() -> None:
    recording = with_sentiment()
    (name,) = secrets_of(recording)
    deployment = recording.one("kubernetes:apps/v1:Deployment")
    assert name in str(deployment.inputs)
    others = [
        made.inputs for made in recording.made if made.token.startswith("kubernetes:") and "Secret" not in made.token
    ]
    assert not any(form in str(others) for form in (SENTIMENT_KEY, base64.b64encode(SENTIMENT_KEY.encode()).decode()))


def test_the_name_of_an_options_secret_says_nothing_of_its_value() -> None:
    (one,) = secrets_of(with_sentiment())
    (other,) = secrets_of(deployed(SENTIMENT, secrets={**SECRETS, "speech:containers[0].options.sentiment.key": "b"}))
    assert one == other, "the vault's versions are the same in this recording"


def test_a_stack_without_secrets_in_its_options_makes_no_secret_on_aks() -> None:
    assert not secrets_of(deployed())


def test_a_registry_with_a_password_gets_a_log_in_that_docker_understands() -> None:
    recording = deployed(REGISTRY, secrets={"speech:registry.password": PASSWORD})
    secret = secrets_of(recording)["speech-registry"]
    assert secret["type"] == "kubernetes.io/dockerconfigjson"
    login = json.loads(decoded(secret["data"][".dockerconfigjson"]))["auths"]["registry.contoso.example"]
    assert (login["username"], login["password"]) == ("puller", PASSWORD)
    assert decoded(login["auth"]) == f"puller:{PASSWORD}"
    assert "immutable" not in secret, "another password changes it in place: pods that run need no new image"
    assert recording.one("pulumi:providers:kubernetes").inputs["enableSecretMutable"] == "true"


def test_the_nodes_of_aks_may_pull_from_a_registry_that_azure_knows_before_a_pod_is_there() -> None:
    registry = (
        "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/shared/providers"
        "/Microsoft.ContainerRegistry/registries/contoso"
    )
    recording = deployed(("speech:registry", {"server": "contoso.azurecr.io", "resource_id": registry}))
    role = recording.named("speech-registry").inputs
    assert role["roleDefinitionId"].endswith("/7f951dda-4ed3-4680-a7ca-43fe172d538d")  # AcrPull
    assert (role["scope"], role["principalId"]) == (registry, "kubelet")
    assert role["principalType"] == "ServicePrincipal"
    again = deployed(("speech:registry", {"server": "contoso.azurecr.io", "resource_id": registry}))
    assert again.named("speech-registry").inputs["roleAssignmentName"] == role["roleAssignmentName"]
    waits = recording.one("kubernetes:apps/v1:Deployment").opts.depends_on
    assert "speech-registry" in {each._name for each in waits}  # the SDK shows a name nowhere else
    assert "speech-registry" not in secrets_of(recording)
