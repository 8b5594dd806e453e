"""What the pipelines of both systems may do: only our commands, only pinned actions, only the rights they need."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from click import Command, Context, Group
from click.exceptions import UsageError

from sandbox.home import REPOSITORY
from speech.cli.main import app
from tests.pipelines.files import STAGES, TEMPLATE, Job, commands, jobs, options, stages, steps

ROOTS = [pytest.param(REPOSITORY, id="this repository"), pytest.param(TEMPLATE, id="the template")]
PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40}$")
WRITES = {
    "preview": {"contents": "read", "id-token": "write", "pull-requests": "write"},
    "drift": {"contents": "read", "id-token": "write", "issues": "write"},
    "dev": {"contents": "read", "id-token": "write"},
    "prod": {"contents": "read", "id-token": "write"},
    "check": {"contents": "read"},
}


def all_jobs() -> list[Any]:
    """Of both repositories."""
    return [
        pytest.param(job, id=f"{root.id} {job.file.stem} {job.name}") for root in ROOTS for job in jobs(root.values[0])
    ]


def all_stages() -> list[Any]:
    """Of both repositories."""
    return [
        pytest.param(root.values[0], stage, id=f"{root.id} {name}")
        for root in ROOTS
        for name, stage in stages(root.values[0]).items()
    ]


def understood(command: str, root: Path) -> None:
    """Fails unless it is a target of the root's Makefile, or a `speech` command with these options."""
    program, *words = options(command)
    if program == "make":
        targets = re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE)
        assert words[0] in targets, command
        assert len(words) == 1, command
        return
    assert program == "speech", command
    found: Command = typer.main.get_command(app)
    context = Context(found)
    while isinstance(found, Group):
        name, *words = words
        found = found.commands[name]
    try:
        found.parse_args(context, list(words))
    except UsageError as error:
        pytest.fail(f"{command}: {error.message}")


@pytest.mark.parametrize("job", all_jobs())
def test_every_job_runs_only_make_and_speech_commands_that_there_are(job: Job) -> None:
    assert job.commands
    for command in job.commands:
        understood(command, job.file.parents[2])


@pytest.mark.parametrize("job", all_jobs())
def test_no_value_of_the_event_stands_in_a_command(job: Job) -> None:
    assert not [command for command in job.commands if "${{" in command]


@pytest.mark.parametrize("job", all_jobs())
def test_every_action_is_pinned_by_its_commit_and_says_its_version(job: Job) -> None:
    assert all(PINNED.match(step["uses"]) for step in job.steps if "uses" in step)
    lines = [line for line in job.file.read_text().splitlines() if "uses:" in line]
    assert all(re.search(r"# v\d+(\.\d+)+$", line) for line in lines)


@pytest.mark.parametrize("job", all_jobs())
def test_a_job_has_the_rights_that_it_needs_and_the_workflow_none(job: Job) -> None:
    assert job.workflow["permissions"] == {}
    assert job.body["permissions"] == WRITES[job.name]


@pytest.mark.parametrize("job", all_jobs())
def test_no_secret_is_stored_and_the_checkout_keeps_no_token(job: Job) -> None:
    assert "secrets." not in job.file.read_text()
    (checkout,) = (step for step in job.steps if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"]["persist-credentials"] is False


@pytest.mark.parametrize("job", [job for job in all_jobs() if job.values[0].name != "check"])
def test_whoever_talks_to_azure_logs_in_by_the_identity_of_an_environment(job: Job) -> None:
    (login,) = (step for step in job.steps if step.get("uses", "").startswith("azure/login@"))
    assert set(login["with"]) == {"client-id", "tenant-id", "subscription-id"}
    assert job.body["environment"] == {"drift": "preview"}.get(job.name, job.name)
    assert job.body["env"]["ARM_USE_OIDC"] == "true"


@pytest.mark.parametrize("job", [job for job in all_jobs() if job.values[0].name in {"dev", "prod"}])
def test_two_runs_never_change_the_stacks_of_one_environment_at_once(job: Job) -> None:
    assert job.body["concurrency"] == {"group": f"stacks-{job.name}", "cancel-in-progress": False}


@pytest.mark.parametrize("job", all_jobs())
def test_what_is_downloaded_is_cached_by_its_locks(job: Job) -> None:
    (cache,) = (step for step in job.steps if step.get("uses", "").startswith("actions/cache@"))
    assert "hashFiles('**/requirements/*.lock', '**/go.sum')" in cache["with"]["key"]


def test_a_fork_gets_no_identity() -> None:
    (preview,) = (job for job in jobs(REPOSITORY) if job.name == "preview")
    assert "github.event.pull_request.head.repo.full_name == github.repository" in preview.body["if"]
    assert not [job for job in jobs(REPOSITORY) if "pull_request_target" in str(job.workflow)]


def test_one_version_of_each_action_is_used_everywhere() -> None:
    used = {step["uses"] for root in ROOTS for job in jobs(root.values[0]) for step in job.steps if "uses" in step}
    assert len({action.partition("@")[0] for action in used}) == len(used)


# --- Azure Pipelines


@pytest.mark.parametrize(("root", "stage"), all_stages())
def test_every_stage_runs_only_make_and_speech_commands_that_there_are(root: Path, stage: dict[str, Any]) -> None:
    assert commands(root, stage)
    for command in commands(root, stage):
        understood(command, root)


@pytest.mark.parametrize(("root", "stage"), all_stages())
def test_every_task_is_pinned_by_its_major_version(root: Path, stage: dict[str, Any]) -> None:
    assert all(re.fullmatch(r"\w+@\d+", step["task"]) for step in steps(root, stage) if "task" in step)


@pytest.mark.parametrize(("root", "stage"), all_stages())
def test_the_checkout_of_a_stage_keeps_no_token(root: Path, stage: dict[str, Any]) -> None:
    (checkout,) = (step for step in steps(root, stage) if "checkout" in step)
    assert checkout["persistCredentials"] is False


@pytest.mark.parametrize("root", ROOTS)
def test_both_systems_have_the_same_stages(root: Path) -> None:
    assert tuple(stages(root)) == STAGES
    assert {job.name for job in jobs(root)} == set(STAGES)


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("name", STAGES)
def test_both_systems_run_the_same_commands(root: Path, name: str) -> None:
    theirs = [options(command) for command in commands(root, stages(root)[name])]
    for job in jobs(root):
        if job.name == name:
            assert [options(command) for command in job.commands] == theirs


@pytest.mark.parametrize("root", ROOTS)
def test_azure_pipelines_holds_to_its_published_schema(root: Path) -> None:
    schemas = pytest.importorskip("tests.pipelines.schema", exc_type=ImportError)
    for file in (root / "azure-pipelines.yml", *sorted((root / ".azure-pipelines").glob("*.yml"))):
        assert not schemas.faults(yaml.safe_load(file.read_text()))
