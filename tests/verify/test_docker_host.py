"""What the Docker of this machine tells of its images."""

from dataclasses import replace
from pathlib import Path

import pytest

from operations.verify.docker_host import running
from operations.verify.images import Running, UnknownImagesError
from operations.verify.target import Target, targets
from tests.manifests.made import planned


@pytest.fixture
def target() -> Target:
    [found] = targets(planned(("speech:target", {"kind": "docker"})), {})
    return found


@pytest.fixture(autouse=True)
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An executable that answers as a test writes it."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path / "docker"


def write(docker: Path, text: str) -> None:
    docker.write_text(f"#!/bin/sh\n{text}\n")
    docker.chmod(0o755)


def test_the_image_of_the_container_of_that_name_is_told(docker: Path, target: Target) -> None:
    write(docker, '[ "$6" = transcribe-en ] && echo registry.contoso.example/speech-to-text:5.1.0-amd64-en-us')
    assert running(target) == [Running("transcribe-en", "registry.contoso.example/speech-to-text:5.1.0-amd64-en-us")]


def test_a_docker_that_knows_no_such_container_leaves_the_image_unknown(docker: Path, target: Target) -> None:
    write(docker, "echo 'Error: No such container: transcribe-en' >&2; exit 1")
    with pytest.raises(UnknownImagesError, match="No such container: transcribe-en"):
        running(target)


def test_without_docker_nobody_tells(target: Target, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnknownImagesError, match="on its host tells"):
        running(target)


def test_the_docker_of_another_host_is_not_this_one(docker: Path, target: Target) -> None:
    write(docker, "echo wrong")
    with pytest.raises(UnknownImagesError):
        running(replace(target, host="198.51.100.7"))
