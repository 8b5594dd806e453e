"""`speech render` as a user runs it, with an engine that tells what a stack would."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from speech.cli.main import app
from tests.stacks import stack_file

KEY = "a-key-of-84-characters"
SENTIMENT = {
    "host": "https://l.cognitiveservices.azure.com/text/analytics/v3.0/sentiment",
    "key": {"secure": "v1:encrypted"},
}
OUTPUTS = {"endpoint": "https://contoso.cognitiveservices.azure.com/", "keys": {"key1": KEY, "key2": "other"}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Pulumi.edge.yaml"
    config = stack_file(
        ("speech:target", {"kind": "docker"}), ("speech:containers[0].options", {"sentiment": SENTIMENT})
    )
    with path.open("w") as opened:
        YAML().dump({"config": config}, opened)
    return path


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    container = {"name": "transcribe-en", "options": {"sentiment": {"key": "it's secret"}}}
    config = {"speech:containers": {"objectValue": [container], "secret": True}}
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "pulumi"
    (tmp_path / "outputs.json").write_text(json.dumps(OUTPUTS))
    (tmp_path / "config.json").write_text(json.dumps(config))
    fake.write_text(
        f'#!/bin/sh\ncase "$1" in stack) cat {tmp_path}/outputs.json;; *) cat {tmp_path}/config.json;; esac\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")


def render(*words: object) -> Any:
    return CliRunner().invoke(app, ["render", *map(str, words)])


@pytest.mark.usefixtures("engine")
def test_endpoint_and_keys_come_from_the_stacks_outputs(file: Path, tmp_path: Path) -> None:
    done = render("compose", file, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    keys = (tmp_path / "out" / ".env").read_text()
    assert f"SPEECH_API_KEY='{KEY}'" in keys
    assert "SPEECH_BILLING='https://contoso.cognitiveservices.azure.com/'" in keys
    assert "start with" in done.output


@pytest.mark.usefixtures("engine")
def test_only_the_owner_reads_the_key_file(file: Path, tmp_path: Path) -> None:
    render("compose", file, "--out", tmp_path / "out")
    assert stat.S_IMODE((tmp_path / "out" / ".env").stat().st_mode) == 0o600


@pytest.mark.usefixtures("engine")
def test_a_key_file_that_others_could_read_is_closed(file: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".env").touch(mode=0o644)
    render("compose", file, "--out", tmp_path / "out")
    assert stat.S_IMODE((tmp_path / "out" / ".env").stat().st_mode) == 0o600


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("words", [("compose",), ("docker",), ("docker", "--shell", "powershell")])
def test_no_key_is_anywhere_but_in_the_key_file(file: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    done = render(words[0], file, "--out", tmp_path / "out", *words[1:])
    others = [path.read_text() for path in (tmp_path / "out").iterdir() if path.name != ".env"]
    assert others
    assert all(KEY not in text and "it's secret" not in text for text in [*others, done.output])


@pytest.mark.usefixtures("engine")
def test_the_secret_of_an_option_comes_from_the_stack_file(file: Path, tmp_path: Path) -> None:
    render("compose", file, "--out", tmp_path / "out")
    assert "SPEECH_TRANSCRIBE_EN_SENTIMENT_KEY='it'\\''s secret'" in (tmp_path / "out" / ".env").read_text()


@pytest.mark.usefixtures("no_engine")
def test_what_is_not_known_is_named_and_has_its_place(file: Path, tmp_path: Path) -> None:
    done = render("compose", file, "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert "write into .env (pulumi is not on PATH): SPEECH_BILLING, SPEECH_API_KEY" in done.output
    assert "\nSPEECH_API_KEY=\n" in (tmp_path / "out" / ".env").read_text()


@pytest.mark.usefixtures("no_engine")
def test_a_value_of_the_users_own_stays(file: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".env").write_text("SPEECH_API_KEY=mine\n")
    render("compose", file, "--out", tmp_path / "out")
    assert "SPEECH_API_KEY='mine'" in (tmp_path / "out" / ".env").read_text()


@pytest.mark.usefixtures("no_engine")
def test_a_bad_stack_file_is_refused_with_its_faults(file: Path, tmp_path: Path) -> None:
    file.write_text(file.read_text().replace("speech-to-text", "speech-to-txt"))
    done = render("compose", file, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert 'Did you mean "speech-to-text"?' in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_engine")
@pytest.mark.parametrize("form", ["compose", "docker"])
def test_a_stack_of_another_host_is_refused(file: Path, tmp_path: Path, form: str) -> None:
    file.write_text(file.read_text().replace("kind: docker", "kind: aks"))
    done = render(form, file, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "runs on aks: write  target: {kind: docker}" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("no_engine")
def test_a_truth_value_of_older_yaml_is_quoted(file: Path, tmp_path: Path) -> None:
    render("compose", file, "--out", tmp_path / "out")
    assert "restart: 'no'" in (tmp_path / "out" / "compose.yaml").read_text()
