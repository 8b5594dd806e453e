"""From demand to pods, as decision 4 of the design has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.capacity.plan import PodShape, Range
from speech.capacity.pods import PodDemand, pods_for, streams_on
from speech.catalog.kinds import kind
from speech.settings.containers import Audio, Container
from speech.settings.faults import Finding

STT = kind("speech-to-text")


def container(demand: dict[str, object], scaling: dict[str, object] | None = None, **more: object) -> Container:
    return Container.model_validate(
        {
            "name": "a",
            "kind": "speech-to-text",
            "demand": demand,
            "scaling": {"min_replicas": 1, **(scaling or {})},
            **more,
        }
    )


def pods(each: Container, zones: int = 0) -> PodDemand:
    found = pods_for(each, STT, zones, "speech:containers[0]")
    assert isinstance(found, PodDemand), found
    return found


def test_twelve_live_streams_need_two_to_three_pods_of_seven_cores() -> None:
    found = pods(container({"concurrent_streams": 12}))
    assert found.shape == PodShape(7, 16)
    assert found.streams_per_pod == 7  # one core a live stream (vendor FAQ, 2022)
    assert found.replicas == Range(2, 3)  # ceil(12 / 7); ceil(12 * 1.2 / 7)


def test_files_cost_about_twice_the_cores_of_live_audio() -> None:
    assert streams_on(PodShape(7, 16), STT.streams, Audio.FILE) == 3


@pytest.mark.parametrize(
    ("demand", "scaling", "zones", "expected"),
    [
        ({"concurrent_streams": 120, "base_streams": 40}, {}, 0, Range(6, 21)),  # ceil(40/7), ceil(144/7)
        ({"concurrent_streams": 120, "base_streams": 40}, {"min_replicas": 8}, 0, Range(8, 21)),
        ({"concurrent_streams": 1}, {}, 3, Range(3, 3)),  # a pod a zone
        ({"concurrent_streams": 7}, {"headroom": 0}, 0, Range(1, 1)),
        ({"concurrent_streams": 100}, {"headroom": 0.1, "streams_per_pod": 10}, 0, Range(10, 11)),
        ({"concurrent_streams": 12}, {"max_replicas": 5}, 0, Range(2, 5)),
        ({"concurrent_streams": 12}, {"by": "fixed"}, 0, Range(3, 3)),
    ],
)
def test_replicas_follow_base_peak_zones_and_headroom(
    demand: dict[str, object], scaling: dict[str, object], zones: int, expected: Range
) -> None:
    assert pods(container(demand, scaling), zones).replicas == expected


def test_a_ceiling_below_the_demand_is_a_fault_that_says_how_many_pods_are_needed() -> None:
    found = pods_for(container({"concurrent_streams": 12}, {"max_replicas": 2}), STT, 0, "speech:containers[0]")
    assert isinstance(found, Finding)
    assert found.path == "speech:containers[0].scaling.max_replicas"
    assert found.message == "is 2: 12 streams, headroom 0.2, need 3 pods of 7 streams"


def test_a_shape_without_a_published_figure_asks_for_a_measured_one() -> None:
    lid = kind("language-identification")
    each = container({"concurrent_streams": 4}, resources={"cpu": 4, "memory_gib": 4})
    found = pods_for(each, lid, 0, "speech:containers[0]")
    assert isinstance(found, Finding)
    assert found.path == "speech:containers[0].scaling.streams_per_pod"


def test_language_identification_carries_what_its_table_says() -> None:
    lid = kind("language-identification").streams
    assert streams_on(PodShape(1, 1), lid, Audio.LIVE) == 4  # speech-container-lid, 2024-09
    assert streams_on(PodShape(2, 2), lid, Audio.LIVE) == 6


VOICE = kind("neural-text-to-speech")


def spoken(demand: dict[str, object], scaling: dict[str, object] | None = None) -> PodDemand:
    given = container(demand, scaling, kind="neural-text-to-speech")
    found = pods_for(given, VOICE, 0, "speech:containers[0]")
    assert isinstance(found, PodDemand), found
    return found


def test_characters_a_second_are_streams_that_each_speak_fifteen() -> None:
    found = spoken({"characters_a_second": 450, "base_characters_a_second": 151})
    assert found.streams == Range(11, 30)  # ceil(151 / 15), 450 / 15
    assert found.replicas == Range(3, 8)  # 5 streams a pod: ceil(11 / 5), ceil(30 * 1.2 / 5)


def test_a_measured_speaking_rate_takes_the_place_of_ours() -> None:
    assert spoken({"characters_a_second": 450, "speaking_rate": 45}).streams == Range(10, 10)


def test_without_a_base_everything_is_always_spoken() -> None:
    found = spoken({"characters_a_second": 450}, {"headroom": 0})
    assert found.replicas == Range(6, 6)


@pytest.mark.parametrize(
    ("audio", "scaling", "streams"),
    [
        ("live", {"rule": "faq"}, 7),
        ("live", {"rule": "faq-measured"}, 11),  # 7 / 0.6
        ("live", {"rule": "faq-latency"}, 2),
        ("file", {"rule": "faq-latency"}, 2),
        ("live", {"rule": "chart"}, 5),  # 7 / 1.25
        ("file", {"rule": "faq-pushed"}, 8),  # 7 / 0.8
        ("live", {"cpu_per_stream": 0.9}, 7),
        ("file", {"cpu_per_stream": 0.9}, 7),
        ("live", {"cpu_per_stream": 30}, 1),
    ],
)
def test_streams_of_a_pod_follow_the_rule_that_is_chosen(audio: str, scaling: dict[str, object], streams: int) -> None:
    assert pods(container({"concurrent_streams": 12, "audio": audio}, scaling)).streams_per_pod == streams


def test_cores_of_a_stream_hold_for_a_kind_whose_rule_is_a_table() -> None:
    each = container({"concurrent_streams": 4}, {"cpu_per_stream": 0.2}, kind="language-identification")
    found = pods_for(each, kind("language-identification"), 0, "speech:containers[0]")
    assert isinstance(found, PodDemand), found
    assert found.streams_per_pod == 5


@given(
    streams=st.integers(1, 5000),
    more=st.integers(0, 500),
    headroom=st.floats(0, 4),
    rule=st.sampled_from(["faq", "faq-measured", "chart"]),
)
def test_more_streams_never_need_fewer_pods(streams: int, more: int, headroom: float, rule: str) -> None:
    few, many = (
        pods(container({"concurrent_streams": count}, {"rule": rule, "headroom": headroom}))
        for count in (streams, streams + more)
    )
    assert few.replicas.min <= many.replicas.min
    assert few.replicas.max <= many.replicas.max


@given(streams=st.integers(1, 5000), headroom=st.floats(0, 4), per_pod=st.integers(1, 40))
def test_the_pods_of_the_peak_carry_it_with_its_headroom_and_none_is_idle(
    streams: int, headroom: float, per_pod: int
) -> None:
    found = pods(container({"concurrent_streams": streams}, {"streams_per_pod": per_pod, "headroom": headroom}))
    wanted = streams * (1 + headroom)
    assert found.peak * per_pod >= wanted - 1e-6
    assert (found.peak - 1) * per_pod < wanted
