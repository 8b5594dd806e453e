import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import Any

import azure.cognitiveservices.speech as speechsdk
import pytest
from websockets.sync.client import connect

from sandbox.speech_call import CallFailedError, recognise, synthesise
from sandbox.verify import Target, verify
from tests.sandbox.container.container_doubles import (
    ARGS,
    KEY,
    REGISTRY,
    SPEECH_TO_TEXT,
    BillingServer,
    RunningContainer,
    client_audio,
    run_container,
    service_message,
)

NEURAL = f"{REGISTRY}/neural-text-to-speech:3.11.0-amd64-en-us-arianeural"
CONVERSATION = "/speech/recognition/conversation/cognitiveservices/v1"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, billing_server: BillingServer) -> Iterator[RunningContainer]:
    metering = {"hosts": {"metering": billing_server.address}, "ca": billing_server.ca}
    with run_container(tmp_path_factory.mktemp("running"), **metering) as found:
        yield found


def start(launch: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    document = {"image": SPEECH_TO_TEXT, "args": ARGS, "env": {}} | launch
    command = [sys.executable, "-m", "sandbox.container"]
    return subprocess.run(command, input=json.dumps(document), capture_output=True, text=True, timeout=30, check=False)


def test_without_an_accepted_licence_the_process_ends_with_status_1() -> None:
    ended = start({"args": ["Eula=no", *ARGS[1:]]})
    assert ended.returncode == 1
    assert "Missing EULA=accept command line option" in ended.stderr
    assert KEY not in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    "launch",
    [
        {"image": "nginx:1"},
        {"ports": [5000]},
        {"args": [*ARGS, "Billing=none"]},
        {"hosts": {"metering": "127.0.0.1:1"}, "ca": "/nowhere/ca.pem"},
    ],
)
def test_a_launch_that_cannot_work_ends_with_status_1_and_without_a_traceback(launch: dict[str, Any]) -> None:
    ended = start(launch)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Traceback" not in ended.stderr
    assert KEY not in ended.stderr


def test_the_end_of_standard_input_stops_the_process() -> None:
    assert start({}).returncode == 0


def test_the_real_sdk_recognises_two_streams_at_once(running: RunningContainer) -> None:
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(recognise, running.address, "", 20) for _ in range(2)]
        texts = [call.result() for call in calls]
    assert texts == ['"Simulated transcription of 1.5 seconds of audio at 16 kHz."'] * 2


def test_the_real_sdk_recognises_continuously_to_the_end_of_its_stream(running: RunningContainer) -> None:
    stream = speechsdk.audio.PushAudioInputStream()
    stream.write(bytes(3 * 32_000))
    stream.close()
    config = speechsdk.SpeechConfig(host=f"ws://{running.address}")
    recogniser = speechsdk.SpeechRecognizer(config, speechsdk.audio.AudioConfig(stream=stream))
    texts, reasons, stopped = [], [], threading.Event()
    recogniser.recognized.connect(lambda event: texts.append(event.result.text))
    recogniser.canceled.connect(lambda event: reasons.append(event.cancellation_details.reason))
    recogniser.session_stopped.connect(lambda _: stopped.set())
    recogniser.start_continuous_recognition_async().get()
    assert stopped.wait(20)
    recogniser.stop_continuous_recognition_async().get()
    assert texts == ["Simulated transcription of 3 seconds of audio at 16 kHz."]
    assert reasons == [speechsdk.CancellationReason.EndOfStream]


def test_the_real_sdk_hears_of_a_missing_decoder(tmp_path: Path) -> None:
    with (
        run_container(tmp_path, env={"DECODER_MAX_COUNT": "1"}) as container,
        connect(f"ws://{container.address}{CONVERSATION}", subprotocols=["USP"]) as held,
    ):
        held.send(client_audio("r1", bytes(320)))
        assert service_message(held.recv(10))[0] == "turn.start"
        with pytest.raises(CallFailedError, match=r"1013.*no free decoder"):
            recognise(container.address, "", 20)


def test_the_real_sdk_speaks_with_the_images_voice_and_is_refused_with_another(tmp_path: Path) -> None:
    with run_container(tmp_path, image=NEURAL) as container:
        assert synthesise(container.address, "en-US-AriaNeural", 20).endswith("bytes of audio")
        with pytest.raises(CallFailedError, match="Unsupported voice en-US-JennyNeural"):
            synthesise(container.address, "en-US-JennyNeural", 20)
        spoken = speechsdk.SpeechSynthesizer(speechsdk.SpeechConfig(host=f"http://{container.address}"), None)
        ssml = "<speak version='1.0' xml:lang='en-US'><voice name='en-US-AriaNeural'>Hello.</voice></speak>"
        assert spoken.speak_ssml_async(ssml).get().reason == speechsdk.ResultReason.SynthesizingAudioCompleted


def test_a_report_reaches_billing_under_the_accounts_host_name_with_the_key_as_a_header(
    running: RunningContainer, billing_server: BillingServer
) -> None:
    assert verify([Target("transcribe-en", "speech-to-text", running.address)], StringIO())
    # Other containers of this module report to the same server.
    reports = {body["meter"]["name"]: (path, headers) for path, headers, body in billing_server.requests}
    path, headers = reports["AudioSecondsTranscribed"]
    assert path == "/sandbox/metering"
    assert headers["host"] == "contoso-speech.cognitiveservices.azure.com"
    assert headers["ocp-apim-subscription-key"] == KEY


def test_the_key_is_in_no_log_no_argument_and_no_variable_of_the_process(running: RunningContainer) -> None:
    recognise(running.address, "", 20)
    process = Path(f"/proc/{running.process.pid}")
    if not process.exists():
        pytest.skip("this system has no /proc")
    seen = process.joinpath("cmdline").read_bytes() + process.joinpath("environ").read_bytes()
    assert KEY not in running.errors.read_text()
    assert KEY.encode() not in seen


def test_a_log_level_of_warning_keeps_streams_out_of_the_log(tmp_path: Path) -> None:
    args = [*ARGS, "Logging:Console:LogLevel:Default=Warning"]
    with run_container(tmp_path, args=args) as container:
        recognise(container.address, "", 20)
        assert "A stream of" not in container.errors.read_text()


def test_sigterm_lets_a_running_stream_end_and_exits_with_status_0(tmp_path: Path) -> None:
    with run_container(tmp_path, grace_seconds=20) as container:
        with connect(f"ws://{container.address}{CONVERSATION}", subprotocols=["USP"]) as stream:
            stream.send(client_audio("r1", bytes(32_000)))
            assert service_message(stream.recv(10))[0] == "turn.start"
            os.kill(container.process.pid, signal.SIGTERM)
            wait_until_refused(container)
            stream.send(client_audio("r1", b""))
            paths = []
            while "turn.end" not in paths:
                paths.append(service_message(stream.recv(10))[0])
        assert "speech.phrase" in paths
        assert container.process.wait(10) == 0


def test_sigterm_cuts_a_stream_that_outlasts_the_grace(tmp_path: Path) -> None:
    with run_container(tmp_path, grace_seconds=0.1) as container:
        with connect(f"ws://{container.address}{CONVERSATION}", subprotocols=["USP"]) as stream:
            stream.send(client_audio("r1", bytes(32_000)))
            assert service_message(stream.recv(10))[0] == "turn.start"
            os.kill(container.process.pid, signal.SIGTERM)
            assert container.process.wait(10) == 0
        assert "Streams were still running" in container.errors.read_text()


def wait_until_refused(container: RunningContainer) -> None:
    """Return once the port takes no connection; fail after 10 s."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", container.port), timeout=5).close()
        except OSError:
            return
        time.sleep(0.02)
    pytest.fail("the port still takes connections")


def test_a_run_that_lists_models_says_no_port_and_ends_with_status_1(billing_server: BillingServer) -> None:
    billing_server.documents["/sandbox/models"] = 200, {"models": [{"id": "m1", "created": "2022-01-01T00:00:00Z"}]}
    image, args = f"{REGISTRY}/custom-speech-to-text:5.1.0-amd64", [*ARGS, "BaseModelLocale=en-us"]
    ended = start(billing_server.launch(image=image, args=args))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "[Info] [Base model] Locale: en-us, CreatedDate: 2022-01-01T00:00:00Z, Id: m1" in ended.stderr


def test_a_run_that_fetches_a_licence_ends_with_status_0(billing_server: BillingServer, tmp_path: Path) -> None:
    billing_server.documents["/sandbox/license"] = 200, {"expires": "2999-12-31T00:00:00+00:00"}
    args = [*ARGS, "DownloadLicense=True", "Mounts:License=/license"]
    ended = start(billing_server.launch(args=args, volumes={"/license": str(tmp_path)}))
    assert (ended.returncode, ended.stdout) == (0, "")
    assert (tmp_path / "license.json").exists()
