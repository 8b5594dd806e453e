"""The documents of container groups."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from speech.capacity.plan import Cache, ContainerGroup, ContainerPlan, PodShape, Volume
from speech.manifests import groups, outputs
from speech.manifests.arguments import API_KEY, Word
from speech.manifests.groups_environment import environment, unspeakable
from speech.manifests.groups_wiring import GroupWiring, Pull, Storage
from speech.settings.containers import Model
from speech.settings.options import Options
from tests.manifests.made import planned

C = "speech:containers[0]"
PUBLIC = GroupWiring(
    location="westeurope",
    billing="https://contoso.cognitiveservices.azure.com/",
    guard_image="mcr.microsoft.com/azurelinux/busybox:1.36",
    no_proxy="localhost,127.0.0.1",
    storage=Storage("speechfiles", "storage-key"),
)
INSIDE = replace(PUBLIC, subnet_id="/subnets/groups", dns_servers=("168.63.129.16",))
MODEL = "1f2e3d4c-0000-4000-8000-000000000000"
MODELS = Volume("models", "custom-med-models", 20, "/usr/local/models", per_pod=False)
LICENSE = Volume("license", "transcribe-en-license", 1, "/license", per_pod=False)
OUTPUT = Volume("output", "transcribe-en-output", 10, "/output", per_pod=True)
SECRETS = {API_KEY: "the-key", "sentiment-key": "the-sentiment-key", "proxy-credentials": "user:password"}


def transcriber(**changes: Any) -> ContainerPlan:
    return replace(planned().containers[0], **changes)


def identifier() -> ContainerPlan:
    return planned(
        (C, {"name": "which", "kind": "language-identification", "version": "1.18.0"}),
        (f"{C}.demand", {"concurrent_streams": 4}),
    ).containers[0]


def custom(**changes: Any) -> ContainerPlan:
    return transcriber(
        kind="custom-speech-to-text", model=Model.model_validate({"id": MODEL}), volumes=(MODELS,), **changes
    )


def made(container: ContainerPlan, wiring: GroupWiring = PUBLIC) -> Any:
    return groups.document(group_of(container), container, wiring, SECRETS)


def group_of(container: ContainerPlan, index: int = 1) -> ContainerGroup:
    name, beside = f"{container.name}-{index}", container.cache.shape if container.cache else PodShape(0, 0)
    cpu, memory_gib = container.shape.cpu + beside.cpu, container.shape.memory_gib + beside.memory_gib
    return ContainerGroup(name, container.name, max(1, cpu), max(1, memory_gib), container.port, name)


def speech(document: Any) -> Any:
    return next(each for each in document["containers"] if each["name"] == groups.SPEECH)


def variables(container: Any) -> dict[str, Any]:
    return {one["name"]: one.get("value", one.get("secureValue")) for one in container["environmentVariables"]}


def test_a_group_says_its_words_by_variables_and_never_hides_the_images_entry_point() -> None:
    container = speech(made(transcriber()))
    assert variables(container) == {
        "Eula": "accept",
        "Billing": "https://contoso.cognitiveservices.azure.com/",
        "ApiKey": "the-key",
        "DECODER_MAX_COUNT": "7",
    }
    assert "command" not in container


def test_the_key_is_a_value_that_azure_never_shows_again() -> None:
    (key,) = [one for one in speech(made(transcriber()))["environmentVariables"] if one["name"] == "ApiKey"]
    assert key == {"name": "ApiKey", "secureValue": "the-key"}


def test_colons_become_two_underscores_and_sentiments_key_is_secure() -> None:
    """seed-rows.md, settings with a first version: on Container Instances `CloudAI__...`, the key as secureValue."""
    options = Options.model_validate(
        {"sentiment": {"host": "https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0/sentiment"}}
    )
    keyed = options.model_copy(
        update={"sentiment": options.sentiment and options.sentiment.model_copy(update={"key": object()})}
    )
    found = speech(made(transcriber(options=keyed)))["environmentVariables"]
    assert {
        "name": "CloudAI__SentimentAnalysisSettings__TextAnalyticsHost",
        "value": "https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0/sentiment",
    } in found
    assert {
        "name": "CloudAI__SentimentAnalysisSettings__SentimentAnalysisApiKey",
        "secureValue": "the-sentiment-key",
    } in found


def test_a_proxy_comes_with_what_it_must_not_stand_before() -> None:
    options = Options.model_validate({"proxy": {"url": "http://proxy.contoso.example:8888"}})
    found = variables(speech(made(transcriber(options=options))))
    assert found["HTTP_PROXY"] == "http://proxy.contoso.example:8888"
    assert found["NO_PROXY"] == "localhost,127.0.0.1"


@pytest.mark.parametrize("word", [Word("Punct"), Word("Logging:Console:LogLevel:Microsoft.AspNetCore", "Warning")])
def test_a_word_that_no_variable_can_say_is_named(word: Word) -> None:
    assert unspeakable([Word("Eula", "accept"), word]) == [word.name]
    with pytest.raises(ValueError, match="no variable can say"):
        environment([word], {})


def test_of_two_words_that_set_one_thing_the_later_counts() -> None:
    words = [Word("Logging:Console:LogLevel:Default", "Warning"), Word("logging:console:loglevel:default", "Debug")]
    assert [one["value"] for one in environment(words, {})] == ["Debug"]


def test_a_container_asks_for_its_whole_size_and_gets_no_more() -> None:
    resources = speech(made(transcriber()))["resources"]
    assert resources == {"requests": {"cpu": 7, "memoryInGB": 16}, "limits": {"cpu": 7, "memoryInGB": 16}}


def test_language_identification_is_reached_at_its_own_port() -> None:
    """speech-facts.md 5.2: there is no mapping of ports."""
    document = made(identifier())
    assert speech(document)["ports"] == [{"protocol": "TCP", "port": 5003}]
    assert document["ipAddress"]["ports"] == [{"protocol": "TCP", "port": 5003}]
    assert speech(document)["readinessProbe"]["httpGet"]["port"] == 5003


def test_no_group_holds_two_containers_of_the_stack_file() -> None:
    """speech-facts.md 5.2: containers of a group share one network, so two that listen on 5000 cannot share a group."""
    assert [each["name"] for each in made(transcriber())["containers"]] == [groups.SPEECH]


def test_liveness_is_not_asked_before_the_slowest_start_is_over() -> None:
    container = speech(made(transcriber()))
    assert container["livenessProbe"]["httpGet"] == {"path": "/", "port": 5000, "scheme": "http"}
    assert container["livenessProbe"]["initialDelaySeconds"] == 600
    assert container["readinessProbe"]["httpGet"]["path"] == "/ready"
    assert "startupProbe" not in container


def test_liveness_waits_for_the_slowest_start() -> None:
    assert speech(made(custom(startup_minutes=70)))["livenessProbe"]["initialDelaySeconds"] == 70 * 60


def test_the_slowest_start_of_a_custom_model_has_its_download_in_it() -> None:
    (one,) = planned(
        (C, {"name": "med", "kind": "custom-speech-to-text", "version": "5.1.0", "model": {"id": MODEL}}),
        (f"{C}.demand", {"concurrent_streams": 4}),
    ).containers
    assert one.startup_minutes == 10 + 60


def test_a_custom_container_fetches_its_model_into_the_share_by_itself() -> None:
    document = made(custom())
    assert variables(speech(document))["ModelId"] == MODEL
    assert [each["name"] for each in document["initContainers"]] == ["avx2"], "a download run may go on for ever"
    assert speech(document)["volumeMounts"] == [{"name": "models", "mountPath": "/usr/local/models", "readOnly": False}]
    assert document["volumes"] == [
        {
            "name": "models",
            "azureFile": {
                "shareName": "custom-med-models-1",
                "storageAccountName": "speechfiles",
                "storageAccountKey": "storage-key",
                "readOnly": False,
            },
        }
    ]


def test_whoever_mounts_a_share_runs_as_root_and_nobody_else_does() -> None:
    assert speech(made(custom(run_as_user=1000)))["securityContext"] == {"runAsUser": 0}
    assert speech(made(transcriber(run_as_user=1000)))["securityContext"] == {"runAsUser": 1000}
    assert "securityContext" not in speech(made(transcriber()))


def test_no_two_replicas_fill_one_share() -> None:
    container = transcriber(volumes=(MODELS, OUTPUT))
    plan = replace(
        planned(), containers=(container,), container_groups=(group_of(container, 1), group_of(container, 2))
    )
    assert groups.shares(plan) == {
        "custom-med-models-1": 20,
        "transcribe-en-output-1": 10,
        "custom-med-models-2": 20,
        "transcribe-en-output-2": 10,
    }


def test_the_guard_runs_before_everything_else_without_size_or_port() -> None:
    guard, *_ = made(transcriber())["initContainers"]
    assert set(guard) == {"name", "image", "command"}
    assert "avx2 /proc/cpuinfo" in guard["command"][-1]


@pytest.mark.parametrize(("flags", "code"), [("fpu avx avx2", 0), ("fpu avx", 1)])
def test_the_guard_fails_with_a_sentence_where_avx2_is_missing(tmp_path: Path, flags: str, code: int) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"flags\t\t: {flags}\n")
    shell, option, line = made(transcriber())["initContainers"][0]["command"]
    run = subprocess.run(
        [shell, option, line.replace("/proc/cpuinfo", str(cpuinfo))], capture_output=True, text=True, check=False
    )
    assert run.returncode == code
    assert ("This host has no AVX2" in run.stdout) == bool(code)


def test_a_disconnected_container_has_its_licence_fetched_and_gets_neither_endpoint_nor_key() -> None:
    container = transcriber(volumes=(LICENSE, OUTPUT))
    document = made(container, replace(PUBLIC, disconnected=True))
    guard, fetch = document["initContainers"]
    assert guard["name"] == "avx2"
    assert variables(fetch)["DownloadLicense"] == "True"
    assert variables(fetch)["Mounts__License"] == "/license"
    assert variables(fetch)["ApiKey"] == "the-key"
    assert fetch["securityContext"] == {"runAsUser": 0}
    found = variables(speech(document))
    assert found["Mounts__License"] == "/license"
    assert found["Mounts__Output"] == "/output"
    assert not {"Billing", "ApiKey"} & set(found)


def test_exact_display_models_are_fetched_beside_the_model_and_by_the_same_run() -> None:
    """seed-rows.md, custom models: exact ones by `PunctId= RescoreId= ResegmentId= WfstitnId=`."""
    model = Model.model_validate({"id": MODEL, "display": {"ids": {"Punct": "a" * 64}}})
    found = variables(speech(made(replace(custom(), model=model))))
    assert (found["ModelId"], found["PunctId"]) == (MODEL, "a" * 64)


def test_a_small_container_gets_the_whole_of_the_smallest_group() -> None:
    tiny = transcriber(kind="diagnostic", port=None, once=True, shape=PodShape(0.5, 0.5))
    assert speech(made(tiny))["resources"]["requests"] == {"cpu": 1, "memoryInGB": 1}


def test_the_cache_of_diarization_stands_inside_the_group_and_is_closed_off() -> None:
    options = Options.model_validate({"diarization": {}})
    cache = Cache("docker.io/valkey/valkey:8.1.10-alpine", PodShape(0.5, 1), 6379)
    document = made(transcriber(options=options, cache=cache))
    assert variables(speech(document))["InClusterRedisCacheEndpoint"] == "localhost:6379"
    (beside,) = [each for each in document["containers"] if each["name"] == "cache"]
    assert beside["resources"]["limits"] == {"cpu": 0.5, "memoryInGB": 1}
    assert speech(document)["resources"]["limits"] == {"cpu": 7, "memoryInGB": 16}
    assert variables(beside) == {
        "VALKEY_EXTRA_FLAGS": "--bind 127.0.0.1 --maxmemory 768mb --maxmemory-policy allkeys-lru"
    }
    assert [port["port"] for port in document["ipAddress"]["ports"]] == [5000]


def test_a_public_group_has_a_name_that_nobody_else_can_take_over() -> None:
    assert made(transcriber())["ipAddress"] == {
        "type": "Public",
        "ports": [{"protocol": "TCP", "port": 5000}],
        "dnsNameLabel": "transcribe-en-1",
        "autoGeneratedDomainNameLabelScope": "TenantReuse",
    }
    assert "subnetIds" not in made(transcriber())


def test_a_private_group_has_a_subnet_and_resolves_names_by_servers_of_its_own() -> None:
    document = made(transcriber(), INSIDE)
    assert document["ipAddress"] == {"type": "Private", "ports": [{"protocol": "TCP", "port": 5000}]}
    assert document["subnetIds"] == [{"id": "/subnets/groups"}]
    assert document["dnsConfig"] == {"nameServers": ["168.63.129.16"]}


def test_what_serves_is_restarted_for_ever_and_what_ends_by_itself_runs_once_without_an_address() -> None:
    assert made(transcriber())["restartPolicy"] == "Always"
    once = made(transcriber(kind="diagnostic", port=None, once=True, decoders_env=None))
    assert once["restartPolicy"] == "Never"
    assert "ipAddress" not in once
    assert "livenessProbe" not in speech(once)
    assert variables(speech(once))["eula"] == "accept"


def test_images_are_pulled_by_an_identity_or_by_a_password() -> None:
    by_identity = made(transcriber(), replace(PUBLIC, pull=Pull("contoso.azurecr.io", identity="/ids/puller")))
    assert by_identity["identity"] == {"type": "UserAssigned", "userAssignedIdentities": ["/ids/puller"]}
    assert by_identity["imageRegistryCredentials"] == [{"server": "contoso.azurecr.io", "identity": "/ids/puller"}]
    by_password = made(transcriber(), replace(PUBLIC, pull=Pull("r.example", username="u", password="p")))
    assert by_password["imageRegistryCredentials"] == [{"server": "r.example", "username": "u", "password": "p"}]
    assert "identity" not in by_password
    assert "imageRegistryCredentials" not in made(transcriber())


def test_each_replica_has_a_url_of_its_own_and_the_first_one_is_the_containers() -> None:
    container = transcriber(host=None)
    first, second = group_of(container, 1), group_of(container, 2)
    plan = replace(planned(), containers=(container,), container_groups=(first, second))
    before = outputs.containers(plan)["transcribe-en"]
    assert [replica["host_url"] for replica in before["replicas"]] == [None, None]
    found = outputs.containers(plan, {"transcribe-en": ["one.example", "two.example"]})["transcribe-en"]
    assert [(replica["group"], replica["host_url"]) for replica in found["replicas"]] == [
        ("transcribe-en-1", "ws://one.example:5000"),
        ("transcribe-en-2", "ws://two.example:5000"),
    ]
    assert found["replicas"][1]["urls"]["ready"] == "http://two.example:5000/ready"
    assert found["host_url"] == "ws://one.example:5000"
