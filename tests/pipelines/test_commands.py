"""`speech pipeline` as a job runs it: in a team's repository, against the sandbox, writing to doubles over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.home import Home
from sandbox.running import start, stop
from tests.pipelines.doubles import AzureDevOps, GitHub
from tests.pipelines.project import Repository, repository

pytestmark = [pytest.mark.engine, pytest.mark.long]
TWICE = ("speech:containers[0].demand", {"concurrent_streams": 8, "hours_a_month": 200})


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """Two stacks, of which `one` is up, committed."""
    home = Home(tmp_path_factory.mktemp("pipelines") / "home")
    try:
        project = Repository(home, start(home), {"one": [], "two": []})
        project.pulumi("stack", "init", "one")
        project.up("--stack", "one")
        yield repository(project)
    finally:
        stop(home)


@pytest.fixture(autouse=True)
def as_committed(team: Repository) -> Iterator[None]:
    """Each test begins with the files of the first commit."""
    yield
    team.git("checkout", "--quiet", "--force", "main")
    team.git("clean", "--quiet", "--force", "-d")


def test_a_change_that_touches_no_stack_says_so(team: Repository) -> None:
    (team.folder / "README.md").write_text("words\n")
    team.git("add", "--all")
    said = team.speech("pipeline", "comment", "--base", "HEAD")
    assert said.code == 0, said.text
    assert said.out == "## Stacks\n\nNo stack is touched by this change.\n"


def test_a_changed_stack_is_told_with_its_cost_and_its_changes(team: Repository) -> None:
    team.write("one", TWICE, ("speech:tags", {"team": "speech"}))
    said = team.speech("pipeline", "comment", "--base", "HEAD")
    assert said.code == 0, said.text
    assert "| one | changed | ~3 | " in said.out
    assert "~ azure-native:cognitiveservices:Account speech-account: tags" in said.out
    assert "*    streams        4                  8" in said.out
    assert "| kept |" in said.out
    assert "two" not in said.out


def test_a_new_stack_is_planned_and_not_previewed(team: Repository) -> None:
    team.write("three")
    team.git("add", "--all")
    said = team.speech("pipeline", "comment", "--base", "HEAD")
    assert said.code == 0, said.text
    assert "| three | new | not up yet |" in said.out
    assert "transcribe-en  speech-to-text:5.1.0" in said.out


def test_the_same_is_told_as_one_json_document(team: Repository) -> None:
    team.write("one", TWICE, ("speech:tags", {"team": "speech"}))
    said = team.speech("pipeline", "comment", "--base", "HEAD", "--json")
    (stack,) = said.document["stacks"]
    assert (stack["name"], stack["file"], stack["refused"]) == ("one", "changed", False)
    assert {change["action"] for change in stack["preview"]["changes"]} == {"update"}
    assert stack["monthly_cost_usd"]["after"] is None  # hosts of one's own have no price


def test_a_refused_file_fails_and_shows_its_faults(team: Repository) -> None:
    team.write("one", ("speech:environment", "production"))
    said = team.speech("pipeline", "comment", "--base", "HEAD")
    assert said.code == 1, said.text
    assert "| one | changed | **refused** |" in said.out
    assert "speech:environment" in said.out


def test_a_deleted_file_is_told_that_its_resources_stay(team: Repository) -> None:
    (team.folder / "Pulumi.one.yaml").unlink()
    said = team.speech("pipeline", "comment", "--base", "HEAD")
    assert "| one | gone | stay: no file asks for them |" in said.out
    assert "pulumi destroy --stack one" in said.out


def test_a_broken_policy_fails_and_says_which(team: Repository) -> None:
    # The account of a stack in prod must not be open.
    team.write(
        "one",
        ("speech:environment", "prod"),
        ("speech:account", {"custom_domain": "contoso-speech-one", "protect": False}),
    )
    said = team.speech("pipeline", "comment", "--base", "HEAD")
    assert said.code == 1, said.text
    assert "- **broken** `account-is-protected`, `speech-account`: protect:" in said.out


def test_a_change_of_the_program_looks_at_every_stack(team: Repository) -> None:
    (team.folder / "Pulumi.yaml").write_text((team.folder / "Pulumi.yaml").read_text() + "# another\n")
    said = team.speech("pipeline", "comment", "--base", "HEAD")
    assert said.code == 0, said.text
    assert "| one | same | no change |" in said.out
    assert "| two | same | not up yet |" in said.out


def test_the_base_of_a_pull_request_is_the_first_parent_of_its_merge(team: Repository) -> None:
    team.write("two", TWICE)
    team.commit("second")
    said = team.speech("pipeline", "comment")
    team.git("reset", "--quiet", "--hard", "HEAD^")
    assert "| two | changed |" in said.out, said.text


def test_an_unknown_base_is_an_input_that_is_wrong(team: Repository) -> None:
    said = team.speech("pipeline", "comment", "--base", "nowhere")
    assert said.code == 2, said.text
    assert 'git knows no commit "nowhere" here; a pipeline fetches the last two with fetch-depth: 2' in said.err


def test_the_comment_is_posted_and_the_key_is_not_in_it(team: Repository, github: GitHub) -> None:
    team.write("one", TWICE, ("speech:tags", {"team": "speech"}))
    said = team.speech("pipeline", "comment", "--base", "HEAD", "--post", **github.environment)
    assert said.code == 0, said.text
    assert "comment written: url/100" in said.err
    assert "| one | changed |" in github.comments[0]["body"]
    assert not [key for key in team.secrets("one") if key in said.text]


def test_drift_opens_an_issue_and_its_end_closes_it(team: Repository, github: GitHub) -> None:
    (account,) = (one for one in team.state_of("one") if one["type"].endswith("cognitiveservices:Account"))
    team.tag(account["id"], {"changed": "by hand"})
    said = team.speech("pipeline", "drift", "--post", **github.environment)
    assert said.code == 1, said.text
    assert github.issues[0]["title"] == "Drift: 1 of 1 stack differs"
    assert "~ azure-native:cognitiveservices:Account speech-account: tags" in github.issues[0]["body"]
    team.up("--stack", "one", "--refresh")
    again = team.speech("pipeline", "drift", "--post", **github.environment)
    assert again.code == 0, again.text
    assert github.issues[0]["state"] == "closed"


def test_azure_pipelines_hears_of_the_summary_on_standard_output(
    team: Repository, azure_devops: AzureDevOps, tmp_path: Path
) -> None:
    job = azure_devops.environment | {"AGENT_TEMPDIRECTORY": str(tmp_path)}
    said = team.speech("pipeline", "drift", "--post", **job)
    assert said.code == 0, said.text
    assert said.out.splitlines()[-1] == f"##vso[task.uploadsummary]{tmp_path / 'speech-drift.md'}"


def test_outside_of_a_pipeline_nothing_is_posted(team: Repository) -> None:
    said = team.speech("pipeline", "drift", "--post")
    assert said.code == 2, said.text
    assert "leave it out" in said.err
