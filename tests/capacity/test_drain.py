"""Every waiting time, from one number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.capacity.drain import LEAVING_SECONDS, SHUTDOWN_SECONDS, drain, waits
from speech.catalog.limits import limit


def test_a_pod_stays_for_its_longest_stream_and_then_has_time_to_stop() -> None:
    found = drain(60, pods_per_node=1, startup_minutes=10)
    assert found.pre_stop_seconds == 3600 + LEAVING_SECONDS, "a stream may come before all know that the pod goes"
    assert found.grace_seconds == found.pre_stop_seconds + SHUTDOWN_SECONDS == 3660


def test_a_node_with_several_pods_of_a_container_drains_them_one_after_another() -> None:
    one, four = (drain(60, pods_per_node=pods, startup_minutes=10).pool_minutes for pods in (1, 4))
    assert one == 66
    assert four == one + 3 * 10, "its disruption budget lets the next go when the one before is replaced"


@given(st.integers(1, 720), st.integers(1, 18), st.integers(1, 60))
def test_whatever_the_stream_a_drain_is_longer_than_a_grace_period_and_as_azure_allows(
    minutes: int, pods: int, startup: int
) -> None:
    found = drain(minutes, pods, startup)
    allowed = limit("aks.drain-minutes")
    assert found.pre_stop_seconds < found.grace_seconds, "or the API server refuses the sleep"
    assert allowed.minimum <= found.pool_minutes <= allowed.maximum
    assert found.pool_minutes * 60 > found.grace_seconds or found.pool_minutes == allowed.maximum


@pytest.mark.parametrize("startup", [5, 10, 60])
def test_each_wait_is_longer_than_what_it_waits_for(startup: int) -> None:
    found = waits(startup, grace_seconds=3660, most_pods=4)
    new_node, pull, load = 900, startup * 60, startup * 60
    assert found.progress_seconds > new_node + pull + load
    assert found.create_seconds > found.progress_seconds
    assert found.update_seconds > 4 * (new_node + pull + load + 3660), "pod after pod in a full pool"
    assert found.delete_seconds > 3660
