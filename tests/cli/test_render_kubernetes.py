"""`speech render kubernetes` as a user runs it."""

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from speech.cli.main import app
from tests.stacks import stack_file

CUSTOM = {
    "name": "custom-med",
    "kind": "custom-speech-to-text",
    "version": "5.1.0",
    "model": {"id": "1f2e"},
    "demand": {"concurrent_streams": 2},
}
SENTIMENT = {
    "sentiment": {
        "host": "https://language.contoso.example/text/analytics/v3.0/sentiment",
        "key": {"secure": "v1:encrypted"},
    }
}
ENDPOINT = "https://contoso.cognitiveservices.azure.com/"
OUTPUTS = {
    "endpoint": ENDPOINT,
    "keys": {"key1": "a-key", "key2": "another-key"},
    "references": {
        "key_version": "0123abcd",
        "secret": "speech-key1-0123abcd",
        "secrets": {"transcribe-en": "transcribe-en-options-9f9f9f9f"},
        "model_billing": None,
        "model_secret": None,
    },
}


@pytest.fixture(autouse=True)
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "outputs.json").write_text(json.dumps(OUTPUTS))
    fake = tmp_path / "bin" / "pulumi"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\ncat {tmp_path}/outputs.json\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")


def render(folder: Path, *changes: tuple[str, object]) -> tuple[Any, dict[str, list[Any]]]:
    """What the command said, and the documents by file."""
    path = folder / "Pulumi.edge.yaml"
    kubernetes = ("speech:target", {"kind": "kubernetes"})
    with path.open("w") as opened:
        YAML().dump({"config": stack_file(kubernetes, *changes)}, opened)
    done = CliRunner().invoke(app, ["render", "kubernetes", str(path), "--out", str(folder / "out")])
    written = sorted((folder / "out").iterdir()) if (folder / "out").exists() else []
    return done, {each.name: list(YAML(typ="safe").load_all(each.read_text())) for each in written}


def kinds(documents: list[Any]) -> list[str]:
    return [each["kind"] for each in documents]


def test_what_is_fetched_is_a_file_of_its_own_before_what_serves(tmp_path: Path) -> None:
    done, files = render(tmp_path, ("speech:containers", [CUSTOM]))
    assert done.exit_code == 0, done.output
    assert list(files) == ["1-shared.yaml", "2-setup.yaml", "3-containers.yaml"]
    assert kinds(files["1-shared.yaml"])[:2] == ["Namespace", "ServiceAccount"]
    assert kinds(files["2-setup.yaml"]) == ["PersistentVolumeClaim", "Job"]
    assert "Deployment" in kinds(files["3-containers.yaml"])
    assert done.output.index("2-setup.yaml") < done.output.index("condition=complete") < done.output.index("3-cont")


def test_two_runs_that_fill_one_volume_are_never_applied_at_once(tmp_path: Path) -> None:
    shown = {**CUSTOM, "model": {"id": "1f2e", "display": {"locale": "en-US", "types": ["FullDisplay"]}}}
    done, files = render(tmp_path, ("speech:containers", [shown, {**CUSTOM, "name": "custom-law"}]))
    assert list(files) == ["1-shared.yaml", "2-setup.yaml", "3-setup-2.yaml", "4-containers.yaml"]
    assert kinds(files["2-setup.yaml"]).count("Job") == 2, "one of each container"
    assert kinds(files["3-setup-2.yaml"]) == ["Job"]
    assert done.output.count("condition=complete") == 2


def test_a_stack_that_fetches_nothing_has_no_such_file_any_more(tmp_path: Path) -> None:
    render(tmp_path, ("speech:containers", [CUSTOM]))
    _, files = render(tmp_path)
    assert list(files) == ["1-shared.yaml", "2-containers.yaml"]


def test_no_file_holds_a_secret_and_the_names_of_those_that_must_be_there_are_told(tmp_path: Path) -> None:
    done, files = render(tmp_path, ("speech:containers[0].options", SENTIMENT))
    documents = [each for every in files.values() for each in every]
    assert "Secret" not in kinds(documents)
    assert "  speech-key1: api-key" in done.output
    assert "  transcribe-en-options: sentiment-key" in done.output


@pytest.mark.usefixtures("engine")
def test_endpoint_and_names_are_those_of_the_stack_and_keys_stay_where_they_are(tmp_path: Path) -> None:
    done, files = render(tmp_path, ("speech:containers[0].options", SENTIMENT))
    (deployment,) = [each for each in files["2-containers.yaml"] if each["kind"] == "Deployment"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    variables = {each["name"]: each.get("value", each.get("valueFrom")) for each in container["env"]}
    assert variables["SPEECH_BILLING"] == ENDPOINT
    assert variables["SPEECH_API_KEY"]["secretKeyRef"]["name"] == "speech-key1-0123abcd"
    assert variables["SPEECH_SENTIMENT_KEY"]["secretKeyRef"]["name"] == "transcribe-en-options-9f9f9f9f"
    assert "places to fill" not in done.output
    texts = [each.read_text() for each in (tmp_path / "out").iterdir()]
    assert not any("a-key" in text or "another-key" in text for text in [*texts, done.output])


def test_without_outputs_there_are_places_to_fill(tmp_path: Path) -> None:
    done, _ = render(tmp_path)
    assert "places to fill (pulumi is not on PATH)" in done.output
    assert "<endpoint of the Speech account>" in (tmp_path / "out" / "2-containers.yaml").read_text()


def test_on_aks_the_key_comes_from_the_vault_and_no_secret_is_asked_for(tmp_path: Path) -> None:
    done, files = render(tmp_path, ("speech:target", {"kind": "aks"}))
    (found,) = [each for each in files["1-shared.yaml"] if each["kind"] == "SecretProviderClass"]
    assert found["spec"]["parameters"]["keyvaultName"] == "<name of the vault>"
    assert "Secrets that must be there" not in done.output


def test_a_stack_without_a_cluster_is_refused(tmp_path: Path) -> None:
    done, files = render(tmp_path, ("speech:target", {"kind": "docker"}))
    assert (done.exit_code, files) == (2, {})
    assert "runs on docker, not in a cluster" in done.stderr
