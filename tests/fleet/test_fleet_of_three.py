"""Three small stacks by the real engine, from the first preview to their end: one command after the other."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent
from urllib.parse import quote

import pytest

from sandbox.home import Home
from sandbox.running import start, stop
from tests.fleet.sandbox_fleet import Said, SandboxFleet

pytestmark = pytest.mark.engine

DEV = ("speech:environment", "dev")


@dataclass(frozen=True)
class Story:
    """What each command of the story said, and what was on disk then."""

    preview: Said
    refused: Said
    failed: Said
    resumed: Said
    again: Said
    destroyed: Said
    secrets: tuple[str, ...]
    """Of the accounts, as the double knows them."""
    traces: dict[str, bytes]
    """All that the fleet's runs left in the project."""
    made: list[str]
    """The stacks in the backend after the preview."""
    untouched: bool
    """Whether the preview left a stack file as it was."""
    left: dict[str, bool]
    """Which stacks still have resources at the end."""
    selected: str
    """The stack that is the user's own choice at the end."""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    home = Home(tmp_path_factory.mktemp("fleet") / "home")
    try:
        fleet = SandboxFleet(home, start(home), {name: [DEV] for name in ("one", "three", "two")})
        yield told(fleet)
    finally:
        stop(home)


def told(fleet: SandboxFleet) -> Story:
    fleet.ask("settings", "PUT", {"taken_names": ["contoso-speech-three"]})
    up = ("up", "--select", "environment=dev", "--waves", "canary=1,rest=*", "--parallel", "2", "--yes")
    before = (fleet.folder / "Pulumi.one.yaml").read_text()
    preview = fleet.speech("preview", "--select", "environment=dev", "--parallel", "2")
    untouched = (fleet.folder / "Pulumi.one.yaml").read_text() == before
    made = list(fleet.resources())
    fleet.pulumi("stack", "init", "mine")
    fleet.write("two", DEV, ("speech:billing.eula", "maybe"))
    refused = fleet.speech(*up)
    fleet.write("two", DEV)
    failed = fleet.speech(*up)
    fleet.write("three", DEV, ("speech:account.custom_domain", "contoso-speech-third"))
    resumed = fleet.speech("up", "--resume", "last", "--yes")
    again = fleet.speech("up", "--select", "name=one,environment=dev", "--yes", "--json")
    secrets = tuple(key for name in ("one", "three", "two") for key in fleet.secrets(name))
    fleet.write("two", DEV, ("speech:account.protect", True))
    destroyed = fleet.speech("destroy", "--select", "environment=dev", "--yes", "--confirm", "dev")
    traces = {str(path): path.read_bytes() for path in (fleet.folder / ".speech").rglob("*") if path.is_file()}
    left = {name: bool(count) for name, count in fleet.resources().items() if name != "mine"}
    selected = fleet.pulumi("stack", "--show-name").out.strip()
    return Story(preview, refused, failed, resumed, again, destroyed, secrets, traces, made, untouched, left, selected)


def golden(written: str) -> str:
    return dedent(written).lstrip("\n")


def test_a_preview_of_new_stacks_counts_what_would_be_made_and_makes_nothing(story: Story) -> None:
    assert story.preview.code == 0, story.preview.text
    assert story.preview.words() == golden(
        """
        fleet preview RUN  3 stacks in 1 wave, 2 at once  TIME

        wave  stack  result  changes  time  USD a month  against now
        all  one  done  +9  TIME  unknown  new
        all  three  done  +9  TIME  unknown  new
        all  two  done  +9  TIME  unknown  new

        stacks  3 done
        changes  +27  (+ to make, ~ to change, +- to replace, - to delete)
        cost  unknown, by the plan
        logs  .speech/fleet/RUN
        """
    )
    assert story.made == []
    assert story.untouched


def test_a_fault_in_one_file_of_three_stops_all_of_them(story: Story) -> None:
    assert (story.refused.code, story.refused.out) == (2, "")
    assert story.refused.err == golden(
        """
        Pulumi.two.yaml: 1 fault
          speech:billing.eula  is "maybe": write  eula: accept
        nothing was run
        """
    )


def test_a_stack_that_fails_stops_the_run_after_its_wave_and_says_how_to_go_on(story: Story) -> None:
    assert story.failed.code == 1, story.failed.text
    assert " one    done    +9 " in story.failed.out
    assert " two    done    +9 " in story.failed.out, "the other of the wave ends"
    assert 'failed   three: Status=409 Code="CustomDomainInUse"' in story.failed.out
    assert re.search(r"^go on    speech fleet up --resume [0-9-]+ --yes$", story.failed.out, re.MULTILINE)


def test_without_a_terminal_there_is_a_line_for_each_that_begins_or_ends(story: Story) -> None:
    lines = [line.split()[:3] for line in story.failed.err.splitlines() if not line.startswith(" ")]
    assert lines[:2] == [["canary", "one", "running"], ["canary", "one", "done"]]
    assert sorted(lines[2:]) == [
        ["rest", "three", "failed"],
        ["rest", "three", "running"],
        ["rest", "two", "done"],
        ["rest", "two", "running"],
    ]


def test_a_run_that_goes_on_ends_with_the_changed_file_and_nobody_else(story: Story) -> None:
    assert story.resumed.code == 0, story.resumed.text
    assert "stacks   1 done, 2 done before" in story.resumed.out
    assert [line.split()[1] for line in story.resumed.err.splitlines()] == ["three", "three"]


def test_a_document_is_all_that_standard_output_has(story: Story) -> None:
    assert story.again.code == 0, story.again.text
    (only,) = story.again.document["stacks"]
    assert (only["stack"], only["state"], only["changes"]) == ("one", "done", {})


def test_a_destroy_skips_what_is_protected(story: Story) -> None:
    assert story.destroyed.code == 0, story.destroyed.text
    assert "stacks   2 done, 1 protected" in story.destroyed.out
    assert story.left == {"one": False, "three": False, "two": True}


def test_no_key_is_in_what_runs_leave_and_say(story: Story) -> None:
    assert len(story.secrets) == 6
    said = (story.preview, story.failed, story.resumed, story.again, story.destroyed)
    places = story.traces | {f"said {number}": each.text.encode() for number, each in enumerate(said)}
    forms = {form for key in story.secrets for form in (key, quote(key, safe=""), b64encode(key.encode()).decode())}
    assert [place for place, content in places.items() if any(form.encode() in content for form in forms)] == []
    assert any(b"speech-account" in content for content in story.traces.values()), "logs are among them"


def test_the_stack_that_the_user_has_selected_stays(story: Story) -> None:
    assert story.selected == "mine"
