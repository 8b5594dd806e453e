"""`speech catalog` and `speech plan` as a person and a pipeline see them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from speech.catalog import documents
from speech.cli.catalog import registry, retail
from speech.cli.main import app
from tests.catalog_refresh import doubles
from tests.catalog_refresh.conftest import Project, Run

REPOSITORY = Path(__file__).resolve().parents[2]
STACK = "Pulumi.prod.yaml"
pytestmark = pytest.mark.usefixtures("project")


def speech(*words: str) -> Result:
    """In this process, which reads the catalogue anew."""
    documents.forget()
    return CliRunner().invoke(app, words)


def process(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "speech.cli", *words],
        cwd=project.folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def stack(project: Project) -> Path:
    """A stack that asks for a tag which ours does not know."""
    file = project.folder / STACK
    text = (REPOSITORY / "stacks" / "Pulumi.sandbox.yaml").read_text()
    file.write_text(text.replace("5.1.0", "5.9.0"))
    return file


def test_a_tag_that_was_asked_for_is_no_unknown_tag_any_more(
    run: Run, stack: Path, listed: dict[str, list[str]]
) -> None:
    before = speech("plan", str(stack), "--json")
    assert [each for each in json.loads(before.stdout)["warnings"] if "is not in the catalogue" in each["message"]]
    run(
        registry.VARIABLE,
        doubles.registry(listed | {"speech-to-text": [*listed["speech-to-text"], "5.9.0-amd64-en-us"]}),
    )
    refreshed = speech("catalog", "refresh", "--what", "tags")
    assert refreshed.exit_code == 0, refreshed.stderr
    assert "added    speech-to-text: 5.9.0-amd64-en-us" in refreshed.stdout
    after = json.loads(speech("plan", str(stack), "--json").stdout)
    assert not [each for each in after["warnings"] if "is not in the catalogue" in each["message"]]


def test_a_price_that_was_asked_for_is_the_plan_s_with_its_date(
    run: Run, stack: Path, prices: list[dict[str, Any]]
) -> None:
    before = json.loads(speech("plan", str(stack), "--json").stdout)["monthly_cost_usd"]
    run(retail.VARIABLE, doubles.retail([each | {"retailPrice": each["retailPrice"] * 0.9} for each in prices]))
    done = speech("catalog", "refresh", "--what", "prices", "--region", "westeurope", "--json")
    content = json.loads(done.stdout)
    assert content["written"] is True
    assert {each["what"] for each in content["changes"]} == {"changed"}
    after = json.loads(speech("plan", str(stack), "--json").stdout)["monthly_cost_usd"]
    assert (before["as_of"], after["as_of"]) == ("2026-06-18", content["as_of"])
    lines = speech("plan", str(stack)).stdout.splitlines()
    assert lines[0].endswith(f"prices of {content['as_of']}")


def test_a_command_that_cannot_reach_a_service_ends_with_1_and_words(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(registry.VARIABLE, "http://127.0.0.1:9")
    done = speech("catalog", "refresh", "--what", "tags")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("127.0.0.1:9 cannot be reached")
    assert "Traceback" not in done.stderr
    assert not (project.folder / "catalog").exists()


def test_a_document_of_one_s_own_that_is_wrong_stops_plan_and_show_with_2(project: Project, stack: Path) -> None:
    folder = project.folder / "catalog"
    folder.mkdir()
    (folder / "tags.json").write_text('{"as_of": "2026-11-01", "source": "x", "kind": {}}')
    for words in (("plan", str(stack)), ("catalog", "show")):
        done = speech(*words)
        assert done.exit_code == 2
        assert "catalog/tags.json: kind  is no key" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_stack_of_another_project_is_planned_with_that_project_s_catalogue(
    project: Project, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project.folder / "catalog"
    folder.mkdir()
    (folder / "tags.json").write_text("{")
    monkeypatch.chdir(project.folder.parent)
    done = speech("plan", str(stack))
    assert done.exit_code == 2
    assert f"{project.folder.name}/catalog/tags.json" in done.stderr


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ((), "vm_sizes"),
        (("kinds",), "language-identification"),
        (("speech-to-text",), "mcr.microsoft.com/azure-cognitive-services"),
        (("speech-to-text", "de-de"), "3.7.0-amd64-de-de"),
        (("neural-text-to-speech", "en-US"), "AriaNeural"),
        (("fast-transcription",), "1.0.0"),
        (("sizes", "--region", "eastus"), "Standard_F8s_v2"),
        (("standard_d8s_v5",), "standardDSv5Family"),
        (("prices",), "speech-to-text 2,000"),
        (("limits",), "container-instances.vcpu"),
        (("retail",), "infracost"),
        (("egress",), "mcr.microsoft.com"),
        (("tags",), "documented"),
    ],
)
def test_every_page_fits_80_columns_and_is_json_too(words: tuple[str, ...], shown: str) -> None:
    done = speech("catalog", "show", *words)
    assert done.exit_code == 0, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    content = speech("catalog", "show", *words, "--json").stdout
    assert set(json.loads(content)) == {"title", "facts", "rows"}
    assert shown in done.stdout


def test_rows_of_one_s_own_are_marked(project: Project) -> None:
    folder = project.folder / "catalog"
    folder.mkdir()
    said = {"as_of": "2026-11-20", "source": "our price sheet"}
    size = {"name": "Standard_D8s_v5", "usd_per_hour": {"westeurope": 0.25}}
    tag = {"versions": ["5.9.0"], "locales": ["de-DE"]}
    (folder / "vm_sizes.json").write_text(json.dumps({**said, "sizes": [size]}))
    (folder / "tags.json").write_text(json.dumps({**said, "kinds": {"speech-to-text": {"tags": [tag]}}}))
    rows = json.loads(speech("catalog", "show", "sizes", "--json").stdout)["rows"]
    assert [row["size"] for row in rows if row["yours"]] == ["Standard_D8s_v5"]
    rows = json.loads(speech("catalog", "show", "speech-to-text", "de-DE", "--json").stdout)["rows"]
    assert [(row["tag"], row["source"]) for row in rows if row["yours"]] == [("5.9.0-amd64-de-de", "our price sheet")]
    rows = json.loads(speech("catalog", "show", "--json").stdout)["rows"]
    assert {row["document"]: row["of yours"] for row in rows if row["of yours"]} == {"tags": 1, "vm_sizes": 1}
    text = speech("catalog", "show", "sizes").stdout
    assert "* " in text
    assert "is of your own catalogue" in text


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("speech-to-txt",), 'Did you mean "speech-to-text"?'),
        (("speech-to-text", "de-DD"), '"de-DD" is no locale of speech-to-text'),
        (("sizes", "large"), "only a kind takes a second word"),
        (("sizes", "--region", "atlantis"), '"atlantis" has no Speech service'),
    ],
)
def test_a_word_that_means_nothing_is_refused_with_a_hint(words: tuple[str, ...], fault: str) -> None:
    done = speech("catalog", "show", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert fault in done.stderr


def test_sizes_without_a_subscription_say_what_is_missing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"):
        monkeypatch.delenv(name, raising=False)
    done = process(project, "catalog", "refresh")
    assert done.returncode == 1
    assert "no subscription is chosen" in done.stderr


def test_showing_needs_no_sdk(project: Project) -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from speech.cli.main import app;"
        "assert CliRunner().invoke(app, ['catalog', 'show', 'prices']).exit_code == 0;"
        "print([name for name in sys.modules if name.startswith(('azure', 'pulumi', 'requests'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project.folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        text=True,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == "[]"
    assert documents.names()
