"""Tags from a registry."""

from datetime import UTC, datetime

import pytest

from speech.catalog import documents
from speech.catalog.tags import tags
from speech.cli.catalog.registry import VARIABLE
from speech.files.stack_file import FailedError
from tests.catalog_refresh.conftest import Project, Run
from tests.catalog_refresh.doubles import registry

Listed = dict[str, list[str]]


def test_a_new_tag_is_known_from_then_on(project: Project, run: Run, listed: Listed) -> None:
    run(VARIABLE, registry(listed | {"speech-to-text": [*listed["speech-to-text"], "5.9.0-amd64-en-us"]}))
    found = project.refresh("tags")
    assert {(each.figure, each.what) for each in found.changes if each.row == "speech-to-text"} == {
        ("tag 5.9.0-amd64-en-us", "added"),
        ("newest", "changed"),
    }
    known = tags("speech-to-text")
    assert known.known("5.9.0-amd64-en-us")
    assert known.newest == "5.9.0"
    assert known.by_tag["5.9.0-amd64-en-us"].as_of == found.as_of == datetime.now(UTC).date().isoformat()
    assert known.by_tag["5.9.0-amd64-en-us"].confidence == "high"
    assert known.as_of == found.as_of


def test_what_was_a_page_s_word_is_the_registry_s_after_it_was_asked(
    project: Project, run: Run, listed: Listed
) -> None:
    run(VARIABLE, registry(listed))
    found = project.refresh("tags")
    assert {evidence.as_of for evidence in tags("speech-to-text").by_tag.values()} == {found.as_of}


def test_every_page_is_read_by_link_and_last(project: Project, run: Run, listed: Listed) -> None:
    double = run(VARIABLE, registry(listed, page=40))
    project.refresh("tags")
    asked = [query for path, query, _ in double.asked if path.endswith("/speech-to-text/tags/list")]
    assert len(asked) == -(-len(listed["speech-to-text"]) // 40)
    assert all("last" in query for query in asked[1:])
    assert tags("speech-to-text").gone == frozenset()


def test_a_tag_that_is_gone_is_marked_and_its_locale_stays(project: Project, run: Run, listed: Listed) -> None:
    gone = "3.7.0-amd64-de-de"
    run(VARIABLE, registry(listed | {"speech-to-text": [tag for tag in listed["speech-to-text"] if tag != gone]}))
    found = project.refresh("tags")
    assert [
        (each.figure, each.what) for each in found.changes if each.row == "speech-to-text" and "tag" in each.figure
    ] == [(f"tag {gone}", "gone")]
    known = tags("speech-to-text")
    assert not known.known(gone)
    assert "de-DE" in known.locales()


def test_a_tag_that_came_back_is_known_again(project: Project, run: Run, listed: Listed) -> None:
    gone = "3.7.0-amd64-de-de"
    some = listed | {"speech-to-text": [tag for tag in listed["speech-to-text"] if tag != gone]}
    run(VARIABLE, registry(some))
    project.refresh("tags")
    some["speech-to-text"].append(gone)
    project.refresh("tags")
    assert tags("speech-to-text").known(gone)


def test_a_tag_that_came_and_went_leaves_nothing_behind(project: Project, run: Run, listed: Listed) -> None:
    some = dict(listed)
    run(VARIABLE, registry(some))
    project.refresh("tags")
    before = project.document("tags")
    some["speech-to-text"] = [*listed["speech-to-text"], "5.9.0-amd64-en-us"]
    project.refresh("tags")
    assert tags("speech-to-text").known("5.9.0-amd64-en-us")
    some["speech-to-text"] = listed["speech-to-text"]
    project.refresh("tags")
    assert not tags("speech-to-text").known("5.9.0-amd64-en-us")
    assert project.document("tags") == before


def test_voices_get_their_capitals_from_known_ones_and_guesses_are_told(
    project: Project, run: Run, listed: Listed
) -> None:
    new = [
        "9.1.0-amd64-en-us-arianeural",
        "9.1.0-amd64-en-us-brandnewmultilingualneural",
        "9.1.0-amd64-uz-latn-uz-some-neural",
    ]
    run(VARIABLE, registry(listed | {"neural-text-to-speech": [*listed["neural-text-to-speech"], *new]}))
    project.refresh("tags")
    known = tags("neural-text-to-speech")
    assert all(map(known.known, new))
    assert known.ssml_voice("en-us", "arianeural") == "en-US-AriaNeural"
    assert known.ssml_voice("en-us", "brandnewmultilingualneural") == "en-US-BrandnewMultilingualNeural"
    assert "uz-Latn-UZ" in known.by_locale
    assert "en-US-BrandnewMultilingualNeural" in known.guessed_case
    assert "en-US-AriaNeural" not in known.guessed_case


def test_previews_and_other_forms_are_known_as_they_are_written(project: Project, run: Run, listed: Listed) -> None:
    new = ["9.1.0-amd64-de-de-preview", "9.1.0-arm64-de-de", "nightly", "latest"]
    never = "\x1b[2Jwiped"
    run(VARIABLE, registry(listed | {"speech-to-text": [*listed["speech-to-text"], *new, never]}))
    project.refresh("tags")
    known = tags("speech-to-text")
    assert all(map(known.known, new))
    assert not known.known(never)
    assert known.newest != "9.1.0"
    rows = project.document("tags")["kinds"]["speech-to-text"]
    assert rows["registry"]["others"] == ["9.1.0-arm64-de-de", "nightly"]


def test_versions_with_the_same_locales_share_a_row(project: Project, run: Run, listed: Listed) -> None:
    new = [
        f"{version}-amd64-{locale}" for version in ("9.1.0", "9.2.0") for locale in ("de-de", "en-us", "zh-cn-sichuan")
    ]
    run(VARIABLE, registry(listed | {"speech-to-text": [*listed["speech-to-text"], *new]}))
    project.refresh("tags")
    (row,) = project.document("tags")["kinds"]["speech-to-text"]["tags"]
    assert row["versions"] == ["9.1.0", "9.2.0"]
    assert row["locales"] == ["de-DE", "en-US", "zh-CN-sichuan"]


def test_a_kind_whose_image_is_named_locale_first_is_read_too(project: Project, run: Run, listed: Listed) -> None:
    name = next(name for name in listed if "fast" in name)
    run(VARIABLE, registry(listed | {name: [*listed[name], "de-de-gpu-9.1.0-preview"]}))
    project.refresh("tags")
    known = tags("fast-transcription")
    assert known.known("de-de-gpu-9.1.0-preview")
    assert known.newest == "9.1.0"


def test_a_repository_that_is_not_there_leaves_its_kind_as_it_was(project: Project, run: Run, listed: Listed) -> None:
    del listed["custom-speech-to-text"]
    run(VARIABLE, registry(listed))
    found = project.refresh("tags")
    assert any(note.startswith("custom-speech-to-text:") and "has no repository" in note for note in found.notes)
    assert (
        documents.document("tags")["kinds"]["custom-speech-to-text"]
        == documents.shipped("tags")["kinds"]["custom-speech-to-text"]
    )


def test_a_registry_without_any_repository_is_an_error(project: Project, run: Run) -> None:
    run(VARIABLE, registry({}))
    with pytest.raises(FailedError, match="has a repository of any kind"):
        project.refresh("tags")


def test_retired_kinds_are_not_asked_for(project: Project, run: Run, listed: Listed) -> None:
    double = run(VARIABLE, registry(listed))
    project.refresh("tags")
    assert not any("/text-to-speech/" in path for path, _, _ in double.asked)
