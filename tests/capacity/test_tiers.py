"""Pay as you go against commitment tiers: cost as a function of usage, and where another way becomes the cheapest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.capacity.tiers import AS_YOU_GO, Way, break_evens, cheapest, ways

METERS = ("speech-to-text", "custom-speech-to-text", "neural-text-to-speech", "speech-to-text-add-on")
HOURS = st.floats(min_value=0, max_value=500_000)


@st.composite
def any_ways(draw: st.DrawFn) -> tuple[Way, ...]:
    """Pay as you go and up to four tiers, priced at random."""
    amounts = st.integers(min_value=1, max_value=10_000)
    paid = [
        Way(f"T{at}", f"T{at}", draw(amounts), draw(amounts), draw(amounts) / 100)
        for at in range(1, 1 + draw(st.integers(0, 4)))
    ]
    return (Way(AS_YOU_GO, None, 0, 0, draw(amounts) / 100), *paid)


def test_a_tier_costs_its_price_until_its_units_are_used_up_and_each_unit_beyond() -> None:
    tier = ways("speech-to-text")[1]
    assert [tier.usd(hours) for hours in (0, 2000)] == [1520, 1520]
    assert tier.usd(2100) == pytest.approx(1520 + 100 * 0.76)
    assert tier.beyond(2100) == 100


def test_the_first_tier_pays_from_1520_hours_on_and_the_second_from_8125() -> None:
    found = break_evens(ways("speech-to-text"))
    assert [(each.before.name, each.after.name) for each in found] == [(AS_YOU_GO, "T1"), ("T1", "T2"), ("T2", "T3")]
    # 1,520 / 1.00; 1,520 + (x - 2,000) * 0.76 = 6,175; 6,175 + (x - 10,000) * 0.62 = 23,750
    assert [each.usage for each in found] == pytest.approx([1520, 8125, 38346.77], abs=0.01)


def test_a_voice_pays_ahead_from_61_million_characters_on() -> None:
    assert break_evens(ways("neural-text-to-speech"))[0].usage == pytest.approx(912 / 15)


def test_where_two_ways_cost_the_same_the_one_that_binds_to_less_is_taken() -> None:
    assert cheapest(ways("speech-to-text"), 1520).name == AS_YOU_GO
    assert cheapest(ways("speech-to-text"), 1521).name == "T1"


def test_what_has_no_published_price_has_no_way_to_pay() -> None:
    assert ways("fast-transcription") == ()
    assert break_evens(()) == ()


@pytest.mark.parametrize("meter", METERS)
@given(hours=HOURS, more=HOURS)
def test_more_usage_never_costs_less(meter: str, hours: float, more: float) -> None:
    known = ways(meter)
    assert cheapest(known, hours).usd(hours) <= cheapest(known, hours + more).usd(hours + more) + 1e-6


@given(known=any_ways(), usage=st.floats(min_value=0, max_value=30_000))
def test_the_break_evens_lead_to_the_cheapest_way_at_every_usage(known: tuple[Way, ...], usage: float) -> None:
    best = cheapest(known, 0)
    for each in break_evens(known):
        if each.usage <= usage:
            assert each.before == best
            best = each.after
    assert best.usd(usage) == pytest.approx(min(way.usd(usage) for way in known), abs=1e-3)


@given(known=any_ways())
def test_at_a_break_even_both_ways_cost_the_same(known: tuple[Way, ...]) -> None:
    for each in break_evens(known):
        assert each.before.usd(each.usage) == pytest.approx(each.after.usd(each.usage), abs=1e-3)
