"""Containers against the double of Azure itself: the two sides of one private protocol agree."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.speech.configuration import StartError
from sandbox.speech.container import SpeechContainer
from sandbox.speech.launch import Launch
from sandbox.speech.start import prepare
from tests.sandbox.arm.arm_double import Double
from tests.sandbox.container.container_doubles import REGISTRY, SPEECH_TO_TEXT

CUSTOM = f"{REGISTRY}/custom-speech-to-text:5.1.0-amd64"
MODEL = "0a000000-0000-4000-8000-000000000001"
DOWNLOAD = ["DownloadLicense=True", "Mounts:License=/license"]


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Double]:
    """The double of Azure; what containers ask of their account goes to it."""
    made = httpx.AsyncClient
    with Double() as double:
        transport = httpx.ASGITransport(double.http.app)
        monkeypatch.setattr(httpx, "AsyncClient", lambda **_: made(transport=transport))
        yield double


def words(azure: Double, sku: str) -> list[str]:
    """Makes an account, and gives the words by which a container names it."""
    place = azure.place("Microsoft.CognitiveServices/accounts", "speech")
    body = {
        "location": "westeurope",
        "kind": "SpeechServices",
        "sku": {"name": sku},
        "properties": {"customSubDomainName": "contoso-speech"},
    }
    azure.ok("PUT", place, body)
    key = azure.ok("POST", f"{place}/listKeys")["key1"]
    if sku == "DC0":
        plan = {"hostingModel": "DisconnectedContainer", "planType": "STT", "current": {"tier": "T1", "count": 1}}
        azure.ok("PUT", f"{place}/commitmentPlans/plan", {"properties": plan})
    return ["Eula=accept", "Billing=https://contoso-speech.cognitiveservices.azure.com", f"ApiKey={key}"]


def run(args: list[str], image: str = CUSTOM, volumes: dict[str, str] | None = None) -> Any:
    return asyncio.run(prepare(Launch(image, args, {}, hosts={"metering": "127.0.0.1:1"}, volumes=volumes or {})))


def test_usage_is_taken(azure: Double) -> None:
    container = run(words(azure, "S0"), SPEECH_TO_TEXT)
    assert asyncio.run(container.metering.check()) == "Valid"


def test_a_custom_model_is_downloaded_and_base_and_display_models_are_listed(azure: Double, capfd: Any) -> None:
    args = words(azure, "S0")
    assert run([*args, f"ModelId={MODEL}"]).model == f"Model: {MODEL}"
    assert run([*args, "BaseModelLocale=en-US"]) == 1
    assert run([*args, "FullDisplay", "BaseModelLocale=en-US"]) == 1
    told = capfd.readouterr().err
    assert told.count("[Base model] Locale: en-us, CreatedDate: 20") == 4
    for kind in ("Punct", "Rescore", "Resegment", "Wfstitn"):
        assert told.count(f"[{kind} model] Locale: en-us") == 1


def test_display_models_are_downloaded_by_type_and_by_id(azure: Double, tmp_path: Path, capfd: Any) -> None:
    args, volumes = words(azure, "S0"), {"/usr/local/models": str(tmp_path)}
    assert run([*args, "Punct", "DisplayLocale=de-DE"], volumes=volumes) == 0
    assert run([*args, "Rescore", "BaseModelLocale=de-DE"]) == 1
    rescore = capfd.readouterr().err.partition("Id: ")[2].split()[0]
    assert run([*args, f"RescoreId={rescore}"], volumes=volumes) == 0
    assert sorted(folder.name for folder in (tmp_path / "display").iterdir()) == ["Punct", "Rescore"]


def test_a_licence_is_fetched_and_served_from(azure: Double, tmp_path: Path) -> None:
    volumes = {"/license": str(tmp_path), "/output": str(tmp_path)}
    assert run([*words(azure, "DC0"), *DOWNLOAD], SPEECH_TO_TEXT, volumes) == 0
    offline = ["Eula=accept", "Mounts:License=/license", "Mounts:Output=/output"]
    assert isinstance(run(offline, SPEECH_TO_TEXT, volumes), SpeechContainer)


def test_an_account_without_a_plan_gives_no_licence(azure: Double, tmp_path: Path, capfd: Any) -> None:
    assert run([*words(azure, "S0"), *DOWNLOAD], SPEECH_TO_TEXT, {"/license": str(tmp_path)}) == 1
    assert "License download failed with status 'ContainerUseUnauthorized'" in capfd.readouterr().err


def test_an_account_for_disconnected_containers_gives_no_model(azure: Double) -> None:
    with pytest.raises(StartError, match="SkuNotEligible"):
        run([*words(azure, "DC0"), f"ModelId={MODEL}"])
