"""Demands that no pods could be counted for, and the words that say so."""

from collections.abc import Sequence

from tests.settings.broken_hosts import Changes

C = "speech:containers[0]"
D, S = f"{C}.demand", f"{C}.scaling"
VOICE = {"name": "a", "kind": "neural-text-to-speech", "locale": "en-US", "voice": "AriaNeural", "version": "3.11.0"}


def speaking(**demand: object) -> tuple[str, object]:
    return "speech:containers", [{**VOICE, "demand": demand}]


# rule, changes to the dev stack, path of the fault, words in it
FAULTS: Sequence[tuple[str, Changes, str, str]] = [
    ("a_demand_has_one_peak", [(D, {"hours_a_month": 4})], f"{D}.concurrent_streams", "missing. Write the number of streams at the peak"),
    ("a_demand_has_one_peak", [speaking(characters_a_month=4)], f"{D}.concurrent_streams", "concurrent_streams: 12, or  characters_a_second: 450"),
    ("a_demand_has_one_peak", [speaking(concurrent_streams=2, characters_a_second=30)], f"{D}.characters_a_second", "says the peak again"),
    ("only_what_speaks_has_characters_a_second", [(D, {"characters_a_second": 30})], f"{D}.characters_a_second", "a speech-to-text container speaks nothing"),
    ("only_what_speaks_has_characters_a_second", [(f"{D}.speaking_rate", 12)], f"{D}.speaking_rate", "a speech-to-text container speaks nothing"),
    ("a_base_is_said_as_its_peak_is", [speaking(concurrent_streams=2, base_characters_a_second=30)], f"{D}.base_characters_a_second", "says something of characters_a_second alone"),
    ("a_base_is_said_as_its_peak_is", [speaking(concurrent_streams=2, speaking_rate=12)], f"{D}.speaking_rate", "says something of characters_a_second alone"),
    ("a_base_is_said_as_its_peak_is", [speaking(characters_a_second=30, base_streams=1)], f"{D}.base_streams", "write  base_characters_a_second"),
    ("the_base_stays_below_the_peak", [(f"{D}.base_streams", 13)], f"{D}.base_streams", "more than the peak of 12 concurrent_streams"),
    ("the_base_stays_below_the_peak", [speaking(characters_a_second=30, base_characters_a_second=31)], f"{D}.base_characters_a_second", "is 31, more than the peak of 30"),
    ("streams_become_cores_by_one_rule", [(S, {"rule": "faq", "streams_per_pod": 7})], f"{S}.rule", "has no effect beside streams_per_pod"),
    ("streams_become_cores_by_one_rule", [(S, {"cpu_per_stream": 1, "streams_per_pod": 7})], f"{S}.cpu_per_stream", "has no effect beside streams_per_pod"),
    ("a_rule_of_streams_is_published_for_the_kind", [(f"{S}.rule", "faq-mesured")], f"{S}.rule", 'Did you mean "faq-measured"?'),
    ("a_rule_of_streams_is_published_for_the_kind", [(f"{S}.rule", "xyz")], f"{S}.rule", "Known: faq, faq-measured"),
    ("a_rule_of_streams_is_published_for_the_kind", [(f"{S}.rule", "faq-pushed")], f"{S}.rule", "says nothing of live audio"),
]  # fmt: skip

WARNINGS: Sequence[tuple[str, Changes, str, str]] = [
    ("usage_is_said_in_the_unit_that_is_charged", [(f"{D}.characters_a_month", 400)], f"{D}.characters_a_month", "is charged by the audio hour, write  hours_a_month"),
    ("usage_is_said_in_the_unit_that_is_charged", [speaking(concurrent_streams=2, hours_a_month=9)], f"{D}.hours_a_month", "is charged by the million characters, write  characters_a_month"),
]  # fmt: skip
