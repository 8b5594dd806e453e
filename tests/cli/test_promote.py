"""What ran in one stack goes to another's file, and nothing else changes there."""

import difflib
import json
from pathlib import Path

import pytest

from operations.stacks.promotion import PromotionError, advanced, promotion
from speech.files import stack_file
from speech.settings.parse import parse
from tests.cli.test_plan import REPOSITORY, speech
from tests.stacks import DEV
from tests.stacks import stack_file as made

DIGEST = "sha256:" + "ab" * 32
FILE = """\
# A comment that stays.
config:
  azure-native:location: westeurope
  speech:environment: test
  speech:account: {custom_domain: contoso-speech-test} # unique
  speech:billing: {eula: accept}
  speech:target:
    kind: aks
  speech:containers:
    - name: transcribe-en
      kind: speech-to-text
      locale: en-US
      version: 5.0.3   # proved in June
      demand: {concurrent_streams: 40}
    - {name: which-language, kind: language-identification, version: "1.16.0", demand: {concurrent_streams: 4}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text((REPOSITORY / "Pulumi.yaml").read_text())
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.to.yaml").write_text(FILE)
    (tmp_path / "stacks" / "Pulumi.from.yaml").write_text(
        FILE.replace("test", "dev", 1).replace("5.0.3", "5.1.0").replace('"1.16.0"', "1.18.0")
    )
    return tmp_path


def changed(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


def test_versions_change_in_their_lines_and_nothing_else_does(project: Path) -> None:
    shown = speech("promote", "from", "to", "--files-only", cwd=project)
    assert shown.returncode == 0, shown.stderr
    after = (project / "stacks" / "Pulumi.to.yaml").read_text()
    assert changed(FILE, after) == [
        "-       version: 5.0.3   # proved in June",
        "+       version: 5.1.0   # proved in June",
        '-     - {name: which-language, kind: language-identification, version: "1.16.0", demand: {concurrent_streams: 4}}',
        "+     - {name: which-language, kind: language-identification, version: 1.18.0, demand: {concurrent_streams: 4}}",
    ]
    assert "+      version: 5.1.0   # proved in June" in shown.stdout


def test_a_second_promotion_finds_nothing_to_do(project: Path) -> None:
    speech("promote", "from", "to", "--files-only", cwd=project)
    shown = speech("promote", "from", "to", "--files-only", cwd=project)
    assert shown.stdout == "nothing to promote: the images are those of from\n"


def test_a_dry_run_shows_the_change_and_writes_nothing(project: Path) -> None:
    shown = speech("promote", "from", "to", "--files-only", "--dry-run", cwd=project)
    assert "would be changed" in shown.stdout
    assert (project / "stacks" / "Pulumi.to.yaml").read_text() == FILE


def test_a_version_gives_way_to_a_digest(project: Path) -> None:
    source = project / "stacks" / "Pulumi.from.yaml"
    source.write_text(source.read_text().replace("version: 5.1.0", f"digest: {DIGEST}"))
    assert speech("promote", "from", "to", "--files-only", cwd=project).returncode == 0
    after = stack_file.keys(project / "stacks" / "Pulumi.to.yaml")["speech:containers"][0]
    assert after["digest"] == DIGEST
    assert "version" not in after


def test_an_image_of_ones_own_keeps_its_repository() -> None:
    own = {"name": "a", "kind": "speech-to-text", "locale": "en-US", "demand": {"concurrent_streams": 4}}
    images = [{"repository": f"{where}.example/stt", "tag": tag} for where, tag in (("dev", "2"), ("prod", "1"))]
    source, target = (parse(made(("speech:containers", [{**own, "image": image}]))).stack for image in images)
    (step,) = promotion(source, target).steps
    text = "config:\n  speech:containers:\n    - name: a\n      image: {repository: prod.example/stt, tag: '1'}\n"
    assert advanced(text, [step]) == text.replace("tag: '1'", "tag: 2")


def test_containers_that_are_not_the_same_thing_are_kept_with_the_reason() -> None:
    (one,) = DEV["speech:containers"]
    german = parse(made(("speech:containers", [{**one, "locale": "de-DE"}]))).stack
    (kept,) = promotion(german, parse(made()).stack).kept
    assert kept == ("transcribe-en", "it speaks de-DE there, en-US here")


def test_a_container_that_only_the_first_has_is_named_and_not_added() -> None:
    (one,) = DEV["speech:containers"]
    two = parse(made(("speech:containers", [one, {**one, "name": "transcribe-two"}]))).stack
    assert promotion(two, parse(made()).stack).missing == ("transcribe-two",)


def test_a_promotion_that_the_target_cannot_take_is_refused_and_not_written(project: Path) -> None:
    source, target = (project / "stacks" / f"Pulumi.{name}.yaml" for name in ("from", "to"))
    source.write_text(source.read_text().replace("5.1.0", "5.9.9"))
    target.write_text(FILE.replace("environment: test", "environment: prod").replace("kind: aks", "kind: docker"))
    before = target.read_text()
    shown = speech("promote", "from", "to", "--files-only", cwd=project)
    assert shown.returncode == 2
    assert "unknown-tag" in shown.stderr, "only a warning in dev, a fault in prod"
    assert target.read_text() == before


def test_containers_that_stand_elsewhere_are_not_guessed_at() -> None:
    (one,) = DEV["speech:containers"]
    source = parse(made(("speech:containers", [{**one, "version": "5.0.3"}]))).stack
    steps = promotion(source, parse(made()).stack).steps
    with pytest.raises(PromotionError, match="no list in the file itself"):
        advanced("config:\n  speech:containers: '[]'\n", steps)


def test_what_runs_is_asked_of_the_engine_and_an_unknown_is_no_yes(project: Path) -> None:
    shown = speech("promote", "from", "to", cwd=project, PATH="")
    assert shown.returncode == 1
    assert "what it runs is not known" in shown.stderr
    assert (project / "stacks" / "Pulumi.to.yaml").read_text() == FILE


@pytest.mark.parametrize("runs", ["5.0.0", "5.1.0"])
def test_only_what_runs_is_promoted(project: Path, runs: str) -> None:
    _, plan = stack_file.planned(project / "stacks" / "Pulumi.from.yaml")
    containers = {each.name: {"image": each.image.replace("5.1.0", runs)} for each in plan.containers}
    engine = project / "bin" / "pulumi"
    engine.parent.mkdir()
    engine.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps({'containers': containers})}\nEND\n")
    engine.chmod(0o755)
    shown = speech("promote", "from", "to", cwd=project, PATH=f"{engine.parent}:/usr/bin:/bin")
    assert shown.returncode == (0 if runs == "5.1.0" else 1), shown.stderr
    assert runs == "5.1.0" or "its file is ahead of what runs" in shown.stderr


def test_as_json_it_is_one_document(project: Path) -> None:
    found = json.loads(speech("promote", "from", "to", "--files-only", "--json", cwd=project).stdout)
    assert found["written"] is True
    assert [step["after"] for step in found["steps"]] == ["version: 5.1.0", "version: 1.18.0"]
