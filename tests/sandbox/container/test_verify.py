import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any

import pytest

from sandbox import verify as module
from sandbox.speech_call import CallFailedError
from sandbox.verify import Target, verify

Pages = dict[str, tuple[int, dict[str, str]]]
GOOD: Pages = {
    "/": (200, {}),
    "/ready": (200, {}),
    "/status": (200, {"apiStatus": "Valid"}),
    "/swagger": (200, {}),
}


@pytest.fixture
def address() -> Iterator[Callable[[Pages], str]]:
    """Serves fixed pages and gives their address."""
    servers = []

    def serve(pages: Pages) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, document = pages[self.path]
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(document).encode())

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return f"127.0.0.1:{server.server_port}"

    yield serve
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def answering_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CALLS", {"speech-to-text": lambda *_: '"text"'})


def ask(address: str, **settings: Any) -> tuple[bool, list[str]]:
    """The outcome for one target and the beginnings of its lines."""
    out = StringIO()
    passed = verify([Target("transcribe-en", "speech-to-text", address, **settings)], out, ready_seconds=0)
    return passed, [" ".join(line.partition(" in ")[0].split()) for line in out.getvalue().splitlines()[1:]]


def test_a_line_tells_each_check_of_a_container_that_works(address: Callable[[Pages], str]) -> None:
    passed, lines = ask(address(GOOD))
    assert passed
    assert lines == ["pass /ready 200", "pass / 200", "pass /swagger 200", "pass /status Valid", 'pass call "text"']


def test_the_status_invalid_does_not_pass_for_valid(address: Callable[[Pages], str]) -> None:
    pages = GOOD | {"/status": (200, {"apiStatus": "Invalid", "apiStatusMessage": "Api Key is invalid."})}
    passed, lines = ask(address(pages))
    assert not passed
    assert "fail /status Invalid: Api Key is invalid." in lines


def test_row_approval_a_container_that_is_not_approved_names_the_form(address: Callable[[Pages], str]) -> None:
    refused = {"apiStatus": "ContainerUseUnauthorized", "apiStatusMessage": "Not approved."}
    _, lines = ask(address({**GOOD, "/status": (200, refused)}))
    assert any("aka.ms/csdisconnectedcontainers" in line for line in lines)


def test_a_status_page_without_a_status_fails(address: Callable[[Pages], str]) -> None:
    passed, lines = ask(address(GOOD | {"/status": (200, {})}))
    assert not passed
    assert "fail /status no apiStatus" in lines


def test_the_status_of_a_disconnected_container_is_not_asked(address: Callable[[Pages], str]) -> None:
    passed, lines = ask(address(GOOD), status=None)
    assert passed
    assert len(lines) == 4


def test_a_container_that_never_gets_ready_is_not_called(address: Callable[[Pages], str]) -> None:
    passed, lines = ask(address(GOOD | {"/ready": (503, {})}))
    assert not passed
    assert lines[0] == "fail /ready 503"
    assert lines[-1] == "fail call not made: /ready failed"


def test_waiting_for_ready_ends_when_it_comes(address: Callable[[Pages], str], monkeypatch: pytest.MonkeyPatch) -> None:
    pages = dict(GOOD, **{"/ready": (503, {})})
    monkeypatch.setattr(module.time, "sleep", lambda _: pages.update({"/ready": (200, {})}))
    out = StringIO()
    assert verify([Target("transcribe-en", "speech-to-text", address(pages))], out, ready_seconds=20)


def test_a_long_wait_shows_what_is_asked_and_for_how_long(
    address: Callable[[Pages], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(module.time, "sleep", lambda _: now.__setitem__(0, now[0] + 6))
    out = StringIO()
    verify([Target("transcribe-en", "speech-to-text", address(GOOD | {"/ready": (503, {})}))], out, ready_seconds=10)
    assert "wait  /ready    503 in 0 ms, 6 s of 10 s" in out.getvalue().splitlines()


def test_an_address_where_nothing_listens_fails_every_check() -> None:
    passed, lines = ask("127.0.0.1:1")
    assert not passed
    assert {line.split()[0] for line in lines} == {"fail"}


def test_a_call_that_fails_tells_the_services_words(
    address: Callable[[Pages], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> str:
        raise CallFailedError("Connection was closed by the remote host. Error code: 1013.")

    monkeypatch.setattr(module, "CALLS", {"speech-to-text": refused})
    passed, lines = ask(address(GOOD))
    assert not passed
    assert lines[-1] == "fail call Connection was closed by the remote host. Error code: 1013."


def test_fast_transcription_is_ready_where_its_health_says_so(
    address: Callable[[Pages], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CALLS", {"fast-transcription": lambda *_: '"text"'})
    pages = {path: page for path, page in GOOD.items() if path != "/ready"} | {"/stt/health": (200, {})}
    out = StringIO()
    assert verify([Target("fast", "fast-transcription", address(pages))], out, ready_seconds=0)
    assert "pass  /stt/health" in out.getvalue()


@pytest.mark.parametrize("row", [{"deployment": "transcribe-en"}, {"group": "transcribe-en"}])
def test_a_workload_is_known_by_its_deployment_or_its_group(row: dict[str, str]) -> None:
    assert module.workload_name(row) == "transcribe-en"


def test_a_container_runs_under_its_own_name_or_as_a_group_a_replica() -> None:
    assert module.workloads_of("read-en", {}) == ["read-en"]
    groups = {"replicas": [{"group": "read-en-1"}, {"group": "read-en-2"}]}
    assert module.workloads_of("read-en", groups) == ["read-en-1", "read-en-2"]
