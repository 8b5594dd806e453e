"""What the commands ask, and refuse to do unasked."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from operations.fleet import prepare
from operations.fleet.engine import Outcome
from speech.cli.fleet import command
from speech.cli.main import app
from tests.fleet.fakes import Engine, project, write

Speech = Callable[..., Result]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    stacks = {"dev-a": [], "dev-b": [], "dev-c": [("speech:account.protect", True)]}
    monkeypatch.chdir(project(tmp_path / "project", stacks))
    found = Engine()
    monkeypatch.setattr(prepare, "work", lambda *_: found.work)
    return found


@pytest.fixture
def speech(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Speech:
    """`speech fleet ...`; with `answer`, on a terminal where somebody writes it."""
    del engine

    def run(*words: str, answer: str | None = None) -> Result:
        monkeypatch.setattr(command, "is_terminal", lambda: answer is not None)
        return CliRunner().invoke(app, ["fleet", *words], input=f"{answer}\n" if answer is not None else None)

    return run


def test_up_asks_before_it_begins(speech: Speech, engine: Engine) -> None:
    said = speech("up", "--waves", "canary=1,rest=*", "--parallel", "2", answer="n")
    assert "up of 3 stacks in 2 waves, 2 at once: canary (1), rest (2). Go on? [y/N]" in said.stderr
    assert (said.exit_code, engine.began) == (1, [])
    assert speech("up", answer="y").exit_code == 0
    assert sorted(engine.began) == ["dev-a", "dev-b", "dev-c"]


def test_up_is_not_begun_unasked_where_nobody_can_be_asked(speech: Speech, engine: Engine) -> None:
    said = speech("up")
    assert (said.exit_code, said.stderr) == (2, "there is no terminal to ask on: add  --yes\n")
    assert engine.began == []


def test_destroy_asks_for_the_environments_name(speech: Speech, engine: Engine) -> None:
    said = speech("destroy", "--select", "environment=dev", answer="prod")
    assert said.exit_code == 2
    assert "  dev-a\n  dev-b\n  dev-c   protected: skipped\n" in said.stderr
    assert '"prod" is not the environment, which is dev: nothing was run' in said.stderr
    assert engine.began == []
    assert speech("destroy", "--select", "environment=dev", answer="dev").exit_code == 0
    assert sorted(engine.began) == ["dev-a", "dev-b"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "there is no terminal to ask on: add  --yes --confirm dev"),
        (["--yes"], "--yes alone destroys nothing: add  --confirm dev"),
        (["--yes", "--confirm", "prod"], '"prod" is not the environment, which is dev: nothing was run'),
    ],
)
def test_destroy_is_not_begun_without_the_environments_name(
    speech: Speech, engine: Engine, words: list[str], complaint: str
) -> None:
    said = speech("destroy", *words)
    assert (said.exit_code, said.stderr) == (2, f"{complaint}\n")
    assert engine.began == []


def test_destroy_takes_one_environment_at_a_time(speech: Speech, engine: Engine) -> None:
    write(Path.cwd(), "test-a", ("speech:environment", "test"))
    said = speech("destroy", "--yes", "--confirm", "dev")
    words = "destroy: the stacks are of dev or test; one environment at a time:  --select environment=dev\n"
    assert (said.exit_code, said.stderr) == (2, words)
    assert engine.began == []


def test_a_run_that_goes_on_takes_no_other_stacks(speech: Speech) -> None:
    said = speech("up", "--resume", "last", "--select", "environment=dev", "--yes")
    assert said.exit_code == 2
    assert said.stderr == "--resume goes on with the stacks and waves of its run: leave out the others\n"


def test_what_has_failed_ends_with_1_and_the_command_to_go_on_with(speech: Speech, engine: Engine) -> None:
    engine.outcomes = {"dev-b": Outcome({}, "no quota")}
    said = speech("destroy", "--yes", "--confirm", "dev")
    assert said.exit_code == 1
    assert "failed   dev-b: no quota" in said.stdout
    assert "--yes --confirm dev" in said.stdout.splitlines()[-1]


def test_a_preview_asks_nobody(speech: Speech, engine: Engine) -> None:
    assert speech("preview").exit_code == 0
    assert len(engine.began) == 3


def test_without_an_engine_the_remedy_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project(tmp_path / "project", {"dev-a": []}))
    monkeypatch.setenv("PATH", str(tmp_path))
    said = CliRunner().invoke(app, ["fleet", "preview"])
    assert (said.exit_code, said.stderr) == (1, "pulumi is not on PATH: https://www.pulumi.com/docs/install\n")


@pytest.mark.parametrize("action", ["preview", "up", "verify", "destroy"])
def test_each_command_has_an_example(action: str) -> None:
    said = CliRunner().invoke(app, ["fleet", action, "--help"])
    assert f"  speech fleet {action} --select environment=" in said.stdout
