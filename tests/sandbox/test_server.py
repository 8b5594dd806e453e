"""Start, stop and survival of the sandbox's server, and what lies in its home."""

import json
import os
import signal
import socket
import ssl
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from sandbox.home import Home, environment, home, prepare, write_private
from sandbox.running import Server, ServerFailedError, running, start, stop


@pytest.fixture
def place(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def trust(server: Server) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.home.ca_pem)


def token(server: Server) -> str:
    who = prepare(server.home)
    form = {
        "grant_type": "client_credentials",
        "client_id": who.client_id,
        "client_secret": who.client_secret,
        "scope": f"{server.url}/.default",
    }
    answer = httpx.post(
        f"{server.url}/{who.tenant_id}/oauth2/v2.0/token", data=form, verify=trust(server), trust_env=False
    )
    return str(answer.json()["access_token"])


def group(server: Server, method: str) -> int:
    answer = httpx.request(
        method,
        f"{server.url}/subscriptions/{prepare(server.home).subscription_id}/resourceGroups/kept",
        params={"api-version": "2024-03-01"},
        json={"location": "westeurope"},
        headers={"Authorization": f"Bearer {token(server)}"},
        verify=trust(server),
        trust_env=False,
    )
    return answer.status_code


def test_two_starts_at_once_make_one_server(place: Home) -> None:
    try:
        with ThreadPoolExecutor(2) as pool:
            servers = list(pool.map(start, [place, place]))
        assert servers[0] == servers[1] == running(place)
    finally:
        assert stop(place)


def test_a_stopped_server_leaves_no_process_and_comes_back_with_its_port_and_resources(place: Home) -> None:
    try:
        first = start(place)
        assert group(first, "PUT") == 201
        assert stop(place)
        with pytest.raises(ProcessLookupError):
            os.kill(first.pid, 0)
        assert running(place) is None
        second = start(place)
        assert (second.url, second.pid != first.pid) == (first.url, True)
        assert group(second, "GET") == 200
    finally:
        stop(place)


def test_a_killed_server_is_seen_as_gone_and_started_anew(place: Home) -> None:
    first = start(place)
    os.kill(first.pid, signal.SIGKILL)
    os.waitpid(first.pid, 0)
    try:
        assert running(place) is None
        assert start(place).port == first.port
    finally:
        stop(place)


def test_a_taken_port_is_named(place: Home) -> None:
    prepare(place)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = {"pid": None, "port": port, "url": f"https://127.0.0.1:{port}"}
        write_private(place.server_file, json.dumps(told).encode())
        with pytest.raises(ServerFailedError, match=f"Port {port}, which the sandbox's state refers to, is taken"):
            start(place)


def test_stopping_what_does_not_run_does_nothing(place: Home) -> None:
    assert stop(place) is False
    prepare(place)
    assert stop(place) is False


def test_only_the_owner_reads_what_is_secret(place: Home) -> None:
    try:
        group(start(place), "PUT")
        for file in (place.ca_key, place.credentials, place.server_pem, place.arm_store, place.kube_store):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        assert stat.S_IMODE(place.root.stat().st_mode) == 0o700
    finally:
        stop(place)


def test_a_client_that_does_not_know_the_authority_is_turned_away(place: Home) -> None:
    try:
        with pytest.raises(httpx.ConnectError, match="certificate"):
            httpx.get(f"{start(place).url}/sandbox/health", trust_env=False)
    finally:
        stop(place)


def test_credentials_are_made_once(place: Home) -> None:
    assert prepare(place) == prepare(place)
    assert prepare(place) != prepare(Home(place.root.parent / "other"))


def test_the_environment_points_every_client_at_the_sandbox(place: Home) -> None:
    made = environment(place, "https://127.0.0.1:4711", Path("/opt/pulumi"))
    assert made["ARM_METADATA_HOSTNAME"] == "127.0.0.1:4711"
    assert made["ARM_CLIENT_SECRET"] == prepare(place).client_secret
    assert made["REQUESTS_CA_BUNDLE"] == made["SSL_CERT_FILE"] == str(place.ca_pem)
    assert made["PULUMI_BACKEND_URL"] == f"file://{place.state}"
    assert made["PATH"].split(os.pathsep)[:2] == [str(place.bin), "/opt/pulumi"]


def test_a_proxy_is_not_asked_for_the_way_to_the_sandbox(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "intranet.test")
    try:
        assert running(place) is None
        assert environment(place, start(place).url)["NO_PROXY"] == "127.0.0.1,localhost,intranet.test"
    finally:
        stop(place)


def test_the_home_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPEECH_SANDBOX_HOME", str(tmp_path))
    assert home().root == tmp_path
    monkeypatch.delenv("SPEECH_SANDBOX_HOME")
    assert home().root.name == ".sandbox"
