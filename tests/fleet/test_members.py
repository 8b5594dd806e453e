"""The stacks of a fleet: chosen and planned before anything runs."""

from pathlib import Path

import pytest

from operations.fleet import members
from operations.fleet.selection import selection
from speech.files.stack_file import UnreadableError
from tests.fleet.fakes import fleet_of, project, write


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = project(tmp_path / "project", {"dev-a": [], "dev-b": [], "prod-a": [("speech:environment", "prod")]})
    monkeypatch.chdir(folder)
    return folder


def test_a_fleet_is_the_projects_stack_files_in_the_order_of_their_names() -> None:
    assert [member.name for member in fleet_of().members] == ["dev-a", "dev-b", "prod-a"]


def test_a_fleet_is_found_from_a_folder_below_the_project(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here / "stacks")
    assert len(fleet_of("environment=dev").members) == 2


def test_all_faults_of_all_files_are_told_at_once(here: Path) -> None:
    write(here, "dev-a", ("speech:billing.eula", "maybe"))
    write(here, "dev-b", ("speech:containers[0].kind", "speech-to-txt"), ("speech:target", {"kind": "moon"}))
    with pytest.raises(UnreadableError) as fault:
        fleet_of("environment=dev")
    text = str(fault.value)
    assert "stacks/Pulumi.dev-a.yaml: 1 fault\n  speech:billing.eula" in text
    assert "stacks/Pulumi.dev-b.yaml: 2 faults" in text
    assert 'Did you mean "speech-to-text"?' in text
    assert text.endswith("nothing was run")


def test_a_fault_of_a_stack_that_is_not_chosen_stops_nobody(here: Path) -> None:
    write(here, "prod-a", ("speech:environment", "prod"), ("speech:billing.eula", "maybe"))
    assert len(fleet_of("environment=dev").members) == 2


def test_a_file_that_cannot_be_read_stops_a_fleet_that_it_might_belong_to(here: Path) -> None:
    (here / "stacks" / "Pulumi.dev-c.yaml").write_text("config: [")
    with pytest.raises(UnreadableError, match=r"Pulumi\.dev-c\.yaml, line 1"):
        fleet_of("environment=dev")
    assert len(fleet_of("name=prod-*").members) == 1, "its name tells that it does not"


def test_conditions_that_nobody_meets_together_are_refused() -> None:
    with pytest.raises(UnreadableError, match="no stack file meets all conditions of --select at once"):
        fleet_of("environment=prod,name=dev-a")


def test_comments_and_what_the_engine_adds_leave_a_files_digest_as_it_is(here: Path) -> None:
    (before,) = fleet_of("name=dev-a").members
    file = here / "stacks" / "Pulumi.dev-a.yaml"
    file.write_text(f"# a comment\n{file.read_text()}\nencryptionsalt: v1:abc\n")
    (after,) = fleet_of("name=dev-a").members
    assert after.content == before.content


def test_another_setting_makes_another_digest(here: Path) -> None:
    (before,) = fleet_of("name=dev-a").members
    write(here, "dev-a", ("speech:containers[0].demand.concurrent_streams", 13))
    (after,) = fleet_of("name=dev-a").members
    assert after.content != before.content


def test_a_projects_new_default_makes_another_digest(here: Path) -> None:
    (before,) = fleet_of("name=dev-a").members
    (here / "Pulumi.yaml").write_text(
        f"{(here / 'Pulumi.yaml').read_text()}config:\n  speech:tags:\n    value: {{team: voice}}\n"
    )
    (after,) = fleet_of("name=dev-a").members
    assert after.content != before.content


def test_a_stack_of_a_run_that_has_no_file_any_more_is_a_fault(here: Path) -> None:
    (here / "stacks" / "Pulumi.dev-b.yaml").unlink()
    with pytest.raises(UnreadableError, match="there is no stack file of dev-b any more"):
        members.named(["dev-a", "dev-b"])


def test_without_a_project_there_is_no_fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnreadableError, match=r"there is no Pulumi\.yaml here or above"):
        members.selected(selection(""))


def test_two_stacks_of_one_custom_domain_are_refused_before_the_second_fails(here: Path) -> None:
    write(here, "dev-b", ("speech:account.custom_domain", "contoso-speech-dev-a"))
    with pytest.raises(UnreadableError) as fault:
        fleet_of("environment=dev")
    assert str(fault.value) == (
        'stacks/Pulumi.dev-a.yaml, stacks/Pulumi.dev-b.yaml: speech:account.custom_domain is "contoso-speech-dev-a" '
        "in each; it is unique in Azure\nnothing was run"
    )
