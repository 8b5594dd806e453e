"""What a run leaves on disk."""

import json
from pathlib import Path

import pytest

from operations.fleet.run_file import Asked, Done, RunFile, begin, resumed, seconds_before
from operations.fleet.waves import Wave
from speech.files.stack_file import UnreadableError

UP = Asked("up", "environment=prod", (Wave("canary", ("a",)), Wave("rest", ("b", "c"))), 2)
DONE = Done("digest", {"create": 9}, 4.2)


def test_a_run_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    run = begin(tmp_path, UP)
    run.ended_well("a", DONE)
    run.verified("a")
    found = resumed(tmp_path, run.name, "up")
    assert (found.asked, found.done) == (UP, {"a": Done("digest", {"create": 9}, 4.2, verified=True)})


def test_runs_that_begin_in_the_same_second_have_names_of_their_own(tmp_path: Path) -> None:
    assert len({begin(tmp_path, UP).name for _ in range(3)}) == 3


def test_last_is_the_newest_run_of_the_same_action(tmp_path: Path) -> None:
    runs = [begin(tmp_path, UP) for _ in range(12)]
    begin(tmp_path, Asked("destroy", "", UP.waves, 2))
    assert resumed(tmp_path, "last", "up").name == runs[-1].name


def test_a_file_cut_off_while_it_is_written_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(tmp_path, UP)
    run.ended_well("a", DONE)

    def torn(_draft: Path, _target: Path) -> None:
        raise OSError("the machine went away")

    monkeypatch.setattr(Path, "replace", torn)
    with pytest.raises(OSError, match="went away"):
        run.ended_well("b", DONE)
    assert list(resumed(tmp_path, run.name, "up").done) == ["a"]


def test_git_does_not_see_what_runs_leave(tmp_path: Path) -> None:
    begin(tmp_path, UP)
    assert (tmp_path / ".speech" / ".gitignore").read_text() == "*\n"


def test_a_run_file_is_its_owners_alone(tmp_path: Path) -> None:
    run = begin(tmp_path, UP)
    assert run.path.stat().st_mode & 0o777 == 0o600
    assert run.log("a").parent.stat().st_mode & 0o777 == 0o700


def test_a_run_that_is_not_there_is_refused_with_those_there_are(tmp_path: Path) -> None:
    run = begin(tmp_path, UP)
    with pytest.raises(UnreadableError) as fault:
        resumed(tmp_path, "20200101-000000", "up")
    assert str(fault.value) == (
        f'--resume "20200101-000000": {tmp_path}/.speech/fleet has no such run; newest of up: {run.name}'
    )


def test_the_last_of_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="has no such run; newest of up: none"):
        resumed(tmp_path, "last", "up")


def test_a_run_of_another_action_is_refused_with_its_command(tmp_path: Path) -> None:
    run = begin(tmp_path, UP)
    with pytest.raises(UnreadableError) as fault:
        resumed(tmp_path, run.name, "destroy")
    assert str(fault.value).endswith(f"that was a run of up: speech fleet up --resume {run.name}")


def test_a_file_that_is_no_run_is_passed_over(tmp_path: Path) -> None:
    run = begin(tmp_path, UP)
    folder = run.path.parent
    for name, text in (("x.json", "{"), ("y.json", "[]"), ("z.json", json.dumps({"form": 9, "action": "up"}))):
        (folder / name).write_text(text)
    assert resumed(tmp_path, "last", "up").name == run.name


def test_times_of_before_are_those_of_the_newest_run_of_the_same_action(tmp_path: Path) -> None:
    for action, seconds in (("up", 9.0), ("up", 4.0), ("destroy", 1.0)):
        run: RunFile = begin(tmp_path, Asked(action, "", UP.waves, 2))
        run.ended_well("a", Done("digest", {}, seconds))
    assert seconds_before(tmp_path, "up") == {"a": 4.0}
