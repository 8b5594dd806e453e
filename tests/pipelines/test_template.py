"""A user's own repository, made from the template as docs/pipelines.md says; the toolkit's place is taken by a link to it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.home import REPOSITORY, Home
from sandbox.running import start, stop
from tests.engine_harness import Project
from tests.pipelines.files import TEMPLATE


def made(folder: Path) -> Path:
    """The template with the sandbox stack's file."""
    shutil.copytree(TEMPLATE, folder)
    (folder / "toolkit").symlink_to(REPOSITORY)
    (folder / ".venv").symlink_to(REPOSITORY / ".venv")
    (folder / "stacks").mkdir()
    shutil.copy(REPOSITORY / "stacks" / "Pulumi.sandbox.yaml", folder / "stacks" / "Pulumi.dev.yaml")
    return folder


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    """`make lint` there, the toolkit's set-up left out: it is that of this repository."""
    return subprocess.run(
        ["make", "--old-file=setup", "lint"], cwd=folder, capture_output=True, text=True, env=os.environ, check=False
    )


def test_make_lint_names_the_files_that_are_right(tmp_path: Path) -> None:
    done = lint(made(tmp_path / "ours"))
    assert done.returncode == 0, done.stderr
    assert "stacks/Pulumi.dev.yaml: right" in done.stdout


def test_make_lint_shows_the_faults_of_every_file(tmp_path: Path) -> None:
    folder = made(tmp_path / "ours")
    for name in ("one", "two"):
        (folder / "stacks" / f"Pulumi.{name}.yaml").write_text("config: {speech:environment: production}\n")
    done = lint(folder)
    assert done.returncode != 0
    assert "stacks/Pulumi.one.yaml" in done.stderr
    assert "stacks/Pulumi.two.yaml" in done.stderr


def test_the_template_pins_the_actions_of_this_repository() -> None:
    for file in (REPOSITORY / ".github" / "workflows").glob("*.yml"):
        ours = [line for line in file.read_text().splitlines() if "uses:" in line]
        theirs = [
            line for line in (TEMPLATE / ".github/workflows" / file.name).read_text().splitlines() if "uses:" in line
        ]
        assert ours == theirs


def test_speech_finds_the_engine_beside_it_where_no_environment_is_active(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: speech\nruntime: python\nstackConfigDir: stacks\n")
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.dev.yaml").write_text((REPOSITORY / "stacks" / "Pulumi.sandbox.yaml").read_text())
    done = subprocess.run(
        [Path(sys.executable).with_name("speech"), "pipeline", "drift"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PULUMI_BACKEND_URL": f"file://{tmp_path}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "# No drift\n\n0 stacks: each is as its file says.\n", done.stderr


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Project]:
    """The repository in a sandbox."""
    home = Home(tmp_path / "home")
    try:
        yield Project(made(tmp_path / "ours"), start(home))
    finally:
        stop(home)


@pytest.mark.engine
@pytest.mark.long
def test_the_toolkits_program_and_policies_serve_the_users_repository(ours: Project) -> None:
    ours.pulumi("stack", "init", "dev")
    pack = ours.folder / "toolkit" / "policies"
    run = ours.preview("--stack", "dev", "--policy-pack", str(pack))
    assert run.changes["create"] > 10
    listed = json.loads(ours.pulumi("stack", "ls", "--json").out)
    assert [one["name"] for one in listed] == ["dev"]
