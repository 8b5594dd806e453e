"""The documented algorithm of the HorizontalPodAutoscaler, on paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.capacity.autoscaler import SYNC_SECONDS, Autoscaler, Behavior, Observed, Policy, Rules, recommended

AT_ONCE = Rules(0, "Max", (Policy("Percent", 1000, SYNC_SECONDS),))
FREE = Behavior(AT_ONCE, Rules(0, "Max", (Policy("Percent", 100, SYNC_SECONDS),)))


def scaler(*, up: Rules = FREE.up, down: Rules = FREE.down, least: int = 1, most: int = 100) -> Autoscaler:
    return Autoscaler(50, least, most, Behavior(up, down))


def pods(count: int, percent: float) -> Observed:
    return Observed(count, percent)


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (pods(4, 100), 8),
        (pods(4, 25), 2),
        (pods(4, 60), 5),
        (pods(4, 55), 4),  # within a tenth of the target
        (pods(4, 55.9), 4),  # cut to 55
        (pods(4, 56), 5),
        (pods(4, 45), 4),
        (pods(4, 44), 4),  # ceil(0.88 * 4)
        (pods(8, 44), 8),
        (pods(10, 44), 9),
        (Observed(0, 0), 4),  # no metrics: nothing is done
        (Observed(0, 0, unready=4), 4),
    ],
)
def test_the_number_follows_the_ratio_beyond_the_tolerance(seen: Observed, wanted: int) -> None:
    assert recommended(seen.sampled or 4, seen, 50) == wanted


@pytest.mark.parametrize(
    ("seen", "wanted", "why"),
    [
        (Observed(2, 100, unready=2), 4, "those that start carry nothing yet, and are not asked for twice"),
        (Observed(2, 100, unready=1), 4, "one is on its way"),
        (Observed(2, 60, unready=2), 4, "with them it would shrink: nothing is done"),
        (Observed(2, 100, missing=1), 4, "those without a sample use nothing where pods would come"),
        (Observed(2, 20, missing=2), 4, "and all where pods would go"),
        (Observed(4, 0, missing=1), 2, "so one of five keeps two"),
    ],
)
def test_pods_of_which_nothing_is_known_are_supposed_to_slow_what_is_done(
    seen: Observed, wanted: int, why: str
) -> None:
    current = seen.sampled + seen.unready + seen.missing
    assert recommended(current, seen, 50) == wanted, why


def test_pods_come_when_the_whole_window_asked_for_them() -> None:
    slow = scaler(up=Rules(60, "Max", AT_ONCE.policies))
    found = [slow.sync(now, 2, pods(2, 100)) for now in range(0, 75, SYNC_SECONDS)]
    assert found == [2, 2, 2, 2, 4], "the number at the first sync counts as asked for"


def test_a_look_at_which_no_pod_has_a_sample_is_not_remembered() -> None:
    """As the real controller does it: tests/conformance/test_autoscaler.py."""
    slow = scaler(up=Rules(60, "Max", AT_ONCE.policies))
    seen = [pods(2, 100), pods(2, 100), Observed(0, 0, missing=2), pods(2, 100), pods(2, 100)]
    found = [slow.sync(at * SYNC_SECONDS, 2, each) for at, each in enumerate(seen)]
    assert found == [2, 2, 2, 2, 4]


def test_a_burst_shorter_than_the_window_adds_no_pod() -> None:
    slow = scaler(up=Rules(60, "Max", AT_ONCE.policies))
    use = [50] * 8 + [100] * 3 + [50] * 8
    assert {slow.sync(at * SYNC_SECONDS, 2, pods(2, each)) for at, each in enumerate(use)} == {2}


def test_pods_go_when_nothing_in_the_window_asked_for_them() -> None:
    slow = scaler(down=Rules(300, "Max", FREE.down.policies))
    at = next(now for now in range(0, 900, SYNC_SECONDS) if slow.sync(now, 4, pods(4, 10)) < 4)
    assert at == 300


@pytest.mark.parametrize(("select", "wanted"), [("Max", 20), ("Min", 12), ("Disabled", 10)])
def test_of_several_policies_one_is_chosen(select: str, wanted: int) -> None:
    policies = (Policy("Pods", 2, 60), Policy("Percent", 100, 60))
    up = Rules(0, select, policies)  # type: ignore[arg-type]  # a parameter
    assert scaler(up=up).sync(0, 10, pods(10, 200)) == wanted


def test_a_policy_counts_what_changed_in_its_period() -> None:
    slow = scaler(down=Rules(0, "Min", (Policy("Pods", 1, 300),)))
    current, found = 5, []
    for now in range(0, 615, SYNC_SECONDS):
        after = slow.sync(now, current, pods(current, 0))
        if after != current:
            found.append((now, after))
        current = after
    assert found == [(0, 4), (300, 3), (600, 2)]


def test_a_number_beyond_the_bounds_is_brought_back_at_once() -> None:
    bounded = scaler(least=3, most=6)
    assert bounded.sync(0, 1, pods(1, 50)) == 3
    assert bounded.sync(15, 9, pods(9, 50)) == 6


@given(
    use=st.lists(st.floats(0, 400), min_size=1, max_size=60),
    least=st.integers(1, 8),
    more=st.integers(0, 30),
    start=st.integers(1, 50),
)
def test_whatever_is_measured_the_bounds_are_kept(use: list[float], least: int, more: int, start: int) -> None:
    bounded = scaler(least=least, most=least + more)
    current = start
    for at, each in enumerate(use):
        current = bounded.sync(at * SYNC_SECONDS, current, pods(current, each))
        assert least <= current <= least + more
