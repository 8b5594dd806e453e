"""One comment, one issue: written, written anew, closed, over HTTP."""

from pathlib import Path

import pytest

from operations.pipeline.posting import place
from speech.files.stack_file import FailedError, UnreadableError
from tests.pipelines.doubles import AzureDevOps, GitHub

# --- GitHub


def test_the_first_run_writes_a_comment(github: GitHub) -> None:
    assert place(github.environment).comment("one") == "comment written: url/100"
    assert github.comments[0]["body"].endswith("\none")


def test_later_runs_write_the_same_comment_anew(github: GitHub) -> None:
    place(github.environment).comment("one")
    assert place(github.environment).comment("two") == "comment written anew: url/100"
    assert [one["body"].rpartition("\n")[2] for one in github.comments] == ["two"]


def test_a_persons_comment_that_begins_like_ours_is_left_alone(github: GitHub) -> None:
    github.by_hand("<!-- speech pipeline comment -->\nmine")
    place(github.environment).comment("one")
    assert github.comments[0]["body"].endswith("mine")
    assert len(github.comments) == 2


def test_our_comment_is_found_behind_a_hundred_others(github: GitHub) -> None:
    for number in range(130):
        github.by_hand(f"comment {number}")
    place(github.environment).comment("one")
    place(github.environment).comment("two")
    assert len(github.comments) == 131


def test_a_text_beyond_what_github_takes_is_cut_and_says_so(github: GitHub) -> None:
    place(github.environment).comment("x" * 100_000)
    assert github.comments[0]["body"].endswith("the job's log has all of it.")


def test_drift_opens_one_issue_and_writes_it_anew_the_next_night(github: GitHub) -> None:
    place(github.environment).issue("Drift: 1", "one", solved=False)
    place(github.environment).issue("Drift: 2", "two", solved=False)
    (issue,) = github.issues
    assert issue["title"] == "Drift: 2"
    assert issue["labels"] == [{"name": "speech-drift"}]


def test_the_issue_is_closed_once_there_is_no_drift(github: GitHub) -> None:
    place(github.environment).issue("Drift", "one", solved=False)
    assert place(github.environment).issue("No drift", "none", solved=True) == "issue closed: url/100"
    assert github.issues[0]["state"] == "closed"


def test_without_drift_no_issue_is_opened(github: GitHub) -> None:
    assert place(github.environment).issue("No drift", "none", solved=True) == "no drift, and no issue of it is open"
    assert not github.issues


def test_a_closed_issue_is_not_opened_again_but_followed_by_another(github: GitHub) -> None:
    for solved in (False, True, False):
        place(github.environment).issue("Drift", "one", solved=solved)
    assert [one.get("state", "open") for one in github.issues] == ["closed", "open"]


def test_a_refused_token_says_which_permission_the_job_needs(github: GitHub) -> None:
    with pytest.raises(FailedError, match=r"401: the job needs  permissions: \{pull-requests: write\}"):
        place(github.environment | {"GITHUB_TOKEN": "another"}).comment("one")


def test_a_push_has_no_pull_request_to_comment_on(github: GitHub) -> None:
    with pytest.raises(UnreadableError, match="of no pull request"):
        place(github.environment | {"GITHUB_REF": "refs/heads/main"}).comment("one")


def test_a_missing_token_says_how_the_step_gets_it(github: GitHub) -> None:
    del github.environment["GITHUB_TOKEN"]
    with pytest.raises(UnreadableError, match=r"GITHUB_TOKEN is not set: give the step"):
        place(github.environment)


# --- Azure DevOps


def test_a_thread_is_written_once_and_then_anew(azure_devops: AzureDevOps) -> None:
    assert place(azure_devops.environment).comment("one") == "comment written: thread 50"
    assert place(azure_devops.environment).comment("two") == "comment written anew: thread 50"
    assert azure_devops.threads[0]["comments"][0]["content"].endswith("\ntwo")


def test_the_thread_waits_for_nobody_to_resolve_it(azure_devops: AzureDevOps) -> None:
    place(azure_devops.environment).comment("one")
    assert azure_devops.threads[0]["status"] == 4


def test_drift_is_the_summary_of_the_run(azure_devops: AzureDevOps, tmp_path: Path) -> None:
    job = place(azure_devops.environment | {"AGENT_TEMPDIRECTORY": str(tmp_path)})
    told = job.issue("Drift: 1", "one", solved=False)
    assert told == f"##vso[task.uploadsummary]{tmp_path / 'speech-drift.md'}"
    assert (tmp_path / "speech-drift.md").read_text() == "# Drift: 1\n\none\n"


def test_a_pull_request_of_another_provider_has_its_text_on_the_runs_page(
    azure_devops: AzureDevOps, tmp_path: Path
) -> None:
    theirs = {"BUILD_REPOSITORY_PROVIDER": "GitHub", "AGENT_TEMPDIRECTORY": str(tmp_path)}
    told = place(azure_devops.environment | theirs).comment("one")
    assert told == f"##vso[task.uploadsummary]{tmp_path / 'speech-comment.md'}"
    assert not azure_devops.threads


# --- neither


def test_outside_of_a_pipeline_there_is_no_place() -> None:
    with pytest.raises(UnreadableError, match="neither a job of GitHub Actions nor of Azure Pipelines; leave it out"):
        place({})


def test_a_service_that_does_not_answer_is_told() -> None:
    job = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": "http://127.0.0.1:1",
        "GITHUB_REPOSITORY": "contoso/speech",
        "GITHUB_TOKEN": "x",
        "GITHUB_REF": "refs/pull/7/merge",
    }
    with pytest.raises(FailedError, match="cannot be asked"):
        place(job).comment("one")
