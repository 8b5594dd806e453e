"""What surrounds a container: its proxy, its log files, the diagnostic container."""

import asyncio
import base64
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from sandbox.container import run
from sandbox.speech.app import speech_app
from sandbox.speech.configuration import StartError
from sandbox.speech.console import log_to_console, log_to_disk
from sandbox.speech.launch import Launch
from sandbox.speech.start import prepare
from tests.sandbox.container.container_doubles import (
    ARGS,
    KEY,
    REGISTRY,
    SPEECH_TO_TEXT,
    BillingServer,
    run_container,
)

DIAGNOSTIC = "mcr.microsoft.com/azure-cognitive-services/diagnostic"
SPARED = {"NO_PROXY": "localhost,127.0.0.1"}


class ForwardProxy:
    """An HTTP proxy that knows CONNECT and one user."""

    def __init__(self) -> None:
        self.connected: list[str] = []
        self.credentials: str | None = None
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                wanted = proxy.credentials and "Basic " + base64.b64encode(proxy.credentials.encode()).decode()
                if wanted and self.headers["Proxy-Authorization"] != wanted:
                    self.send_response(407)
                    self.end_headers()
                    return
                proxy.connected.append(self.path)
                host, _, port = self.path.rpartition(":")
                with socket.create_connection((host, int(port)), timeout=10) as far:
                    self.send_response(200)
                    self.end_headers()
                    back = threading.Thread(target=_pass_on, args=(far, self.connection))
                    back.start()
                    _pass_on(self.connection, far)
                    back.join()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.address = f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


@pytest.fixture
def proxy() -> Iterator[ForwardProxy]:
    running = ForwardProxy()
    yield running
    running.close()


@pytest.fixture
def reported(billing_server: BillingServer) -> Callable[..., str]:
    """The status that a container reads from billing with some arguments."""
    billing_server.requests.clear()

    def ask(*args: str, image: str = SPEECH_TO_TEXT, env: dict[str, str] = SPARED, names: str = "") -> str:
        launch = Launch(image, [*ARGS, *args], env, names=names, **billing_server.launch())

        async def status() -> str:
            container = await prepare(launch)
            assert not isinstance(container, int)
            return await container.metering.check()

        return asyncio.run(status())

    return ask


def test_usage_goes_through_the_proxy_that_is_set(
    reported: Callable[..., str], proxy: ForwardProxy, billing_server: BillingServer
) -> None:
    assert reported(f"HTTP_PROXY=http://{proxy.address}") == "Valid"
    assert proxy.connected == [billing_server.address]


def test_a_proxy_is_found_by_the_names_of_the_sandbox(
    reported: Callable[..., str], proxy: ForwardProxy, tmp_path: Path
) -> None:
    names = tmp_path / "names.json"
    names.write_text(json.dumps({"proxy:8888": proxy.address}))
    assert reported("HTTP_PROXY=http://proxy:8888", names=str(names)) == "Valid"
    assert len(proxy.connected) == 1


def test_a_proxy_may_ask_for_credentials(reported: Callable[..., str], proxy: ForwardProxy) -> None:
    proxy.credentials = "user:secret"
    assert reported(f"HTTP_PROXY=http://{proxy.address}", "HTTP_PROXY_CREDS=user:wrong") == "CouldNotConnect"
    assert reported(f"HTTP_PROXY=http://{proxy.address}", "HTTP_PROXY_CREDS=user:secret") == "Valid"


def test_a_proxy_that_is_gone_is_a_billing_endpoint_that_is_not_reached(reported: Callable[..., str]) -> None:
    assert reported("HTTP_PROXY=http://127.0.0.1:1") == "CouldNotConnect"


def test_a_proxy_outside_of_the_sandbox_is_not_asked(reported: Callable[..., str]) -> None:
    assert reported("HTTP_PROXY=http://proxy.contoso.example:8888") == "Valid"


@pytest.mark.parametrize(
    ("image", "status"),
    [
        ("speech-to-text:3.9.0-amd64-en-us", "CouldNotConnect"),
        ("speech-to-text:3.10.0-amd64-en-us", "Valid"),
        ("neural-text-to-speech:2.8.0-amd64-en-us-arianeural", "CouldNotConnect"),
        ("neural-text-to-speech:2.9.0-amd64-en-us-arianeural", "Valid"),
    ],
)
def test_a_proxy_works_from_the_version_of_its_correction_on(
    reported: Callable[..., str], proxy: ForwardProxy, image: str, status: str
) -> None:
    assert reported(f"HTTP_PROXY=http://{proxy.address}", image=f"{REGISTRY}/{image}") == status


def test_without_no_proxy_every_query_fails_with_500(client: Callable[..., TestClient]) -> None:
    args = ["HTTP_PROXY=http://proxy:8888"]
    listening = client(args=args)
    with (
        pytest.raises(WebSocketDenialResponse) as denied,
        listening.websocket_connect("/speech/recognition/conversation/cognitiveservices/v1"),
    ):
        pass
    assert denied.value.status_code == 500
    speaking = client(f"{REGISTRY}/neural-text-to-speech:3.11.0-amd64-en-us-arianeural", args=args)
    answer = speaking.post("/cognitiveservices/v1", content="<speak/>")
    assert (answer.status_code, "unable to establish HTTP/2 connection" in answer.text) == (500, True)
    assert speaking.get("/ready").status_code == 200


def test_log_lines_go_to_a_file_of_json_in_the_output_mount(tmp_path: Path) -> None:
    args = [*ARGS, "Logging:Disk:Format=json"]
    with run_container(tmp_path, args=args, volumes={"/output": str(tmp_path / "output")}):
        (file,) = (tmp_path / "output" / "logs").iterdir()
        lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert any("Now listening on" in line["message"] and line["level"] == "info" for line in lines)
    assert KEY not in json.dumps(lines)


def test_a_log_file_that_is_full_is_followed_by_another(tmp_path: Path) -> None:
    log_to_console("Information")
    log_to_disk(tmp_path, "one", 1)
    category = logging.getLogger("Microsoft")
    for _ in range(3):
        category.info("x" * 600_000)
    assert sorted(file.name for file in (tmp_path / "logs").iterdir()) == ["one.log", "one.log.1", "one.log.2"]


def test_the_model_that_is_served_stands_on_the_home_page(tmp_path: Path, billing_server: BillingServer) -> None:
    (tmp_path / "properties.json").write_text('{"id": "0a000000-0000-4000-8000-000000000001"}')
    launch = Launch(
        f"{REGISTRY}/custom-speech-to-text:5.1.0-amd64",
        ARGS,
        {},
        volumes={"/usr/local/models": str(tmp_path)},
        **billing_server.launch(),
    )
    container = asyncio.run(prepare(launch))
    assert not isinstance(container, int)
    with TestClient(speech_app(container)) as asked:
        assert "Model: 0a000000-0000-4000-8000-000000000001" in asked.get("/").text


def diagnose(billing_server: BillingServer, *args: str) -> int:
    return run(Launch(DIAGNOSTIC, list(args), {}, **billing_server.launch()))


def test_row_diagnostic_ends_with_0_where_billing_is_reached_and_takes_the_key(
    billing_server: BillingServer, capfd: Any
) -> None:
    assert diagnose(billing_server, "eula=accept", *ARGS[1:]) == 0
    told = capfd.readouterr().err
    assert "The billing endpoint is reached, the key is valid." in told
    assert KEY not in told


@pytest.mark.parametrize(
    ("args", "status"),
    [
        ([ARGS[1], "ApiKey=wrong"], "Invalid"),
        (["Billing=https://nobody.cognitiveservices.azure.com", ARGS[2]], "CouldNotConnect"),
    ],
)
def test_row_diagnostic_ends_with_1_and_says_why(
    billing_server: BillingServer, capfd: Any, args: list[str], status: str
) -> None:
    assert diagnose(billing_server, "eula=accept", *args) == 1
    assert f"Endpoint connection failed with status '{status}'" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("args", "words"),
    [(ARGS[1:], "Missing EULA=accept"), (["eula=accept", "Billing={ENDPOINT_URI}"], "Invalid Billing Endpoint URI")],
)
def test_the_diagnostic_container_asks_for_what_it_needs(
    billing_server: BillingServer, args: list[str], words: str
) -> None:
    with pytest.raises(StartError, match=words):
        diagnose(billing_server, *args)
