import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from speech.manifests.compose import compose
from speech.manifests.docker import GUARD, key_file
from tests.manifests.made import planned

STT = {"name": "transcribe-en", "kind": "speech-to-text", "locale": "en-US", "version": "5.1.0"}
GERMAN = {"name": "transcribe-de", "kind": "speech-to-text", "locale": "de-DE", "version": "3.6.0"}
LID = {"name": "which", "kind": "language-identification", "version": "1.18.0", "pair_with": "transcribe-en"}
CUSTOM = {
    "name": "custom-med",
    "kind": "custom-speech-to-text",
    "version": "5.0.0",
    "model": {"id": "1f2e3d4c-0000-4000-8000-000000000000", "display": {"locale": "en-US", "types": ["FullDisplay"]}},
}
DEMAND = {"demand": {"concurrent_streams": 4}}
MODEL_ACCOUNT = {"endpoint": "https://models.cognitiveservices.azure.com/", "key": {"secure": "v1:x"}}
DISCONNECTED: list[tuple[str, object]] = [
    ("speech:billing.mode", "disconnected"),
    ("speech:account.sku", "DC0"),
    (
        "speech:account.commitments",
        [
            {"kind": "speech-to-text", "hosting": "disconnected", "tier": "T1"},
            {"kind": "custom-speech-to-text", "hosting": "disconnected", "tier": "T1"},
        ],
    ),
    ("speech:model_account", MODEL_ACCOUNT),
    ("speech:acknowledge", ["disconnected-approved"]),
]


def written(*containers: dict[str, Any], changes: list[tuple[str, object]] | None = None) -> dict[str, Any]:
    listed = [{**DEMAND, **each} for each in containers]
    return compose(planned(("speech:target", {"kind": "docker"}), ("speech:containers", listed), *(changes or [])))


def test_two_transcribers_and_one_identifier_have_ports_of_their_own() -> None:
    # seed-rows, "Some cases": 5000:5000, 5001:5000, 5003:5003, guard first, no key in the file
    services = written(STT, GERMAN, LID)["services"]
    assert [services[name]["ports"] for name in ("transcribe-en", "transcribe-de", "which")] == [
        ["5000:5000"],
        ["5001:5000"],
        ["5003:5003"],
    ]
    assert next(iter(services)) == GUARD


def test_every_container_waits_for_the_guard() -> None:
    services = written(STT, LID)["services"]
    assert services["transcribe-en"]["depends_on"][GUARD] == {"condition": "service_completed_successfully"}
    assert services["which"]["depends_on"][GUARD] == {"condition": "service_completed_successfully"}


def test_the_guard_refuses_a_processor_without_avx2(tmp_path: Path) -> None:
    script = written(STT)["services"][GUARD]["command"][0].replace("$$", "$")
    cpuinfo = tmp_path / "cpuinfo"
    for flags, status in (("fpu sse4_2 avx avx2", 0), ("fpu sse4_2 avx avx2x", 1)):
        cpuinfo.write_text(f"flags\t\t: {flags}\n")
        done = subprocess.run(
            ["sh", "-c", script.replace("/proc/cpuinfo", str(cpuinfo))], capture_output=True, check=False
        )
        assert done.returncode == status


def test_the_file_holds_no_key_and_no_endpoint() -> None:
    words = written(STT)["services"]["transcribe-en"]["command"]
    assert words == [
        "Eula=accept",
        "Billing=${SPEECH_BILLING:?write it into .env}",
        "ApiKey=${SPEECH_API_KEY:?write it into .env}",
    ]


def test_every_service_is_for_x64_linux() -> None:
    assert {service["platform"] for service in written(STT, LID, CUSTOM)["services"].values()} == {"linux/amd64"}


def test_processor_and_memory_are_the_plans() -> None:
    service = written({**STT, "resources": {"cpu": 4, "memory_gib": 12}})["services"]["transcribe-en"]
    assert (service["cpus"], service["mem_limit"]) == (4, "12288m")


def test_a_container_stops_only_when_its_longest_stream_has_had_its_time() -> None:
    service = written(STT, changes=[("speech:network.longest_stream_minutes", 90)])["services"]["transcribe-en"]
    assert service["stop_grace_period"] == "91m"


def test_a_dollar_sign_of_the_stack_file_stays_one() -> None:
    service = written({**STT, "options": {"extra_args": ["A:B=$HOME"]}})["services"]["transcribe-en"]
    assert service["command"][-1] == "A:B=$$HOME"


def test_a_cache_is_reached_by_its_own_container_only() -> None:
    document = written({**STT, "options": {"diarization": {}}}, GERMAN)
    services = document["services"]
    assert "ports" not in services["transcribe-en-cache"]
    assert services["transcribe-en-cache"]["networks"] == ["transcribe-en-cache"]
    assert document["networks"]["transcribe-en-cache"] == {"internal": True}
    assert "networks" not in services["transcribe-de"]
    assert services["transcribe-en-cache"]["command"][-4:] == [
        "--maxmemory",
        "768mb",
        "--maxmemory-policy",
        "allkeys-lru",
    ]
    assert "InClusterRedisCacheEndpoint=transcribe-en-cache:6379" in services["transcribe-en"]["command"]


def test_a_custom_container_keeps_its_model_in_a_volume_that_its_user_may_write() -> None:
    document = written(CUSTOM)
    (volume,) = document["volumes"]
    assert volume.startswith("custom-med-models-")
    assert document["services"]["custom-med"]["volumes"] == [f"{volume}:/usr/local/models"]
    assert document["services"]["volumes"]["user"] == "0:0"
    assert document["services"]["volumes"]["volumes"] == [f"{volume}:/volumes/{volume}"]


def test_display_models_have_a_run_of_their_own_before_the_container() -> None:
    # seed-rows, Custom models: one run obeys one group
    services = written(CUSTOM)["services"]
    assert services["custom-med-models-1"]["command"][:2] == ["FullDisplay", "DisplayLocale=en-US"]
    assert services["custom-med-models-1"]["restart"] == "no"
    assert "custom-med-models-1" in services["custom-med"]["depends_on"]


def test_a_disconnected_container_has_neither_endpoint_nor_key() -> None:
    words = written(STT, changes=DISCONNECTED)["services"]["transcribe-en"]["command"]
    assert words == ["Eula=accept", "Mounts:License=/license", "Mounts:Output=/output"]


def test_a_licence_is_fetched_before_a_disconnected_container_starts() -> None:
    services = written(STT, changes=DISCONNECTED)["services"]
    assert "DownloadLicense=True" in services["transcribe-en-license"]["command"]
    assert "transcribe-en-license" in services["transcribe-en"]["depends_on"]


def test_a_disconnected_custom_model_comes_from_the_model_account() -> None:
    services = written(CUSTOM, changes=DISCONNECTED)["services"]
    assert "ApiKey=${SPEECH_MODEL_API_KEY:?write it into .env}" in services["custom-med-models-1"]["command"]
    assert "ApiKey=${SPEECH_API_KEY:?write it into .env}" in services["custom-med-license"]["command"]


def test_the_diagnostic_container_runs_when_somebody_asks_for_it() -> None:
    listed = planned(
        ("speech:target", {"kind": "docker"}), ("speech:containers", [{"name": "check", "kind": "diagnostic"}])
    )
    service = compose(listed)["services"]["check"]
    assert (service["profiles"], service["restart"]) == (["by-hand"], "no")
    assert service["command"][0] == "eula=accept"


def test_fast_transcription_has_a_gpu() -> None:
    fast = {
        "name": "fast",
        "kind": "fast-transcription",
        "locale": "en",
        "version": "1.0.0",
        "scaling": {"streams_per_pod": 4},
    }
    document = written(fast, changes=[("speech:acknowledge", ["preview-container", "unknown-tag"])])
    assert document["services"]["fast"]["gpus"] == [{"driver": "nvidia", "count": 1}]
    assert document["services"]["fast"]["environment"]["ASPNETCORE_URLS"] == "http://+:5000"


def test_the_key_file_names_every_secret_of_the_stack() -> None:
    sentiment = {"host": "https://l.cognitiveservices.azure.com/text/analytics/v3.0/sentiment", "key": {"secure": "x"}}
    listed = [{**DEMAND, **STT, "options": {"sentiment": sentiment}}]
    made = planned(("speech:target", {"kind": "docker"}), ("speech:containers", listed))
    assert list(key_file(made)) == ["SPEECH_BILLING", "SPEECH_API_KEY", "SPEECH_TRANSCRIBE_EN_SENTIMENT_KEY"]


def _client() -> list[str] | None:
    if found := shutil.which("docker-compose"):
        return [found]
    docker = shutil.which("docker")
    if docker and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0:
        return [docker, "compose"]
    return None


@pytest.mark.skipif(_client() is None, reason="no docker compose on PATH")
def test_docker_compose_itself_reads_the_file(tmp_path: Path) -> None:
    client = _client()
    assert client
    everything = written({**STT, "options": {"diarization": {}}}, GERMAN, LID, CUSTOM)
    with (tmp_path / "compose.yaml").open("w") as file:
        YAML().dump(everything, file)
    keys = {"SPEECH_BILLING": "https://x.cognitiveservices.azure.com/", "SPEECH_API_KEY": "k"}
    done = subprocess.run(
        [*client, "--project-directory", str(tmp_path), "config", "--format", "json"],
        env={**os.environ, **keys}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)["services"]) == set(everything["services"])
