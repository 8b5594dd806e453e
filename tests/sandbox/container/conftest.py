import json
import logging
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import trustme
from starlette.testclient import TestClient

from sandbox.speech.app import speech_app
from sandbox.speech.configuration import read_configuration
from sandbox.speech.container import SpeechContainer
from sandbox.speech.kinds import read_image
from sandbox.speech.metering import Identity, Metering
from sandbox.speech.settings import check
from sandbox.speech.volumes import Volumes
from tests.sandbox.container.container_doubles import ARGS, KEY, SPEECH_TO_TEXT, BillingServer, FakeBilling, FakeClock


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Takes back what a container does to the log when it is started in the tests' own process."""
    category = logging.getLogger("Microsoft")
    before = category.handlers, category.propagate, category.level
    yield
    for handler in category.handlers:
        handler.close()
    category.handlers, category.propagate = before[0], before[1]
    category.setLevel(before[2])


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def billing() -> FakeBilling:
    return FakeBilling()


@pytest.fixture
def client(clock: FakeClock, billing: FakeBilling) -> Iterator[Callable[..., TestClient]]:
    """Makes a client of a container's application, with its container as `client.container`."""
    clients = []

    def make(
        image: str = SPEECH_TO_TEXT,
        env: dict[str, str] | None = None,
        loading_seconds: float = 0,
        args: Sequence[str] = (),
    ) -> TestClient:
        reference = read_image(image)
        settings = check(read_configuration([*ARGS, *args], env or {}), env or {}, reference, Volumes())
        metering = Metering(Identity("0123456789ab", reference), billing.submit, clock)
        container = SpeechContainer.started(reference, settings, metering, clock, loading_seconds)
        made = TestClient(speech_app(container))
        made.container = container
        made.__enter__()
        clients.append(made)
        return made

    yield make
    for made in clients:
        made.__exit__(None, None, None)


@pytest.fixture(scope="session")
def billing_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BillingServer]:
    """The sandbox's metering address over HTTPS: knows one account and one key."""
    authority = trustme.CA()
    ca = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(ca)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or "null")
            found.requests.append((self.path, {name.lower(): text for name, text in self.headers.items()}, body))
            known = self.headers["Host"] == "contoso-speech.cognitiveservices.azure.com"
            valid = self.headers["Ocp-Apim-Subscription-Key"] == KEY
            status, document = found.documents.get(self.path, (200, {"status": "Valid"}))
            if not known or not valid:
                status, document = 401 if known else 404, {"status": "Invalid"}
            answer = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST  # noqa: N815  the handler's own name

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    found = BillingServer(f"127.0.0.1:{server.server_port}", str(ca))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()
