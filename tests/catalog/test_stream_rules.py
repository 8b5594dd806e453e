"""The published rules of what a stream costs."""

import pytest

from speech.catalog.documents import document
from speech.catalog.kinds import kind, kinds
from speech.catalog.stream_rules import stream_rules


def test_the_default_stands_first_and_is_the_kinds_own() -> None:
    for name, facts in kinds().items():
        assert not facts.streams.says_something or next(iter(stream_rules(name).values())) == facts.streams


def test_no_rule_of_a_kind_has_the_name_of_another() -> None:
    for name, facts in kinds().items():
        named = [row["name"] for row in document("stream_rules")["rules"] if name in row["kinds"]]
        assert len({*named, facts.streams.name}) == len(named) + 1, name


def test_every_rule_says_something_of_some_audio() -> None:
    assert all(rule.says_something for name in kinds() for rule in stream_rules(name).values())


@pytest.mark.parametrize(
    ("rule", "live", "file"),
    [
        ("faq", 1.0, 2.0),
        ("faq-measured", 0.6, 1.2),
        ("faq-small", 0.5, None),  # 8 live streams on 4 cores
        ("faq-pushed", None, 0.8),  # 10 decoders on 8 cores
        ("chart", 1.25, 2.125),
        ("helm-doc", 1.15, 1.95),
        ("oss", 0.5, None),  # 2 sessions a core
        ("oss-chart", 1.6, None),  # 5 decoders on 8 cores
    ],
)
def test_a_stream_costs_the_cores_that_its_source_says(rule: str, live: float | None, file: float | None) -> None:
    found = stream_rules("speech-to-text")[rule]
    assert (found.live_cpu, found.file_cpu) == (live, file)


def test_a_kind_without_a_published_figure_has_no_rule() -> None:
    assert not stream_rules("fast-transcription")


def test_only_what_speaks_has_a_speaking_rate() -> None:
    speaking = {name for name, facts in kinds().items() if facts.speaking_rate}
    assert speaking == {"neural-text-to-speech", "text-to-speech", "custom-text-to-speech"}


def test_the_faq_advises_more_containers_beyond_eight_streams_or_sixteen_cores() -> None:
    ceiling = kind("speech-to-text").ceiling
    assert ceiling is not None
    assert (ceiling.streams, ceiling.cpu) == (8, 16)
