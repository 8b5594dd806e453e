import json
import re
from pathlib import Path

import pytest

from speech.catalog.kinds import kinds
from speech.catalog.tags import image_tag, tags, version_in
from speech.catalog.versions import version_key

# Every version and tag that the pages of 2019-11, 2020-05 and 2022-01 print; the page of 2024-09 prints none.
PRINTED = json.loads(Path(__file__).with_name("printed.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", PRINTED, ids=lambda row: f"{row['document']} {row['kind']}")
def test_what_a_page_prints_is_a_row(row: dict[str, list[str]]) -> None:
    known = tags(str(row["kind"]))
    assert [tag for tag in row["tags"] if not known.known(tag)] == []
    assert [version for version in row["versions"] if version not in known.versions()] == []


def test_the_pages_print_14_locales_and_37_voices_of_2019() -> None:
    printed = {row["kind"]: row["tags"] for row in PRINTED if row["document"] == "2019-11"}
    assert len([tag for tag in printed["speech-to-text"] if tag.startswith("2.0.0")]) == 14
    assert len([tag for tag in printed["text-to-speech"] if tag.startswith("1.3.0")]) == 37


@pytest.mark.parametrize(
    ("kind", "version", "locale", "voice", "tag"),
    [
        ("speech-to-text", "2.6.0", "en-US", None, "2.6.0-amd64-en-us"),
        ("speech-to-text", "3.7.0", "zh-CN-sichuan", None, "3.7.0-amd64-zh-cn-sichuan"),
        ("speech-to-text", "2.0.0", "en-US", None, "2.0.0-amd64-en-us-preview"),
        ("speech-to-text", "5.0.3-preview", "en-GB", None, "5.0.3-preview-amd64-en-gb"),
        ("custom-speech-to-text", "5.1.0", None, None, "5.1.0-amd64"),
        ("custom-speech-to-text", "2.2.0", None, None, "2.2.0-amd64-preview"),
        ("custom-speech-to-text", "5.0.1-preview", None, None, "5.0.1-preview-amd64"),
        ("neural-text-to-speech", "3.11.0", "en-US", "AriaNeural", "3.11.0-amd64-en-us-arianeural"),
        ("neural-text-to-speech", "3.11.0", "en-US", "en-US-AriaNeural", "3.11.0-amd64-en-us-arianeural"),
        ("neural-text-to-speech", "2.6.0", "zh-CN", "XiaochenNeural", "2.6.0-amd64-zh-cn-xiaochenneural-preview"),
        ("text-to-speech", "1.3.0", "zh-CN", "Kangkang-Apollo", "1.3.0-amd64-zh-cn-kangkang-apollo-preview"),
        ("text-to-speech", "1.15.0", "en-US", "AriaRUS", "1.15.0-amd64-en-us-ariarus"),
        ("custom-text-to-speech", "1.15.0", None, None, "1.15.0-amd64"),
        ("language-identification", "1.18.0", None, None, "1.18.0-amd64-preview"),
        ("fast-transcription", "1.0.0", "en", None, "en-gpu-1.0.0-preview"),
        ("fast-transcription", "1.0.0", "en-US", None, "en-gpu-1.0.0-preview"),
    ],
)
def test_a_tag_is_formed_as_it_is_printed(
    kind: str, version: str, locale: str | None, voice: str | None, tag: str
) -> None:
    assert image_tag(kind, version, locale, voice) == tag
    assert tags(kind).known(tag)


def test_every_known_tag_is_formed_again_from_its_parts() -> None:
    for name in kinds():
        known = tags(name)
        for tag in known.by_tag:
            assert tag in {image_tag(name, *parts) for parts in _readings(name, tag)}, tag


def _readings(name: str, tag: str) -> list[tuple[str, str | None, str | None]]:
    """Ways to read a tag as version, locale and voice of the kind's lists."""
    if name == "fast-transcription":
        return [("1.0.0", tag.removesuffix("-gpu-1.0.0-preview"), None)]
    form = re.fullmatch(r"([\d.]+(?:-preview)?)-amd64-?(.*?)(?:-?preview)?", tag)
    assert form is not None, tag
    version, rest = form[1], form[2]
    known = tags(name)
    readings: list[tuple[str, str | None, str | None]] = []
    for locale in (locale for locale in known.locales() if f"{rest}-".startswith(f"{locale.lower()}-")):
        voice = rest[len(locale) + 1 :]
        readings.append((version, locale, voice or None))
    return readings or [(version, None, None)]


def test_a_row_s_tag_does_not_take_preview_for_part_of_the_locale() -> None:
    assert "en-US-preview" not in tags("speech-to-text").locales()
    assert "en-us-preview" not in map(str.lower, tags("speech-to-text").locales())


def test_tags_are_case_sensitive() -> None:
    assert not tags("speech-to-text").known("2.6.0-amd64-en-US")


def test_a_new_version_is_unknown_and_formed_by_the_grammar() -> None:
    tag = image_tag("speech-to-text", "9.0.0", "de-DE")
    assert tag == "9.0.0-amd64-de-de"
    assert not tags("speech-to-text").known(tag)


def test_version_and_locale_are_no_grid() -> None:
    assert tags("speech-to-text").known("5.3.0-amd64-en-us")
    assert not tags("speech-to-text").known("5.3.0-amd64-te-in")


def test_versions_stand_in_the_order_of_their_numbers() -> None:
    for name in kinds():
        versions = tags(name).versions()
        assert list(versions) == sorted(versions, key=version_key)
    stt = tags("speech-to-text").versions()
    assert stt.index("2.9.0") < stt.index("2.10.0")


def test_a_preview_comes_before_its_release() -> None:
    assert version_key("5.0.1-preview") < version_key("5.0.1")


def test_what_is_no_version_is_refused() -> None:
    with pytest.raises(ValueError, match='"latest" is no version'):
        version_key("latest")


def test_the_newest_version_is_one_that_a_first_party_page_names() -> None:
    assert tags("speech-to-text").newest == "5.1.0"
    assert tags("speech-to-text").versions()[-1] == "5.4.0"
    assert tags("neural-text-to-speech").newest == "4.1.0"
    assert tags("language-identification").newest == "1.18.0"


def test_latest_means_what_the_pages_say() -> None:
    for name, locale, voice in (
        ("speech-to-text", "en-US", None),
        ("neural-text-to-speech", "en-US", "AriaNeural"),
        ("text-to-speech", "en-US", "JessaRUS"),
        ("custom-speech-to-text", None, None),
    ):
        latest = tags(name).latest_means
        assert (latest.locale, latest.voice) == (locale, voice)


def test_how_sure_a_tag_is_can_be_asked() -> None:
    known = tags("speech-to-text")
    assert known.by_tag["3.7.0-amd64-de-de"].confidence == "high"
    assert known.by_tag["5.4.0-amd64-en-us"].confidence == "low"
    assert tags("custom-speech-to-text").by_tag["5.1.0-amd64"].confidence == "medium"


def test_a_digest_is_kept_where_a_page_prints_one() -> None:
    assert tags("custom-speech-to-text").digests["3.7.0-amd64"].startswith("sha256:551113f7")


def test_a_misspelt_voice_has_a_nearest_one() -> None:
    assert tags("neural-text-to-speech").nearest_voice("en-US", "AriaNueral") == "AriaNeural"


def test_a_misspelt_locale_and_version_have_a_nearest_one() -> None:
    known = tags("speech-to-text")
    assert known.nearest_locale("en_us") == "en-US"
    assert known.nearest_version("5.1") == "5.1.0"


def test_what_resembles_nothing_has_no_nearest() -> None:
    assert tags("neural-text-to-speech").nearest_voice("en-US", "zzzzzz") is None


def test_locales_of_release_notes_are_known_without_a_tag() -> None:
    assert {"fr-BE", "uk-UA", "or-IN"} <= set(tags("speech-to-text").locales())


def test_ssml_names_have_their_capitals() -> None:
    assert tags("neural-text-to-speech").ssml_voice("en-us", "arianeural") == "en-US-AriaNeural"
    assert tags("text-to-speech").ssml_voice("en-US", "jessarus") == "en-US-JessaRUS"


def test_an_unknown_voice_keeps_its_own_writing() -> None:
    assert tags("neural-text-to-speech").ssml_voice("xx-XX", "NewNeural") == "xx-XX-NewNeural"


def test_guessed_capitals_are_marked() -> None:
    known = tags("neural-text-to-speech")
    assert "en-US-AriaNeural" not in known.guessed_case
    assert known.guessed_case


def test_fast_transcription_puts_a_locale_into_its_group() -> None:
    known = tags("fast-transcription")
    assert known.group_of("en-GB") == "en"
    assert known.group_of("de-DE") == "de-DE"
    assert known.group_of("nb-NO") == "t3-16-locales"
    assert known.group_of("tlh") == "tlh"


def test_a_group_and_its_locales_are_both_known_locales() -> None:
    assert {"en", "en-GB", "nb-NO", "de-DE"} <= set(tags("fast-transcription").locales())


def test_no_known_tag_gets_lost() -> None:
    assert {name: len(tags(name).by_tag) for name in kinds()} == {
        "speech-to-text": 517,
        "custom-speech-to-text": 46,
        "neural-text-to-speech": 159,
        "language-identification": 15,
        "fast-transcription": 1,
        "text-to-speech": 245,
        "custom-text-to-speech": 8,
        "diagnostic": 0,
    }


def test_a_name_that_is_no_kind_has_no_tags() -> None:
    with pytest.raises(KeyError):
        tags("speech-to-txt")


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("2.0.0-amd64-en-us-preview", "2.0.0"),
        ("1.3.0-amd64-zh-cn-kangkang-apollo-preview", "1.3.0"),
        ("5.0.1-preview-amd64", "5.0.1-preview"),
        ("en-gpu-1.0.0-preview", "1.0.0"),
        ("gpu-1.0.0-en-us", None),
        ("latest", None),
        ("1.0.0", None),
    ],
)
def test_the_version_in_a_tag_is_read_where_the_tag_is_the_vendors(tag: str, version: str | None) -> None:
    assert version_in(tag) == version


def test_the_version_in_every_known_tag_is_read() -> None:
    for name in kinds():
        assert {version_in(tag) for tag in tags(name).by_tag} <= set(tags(name).versions())
