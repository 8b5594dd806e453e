"""Every kind that serves, verified as after `make up`: its pages, and a call by a real client."""

from io import StringIO
from pathlib import Path

import pytest

from sandbox.verify import Target, verify
from tests.sandbox.container.container_doubles import ARGS, REGISTRY, BillingServer, run_container

GATED = "containerpreview.azurecr.io/microsoft/cognitive-services-"
TEXT, SOUND = '"Simulated transcription of 1.5 seconds of audio at 16 kHz."', "bytes of audio"
MODEL = "0a000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("kind", "image", "voice", "args", "answer"),
    [
        ("speech-to-text", f"{REGISTRY}/speech-to-text:5.1.0-amd64-en-us", "", [], TEXT),
        ("custom-speech-to-text", f"{REGISTRY}/custom-speech-to-text:5.1.0-amd64", "", [f"ModelId={MODEL}"], TEXT),
        (
            "neural-text-to-speech",
            f"{REGISTRY}/neural-text-to-speech:3.11.0-amd64-en-us-arianeural",
            "en-US-AriaNeural",
            [],
            SOUND,
        ),
        ("language-identification", f"{REGISTRY}/language-detection:1.18.0-amd64-preview", "", [], "en-US"),
        ("fast-transcription", f"{REGISTRY}/fast-transcription:en-gpu-1.0.0-preview", "", [], TEXT),
        ("text-to-speech", f"{GATED}text-to-speech:1.3.0-amd64-en-us-jessarus-preview", "en-US-JessaRUS", [], SOUND),
        ("custom-text-to-speech", f"{GATED}custom-text-to-speech:latest", "OurVoice", [f"ModelId={MODEL}"], SOUND),
    ],
)
def test_every_kind_that_serves_passes_its_verification(
    tmp_path: Path, billing_server: BillingServer, kind: str, image: str, voice: str, args: list[str], answer: str
) -> None:
    billing_server.documents[f"/sandbox/models/{MODEL}"] = 200, {"id": MODEL}
    out = StringIO()
    with run_container(tmp_path, image=image, args=[*args, *ARGS], **billing_server.launch()) as container:
        passed = verify([Target("one", kind, container.address, ssml_voice=voice)], out, ready_seconds=20)
    assert passed, out.getvalue()
    assert answer in out.getvalue().splitlines()[-1]
