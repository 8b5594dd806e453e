"""Containers without a network: the licence and the usage records."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.speech.app import speech_app
from sandbox.speech.configuration import StartError
from sandbox.speech.launch import Launch
from sandbox.speech.licensing import FILE
from sandbox.speech.start import prepare
from tests.sandbox.container.container_doubles import ARGS, REGISTRY, SPEECH_TO_TEXT, BillingServer

NEURAL = f"{REGISTRY}/neural-text-to-speech:3.11.0-amd64-en-us-arianeural"
SSML = "<speak version='1.0'><voice name='en-US-AriaNeural'>Hello.</voice></speak>"
OFFLINE = ["Eula=accept", "Mounts:License=/license", "Mounts:Output=/output"]
GOOD_UNTIL = "2999-12-31T00:00:00+00:00"
NOT_FOUND = r"The provided license path was not found\. Please ensure a volume is mounted"


@pytest.fixture(autouse=True)
def plan(billing_server: BillingServer) -> Iterator[None]:
    billing_server.requests.clear()
    billing_server.documents["/sandbox/license"] = 200, {"expires": GOOD_UNTIL}
    yield
    billing_server.documents.clear()


@pytest.fixture
def run(billing_server: BillingServer, tmp_path: Path) -> Any:
    """Starts a container with volumes at /license and /output; its exit status, or the container that serves."""

    def start(*args: str, image: str = NEURAL, mounts: tuple[str, ...] = ("license", "output")) -> Any:
        for mount in mounts:
            (tmp_path / mount).mkdir(exist_ok=True)
        volumes = {f"/{mount}": str(tmp_path / mount) for mount in mounts}
        return asyncio.run(prepare(Launch(image, list(args), {}, volumes=volumes, **billing_server.launch())))

    return start


def download(run: Any, image: str = NEURAL) -> Any:
    return run(*ARGS, "DownloadLicense=True", "Mounts:License=/license", image=image)


def test_a_licence_is_written_into_the_volume_and_the_run_ends(
    run: Any, billing_server: BillingServer, tmp_path: Path
) -> None:
    assert download(run) == 0
    path, _, body = billing_server.requests[0]
    assert (path, body) == ("/sandbox/license", {"image": "neural-text-to-speech", "version": "3.11.0"})
    assert json.loads((tmp_path / "license" / FILE).read_text())["expires"] == GOOD_UNTIL


def test_an_account_that_is_not_approved_gets_no_licence(run: Any, billing_server: BillingServer, capfd: Any) -> None:
    refusal = {"status": "ContainerUseUnauthorized", "error": {"code": "ContainerUseUnauthorized", "message": "No."}}
    billing_server.documents["/sandbox/license"] = 403, refusal
    assert download(run) == 1
    assert "License download failed with status 'ContainerUseUnauthorized'" in capfd.readouterr().err


def test_a_licence_needs_a_volume_to_be_written_to(run: Any) -> None:
    with pytest.raises(StartError, match=NOT_FOUND):
        run(*ARGS, "DownloadLicense=True", "Mounts:License=/license", mounts=())


def test_without_its_licence_a_disconnected_container_does_not_start(run: Any) -> None:
    with pytest.raises(StartError, match=NOT_FOUND):
        run(*OFFLINE, mounts=("output",))
    with pytest.raises(StartError, match=NOT_FOUND):
        run(*OFFLINE)


def test_without_an_output_mount_a_disconnected_container_does_not_start(run: Any) -> None:
    download(run)
    with pytest.raises(StartError, match="Usage records need an output mount"):
        run("Eula=accept", "Mounts:License=/license", mounts=("license",))


def test_a_disconnected_container_serves_with_neither_billing_nor_key(run: Any, billing_server: BillingServer) -> None:
    download(run)
    billing_server.requests.clear()
    with TestClient(speech_app(run(*OFFLINE))) as client:
        assert client.get("/ready").status_code == 200
        assert client.get("/status").json()["apiStatus"] == "NonMetered"
        assert client.post("/cognitiveservices/v1", content=SSML).status_code == 200
    assert billing_server.requests == []


def test_the_mounts_may_be_named_by_variables(run: Any, tmp_path: Path, billing_server: BillingServer) -> None:
    download(run)
    volumes = {"/license": str(tmp_path / "license"), "/output": str(tmp_path / "output")}
    env = {"eula": "accept", "Mounts__License": "/license", "Mounts__Output": "/output"}
    container = asyncio.run(prepare(Launch(NEURAL, [], env, volumes=volumes, **billing_server.launch())))
    assert container.settings.disconnected


def test_a_licence_of_another_kind_or_version_is_refused(run: Any) -> None:
    download(run)
    other = NEURAL.replace("3.11.0", "3.12.0")
    with pytest.raises(StartError, match=r"for neural-text-to-speech 3\.11\.0, not for neural-text-to-speech 3\.12\.0"):
        run(*OFFLINE, image=other)
    with pytest.raises(StartError, match=r"not for speech-to-text 5\.1\.0"):
        run(*OFFLINE, image=SPEECH_TO_TEXT)


def test_an_expired_licence_is_refused(run: Any, billing_server: BillingServer) -> None:
    billing_server.documents["/sandbox/license"] = 200, {"expires": "2026-01-31T00:00:00+00:00"}
    download(run)
    with pytest.raises(StartError, match="The licence has expired on 2026-01-31"):
        run(*OFFLINE)


@pytest.mark.parametrize("args", [[*ARGS, "DownloadLicense=True", "Mounts:License=/license"], OFFLINE])
def test_language_identification_is_never_disconnected(run: Any, args: list[str]) -> None:
    with pytest.raises(StartError, match="language-detection container cannot run disconnected"):
        run(*args, image=f"{REGISTRY}/language-detection:1.18.0-amd64-preview")


def test_fast_transcription_may_run_disconnected(run: Any) -> None:
    image = f"{REGISTRY}/fast-transcription:en-gpu-1.0.0-preview"
    assert download(run, image) == 0
    assert run(*OFFLINE, image=image).settings.disconnected


def test_usage_is_recorded_in_the_output_volume_and_outlives_the_container(run: Any, tmp_path: Path) -> None:
    download(run)
    for _ in range(2):
        with TestClient(speech_app(run(*OFFLINE))) as client:
            client.post("/cognitiveservices/v1", content=SSML)
            whole = client.get("/records/usage-logs/").json()
    assert whole == {
        "apiType": "NeuralTextToSpeech",
        "serviceName": "neuraltexttospeech",
        "meters": [{"name": "SynthesizedCharacters", "quantity": 12.0}],
    }
    assert len(list((tmp_path / "output" / "records").rglob("*.json"))) == 2


def test_usage_is_told_by_month(run: Any) -> None:
    download(run)
    container = run(*OFFLINE)
    with TestClient(speech_app(container)) as client:
        client.post("/cognitiveservices/v1", content=SSML)
        now = container.clock.now()
        assert client.get(f"/records/usage-logs/{now.month}/{now.year}").json()["meters"][0]["quantity"] == 6
        assert client.get("/records/usage-logs/1/2020").json()["meters"][0]["quantity"] == 0
        assert client.get("/records/usage-logs/13/2020").status_code == 400


def test_a_connected_container_keeps_no_records(client: Any) -> None:
    assert client().get("/records/usage-logs").status_code == 404
