"""That the linters of workflows find what they are there for."""

import subprocess
from pathlib import Path

import pytest

from conformance.parts import find
from sandbox.home import REPOSITORY
from tests.pipelines.linters import ACTIONLINT, FOLDERS, actionlint, zizmor

WORKFLOW = REPOSITORY / ".github" / "workflows" / "pull-request.yml"


def seeded(folder: Path, old: str, new: str) -> Path:
    """A copy of the pull request's workflow with a fault, in a repository of its own."""
    file = folder / ".github" / "workflows" / WORKFLOW.name
    file.parent.mkdir(parents=True)
    text = WORKFLOW.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    return file


def status(command: list[str | Path]) -> int:
    """Of one linter."""
    return subprocess.run(command, capture_output=True, check=False, cwd=REPOSITORY).returncode


def test_zizmor_finds_nothing_in_the_workflows_of_both_repositories() -> None:
    assert len(FOLDERS) == 2
    assert status(zizmor(FOLDERS)) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("run: make lint", 'run: echo "${{ github.event.pull_request.title }}"'),
        ("@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2", "@v6"),
        ("permissions: {}", "permissions: write-all"),
        ("on: pull_request", "on: pull_request_target"),
    ],
    ids=["injection", "unpinned", "rights", "forks with rights"],
)
def test_zizmor_finds_what_leaks(tmp_path: Path, old: str, new: str) -> None:
    assert status(zizmor([seeded(tmp_path, old, new).parents[1]])) != 0


def test_actionlint_finds_an_expression_that_is_none(tmp_path: Path) -> None:
    found = find([ACTIONLINT])
    if found is None:
        pytest.skip("actionlint is not built yet: make pipelines")
    wrong = seeded(tmp_path, "vars.PULUMI_BACKEND_URL != ''", "vars.PULUMI_BACKEND_URL !== ''")
    assert status(actionlint(found["actionlint"], [wrong])) != 0
    assert status(actionlint(found["actionlint"], [WORKFLOW])) == 0
