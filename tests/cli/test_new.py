"""A stack file from a few answers, as a person and a pipeline get it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from speech.files import stack_file
from tests.cli.test_plan import REPOSITORY, speech

ANSWERS = ("--location", "westeurope", "--custom-domain", "contoso-speech-x", "--container", "speech-to-text:en-US=12")
AKS = ("--environment", "dev", "--target", "aks", *ANSWERS)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text((REPOSITORY / "Pulumi.yaml").read_text())
    return tmp_path


def test_what_it_writes_can_be_planned_at_once(project: Path) -> None:
    shown = speech("new", *AKS, "--accept-eula", cwd=project)
    assert shown.returncode == 0, shown.stderr
    assert "  speech plan dev-westeurope\n" in shown.stdout
    planned = speech("plan", "dev-westeurope", cwd=project)
    assert planned.returncode == 0, planned.stderr
    assert "speech-to-text-en-us" in planned.stdout


def test_a_default_of_the_environment_that_is_written_out_changes_nothing(project: Path) -> None:
    speech("new", *AKS, "--accept-eula", cwd=project)
    file = project / "stacks" / "Pulumi.dev-westeurope.yaml"
    before = stack_file.planned(file)
    text = file.read_text()
    assert "# tier: Free" in text
    assert "# scaling: {min_replicas: 1}" in text
    for word in ("tier", "zones", "authentication", "system_nodes", "scaling", "probes", "protect"):
        text = text.replace(f"# {word}:", f"{word}:")
    file.write_text(text)
    after = stack_file.planned(file)
    assert after[0].stack == before[0].stack
    assert [path for path, _ in after[0].picked] == ["speech:containers[0].options.logging.level"]


def test_the_licence_is_never_accepted_for_the_user(project: Path) -> None:
    shown = speech("new", *AKS, cwd=project)
    assert shown.returncode == 0
    assert "speech:billing.eula" in shown.stdout
    assert speech("plan", "dev-westeurope", cwd=project).returncode == 2


def test_what_is_left_to_the_user_is_said(project: Path) -> None:
    shown = speech("new", "--environment", "prod", "--target", "aks", *ANSWERS, "--accept-eula", cwd=project)
    assert "still to be written in it:\n  speech:target.admin_group_ids" in shown.stdout


def test_wrong_answers_are_refused_all_at_once_and_nothing_is_written(project: Path) -> None:
    shown = speech(
        "new", "--environment", "dv", "--target", "akz", "--location", "westeurope", "--custom-domain", "x",
        "--container", "speech-to-txt", "--container", "speech-to-text:en-US=many", cwd=project,
    )  # fmt: skip
    assert shown.returncode == 2
    assert shown.stderr.splitlines() == [
        '--environment "dv": is none of dev, test, prod. Did you mean "dev"?',
        '--target "akz": is none of aks, kubernetes, container-instances, docker. Did you mean "aks"?',
        '--container "speech-to-txt": "speech-to-txt" is no kind. Did you mean "speech-to-text"?',
        '--container "speech-to-text:en-US=many": "many" is no number of streams',
    ]
    assert not (project / "stacks").exists()


def test_a_region_or_locale_that_is_none_is_refused_with_the_nearest(project: Path) -> None:
    words = ["westeurpe" if word == "westeurope" else word for word in AKS]
    shown = speech("new", *words, cwd=project)
    assert shown.returncode == 2
    assert 'did you mean "westeurope"?' in shown.stderr.replace("Did", "did")
    assert not (project / "stacks").exists()


def test_what_works_at_ones_own_risk_is_acknowledged_by_name(project: Path) -> None:
    groups = ("--environment", "test", "--target", "container-instances", *ANSWERS, "--accept-eula")
    refused = speech("new", *groups, cwd=project)
    assert refused.returncode == 2
    assert "no-avx2-guarantee" in refused.stderr
    assert speech("new", *groups, "--acknowledge", "no-avx2-guarantee", cwd=project).returncode == 0


def test_a_file_that_is_there_is_kept(project: Path) -> None:
    speech("new", *AKS, cwd=project)
    file = project / "stacks" / "Pulumi.dev-westeurope.yaml"
    file.write_text("config: {}\n")
    shown = speech("new", *AKS, cwd=project)
    assert shown.returncode == 2
    assert "--force writes over it" in shown.stderr
    assert file.read_text() == "config: {}\n"
    assert speech("new", *AKS, "--force", cwd=project).returncode == 0


def test_without_a_terminal_everything_that_is_missing_is_named(project: Path) -> None:
    shown = speech("new", "--location", "westeurope", cwd=project)
    assert shown.returncode == 2
    assert shown.stderr == "no terminal to ask on: give  --environment  --target  --custom-domain  --container\n"


def test_on_a_terminal_it_asks_for_the_rest(project: Path) -> None:
    ours, theirs = pty.openpty()
    asking = subprocess.Popen(
        [sys.executable, "-m", "speech.cli", "new", "--location", "westeurope"],
        cwd=project, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    os.write(ours, b"test\naks\ncontoso-speech-y\nspeech-to-text:de-DE=4\n\ny\n")
    said, _ = asking.communicate(timeout=30)
    os.close(ours)
    os.close(theirs)
    assert asking.returncode == 0, said
    text = (project / "stacks" / "Pulumi.test-westeurope.yaml").read_text()
    assert "locale: de-DE" in text
    assert "    eula: accept" in text
