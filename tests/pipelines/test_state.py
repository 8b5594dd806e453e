"""docs/state-backends.md, as far as a folder shows it."""

from collections.abc import Iterator

import pytest

from sandbox.home import Home
from sandbox.running import start, stop
from tests.pipelines.project import Repository

pytestmark = [pytest.mark.engine, pytest.mark.long]


@pytest.fixture
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """One stack, up."""
    home = Home(tmp_path_factory.mktemp("state") / "home")
    try:
        project = Repository(home, start(home), {"one": []})
        project.pulumi("stack", "init", "one")
        project.up("--stack", "one")
        yield project
    finally:
        stop(home)


def test_a_stack_that_has_moved_to_another_backend_changes_nothing(team: Repository) -> None:
    state = team.folder / "state.json"
    state.write_text(team.pulumi("stack", "export", "--stack", "one", "--show-secrets").out)
    other = team.folder.parent / "other"
    other.mkdir()
    there = {"PULUMI_BACKEND_URL": f"file://{other}"}
    team.pulumi("stack", "init", "one", **there)
    team.pulumi("stack", "import", "--stack", "one", "--file", str(state), **there)
    state.unlink()
    team.pulumi("preview", "--stack", "one", "--expect-no-changes", **there)
