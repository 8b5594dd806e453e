"""`speech models list`: logs as the vendor's pages print them, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from speech.cli.main import app
from speech.cli.models import read
from speech.files.stack_file import FailedError
from tests.stacks import stack_file

# As the page on custom speech to text printed it, 2022-01.
LOG = """\
Checking available base model for en-us
2020/10/30 21:54:20 [Info] Searching available base models for en-us
2020/10/30 21:54:21 [Info] [Base model] Locale: en-us, CreatedDate: 2017-08-17T12:00:00Z, Id: a1f8db59-40ff-4f0e
2020/10/30 21:54:21 [Info] [Base model] Locale: en-us, CreatedDate: 2016-11-04T08:23:42Z, Id: a3d8aab9-6f36-44cd
2020/10/30 21:54:21 [Fatal] Please run this tool again and assign --modelId '<one above base model id>'. If no model
id listed above, it means currently there is no available base model for en-us
"""
NONE = """\
Checking available base model for xx-xx
2020/10/30 21:54:21 [Fatal] Please run this tool again and assign --modelId '<one above base model id>'.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return _written(tmp_path, version="5.0.0")


def _written(folder: Path, version: str) -> Path:
    container = {
        "name": "custom-med",
        "kind": "custom-speech-to-text",
        "version": version,
        "model": {"id": "1f2e3d4c-0000-4000-8000-000000000000"},
        "demand": {"concurrent_streams": 2},
    }
    path = folder / "Pulumi.edge.yaml"
    with path.open("w") as opened:
        YAML().dump(
            {"config": stack_file(("speech:target", {"kind": "docker"}), ("speech:containers", [container]))}, opened
        )
    return path


def _list(*words: object, given: str | None = None) -> Any:
    return CliRunner().invoke(app, ["models", "list", *map(str, words)], input=given)


def test_a_run_that_ends_with_a_fatal_line_is_good_when_it_has_listed_models() -> None:
    # seed-rows, Custom models: query of base models
    assert [model.id for model in read(LOG, "en-US", "here").models] == ["a3d8aab9-6f36-44cd", "a1f8db59-40ff-4f0e"]


def test_a_run_that_lists_none_is_no_success_and_names_the_locale() -> None:
    with pytest.raises(FailedError, match="no model for xx-XX"):
        read(NONE, "xx-XX", "here")


def test_a_log_of_another_machine_is_read_from_standard_input(file: Path) -> None:
    done = _list(file, "--locale", "en-US", "--log", "-", given=LOG)
    assert done.exit_code == 0, done.output
    assert "2016-11-04  en-us  a3d8aab9-6f36-44cd  Base model" in done.output
    assert "run on another machine" in done.output


def test_the_listing_is_one_json_document(file: Path) -> None:
    told = json.loads(_list(file, "--locale", "en-US", "--log", "-", "--json", given=LOG).stdout)
    assert told["models"][0] == {
        "sort": "Base model",
        "locale": "en-us",
        "created": "2016-11-04T08:23:42Z",
        "id": "a3d8aab9-6f36-44cd",
    }
    assert "another machine" in told["ran_on"]


def test_nothing_listed_is_a_failure_with_the_runs_last_line(file: Path) -> None:
    done = _list(file, "--locale", "xx-XX", "--log", "-", given=NONE)
    assert done.exit_code == 1
    assert "[Fatal] Please run this tool again" in done.stderr


def test_without_outputs_the_remedy_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    done = _list(file, "--locale", "en-US")
    assert done.exit_code == 1
    assert "is the stack up?" in done.stderr


def test_an_image_below_the_first_version_lists_nothing(tmp_path: Path) -> None:
    # seed-rows, Settings with a first version: base query 2.6.0
    done = _list(_written(tmp_path, version="2.5.0"), "--locale", "en-US")
    assert done.exit_code == 2
    assert "the first is 2.6.0" in done.stderr


def test_a_type_of_display_model_that_does_not_exist_is_refused(file: Path) -> None:
    done = _list(file, "--locale", "en-US", "--display", "Punkt")
    assert done.exit_code == 2
    assert "there are FullDisplay, Punct, Rescore, Resegment, Wfstitn" in done.stderr
