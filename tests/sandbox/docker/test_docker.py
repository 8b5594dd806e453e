"""The sandbox's `docker`, as a script would use it."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.docker.engine import clear, install
from sandbox.docker.flags import read_run
from sandbox.home import Home, prepare

STT = "mcr.microsoft.com/azure-cognitive-services/speechservices/speech-to-text:5.1.0-amd64-en-us"
WORDS = ("Eula=accept", "Billing=https://x.cognitiveservices.azure.com", "ApiKey=none")
Docker = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def docker(tmp_path: Path) -> Iterator[Docker]:
    home = Home(tmp_path / "home")
    prepare(home)
    command = install(home) / "docker"

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([command, *words], capture_output=True, text=True, timeout=60, check=False)

    try:
        yield run
    finally:
        clear(home)


def test_a_detached_container_serves_after_the_command_has_ended(docker: Docker) -> None:
    assert docker("run", "-d", "--name", "stt", "-p", "5000:5000", STT, *WORDS).returncode == 0
    (row,) = map(json.loads, docker("ps").stdout.splitlines())
    assert (row["name"], row["host_port"]) == ("stt", 5000)
    assert httpx.get(f"http://{row['address']}/", trust_env=False).status_code == 200


def test_a_created_container_runs_when_it_is_started_in_the_networks_that_it_joined(docker: Docker) -> None:
    docker("network", "create", "--internal", "cache")
    assert docker("create", "--name", "stt", "-p", "5000:5000", STT, *WORDS).returncode == 0
    assert docker("ps").stdout.strip() == ""
    docker("network", "connect", "cache", "stt")
    assert docker("start", "stt").returncode == 0
    (row,) = map(json.loads, docker("ps").stdout.splitlines())
    assert set(row["networks"]) == {"bridge", "cache"}
    assert httpx.get(f"http://{row['address']}/", trust_env=False).status_code == 200


def test_a_removed_container_is_gone(docker: Docker) -> None:
    docker("run", "-d", "--name", "stt", "-p", "5000:5000", STT, *WORDS)
    (row,) = map(json.loads, docker("ps").stdout.splitlines())
    docker("rm", "-f", "stt")
    assert docker("ps").stdout.strip() == ""
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://{row['address']}/", trust_env=False)


def test_a_name_is_taken_once(docker: Docker) -> None:
    docker("run", "-d", "--name", "stt", STT, *WORDS)
    again = docker("run", "-d", "--name", "stt", STT, *WORDS)
    assert again.returncode == 125
    assert "already in use" in again.stderr


def test_a_container_in_the_foreground_ends_with_its_own_status_and_words(docker: Docker) -> None:
    done = docker("run", "--rm", "-it", STT, "Eula=no")
    assert done.returncode == 1
    assert "Missing EULA=accept" in done.stderr


def test_a_shell_in_an_image_is_not_run_and_named(docker: Docker) -> None:
    done = docker("run", "--rm", "--entrypoint", "sh", "busybox:1.36", "-c", "exit 3")
    assert (done.returncode, done.stderr.strip()) == (0, "sandbox: not run: busybox:1.36 sh -c exit 3")


def test_a_windows_folder_is_read_as_one() -> None:
    assert read_run(["-v", "C:\\speech\\models:/usr/local/models", "x"]).volumes == {
        "/usr/local/models": "C:\\speech\\models"
    }
