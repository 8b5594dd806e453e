"""From demand to pods, as decision 4 of the design has it."""

import pytest

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
