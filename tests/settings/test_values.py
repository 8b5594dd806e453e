"""Values that no configuration holds, and any mapping at all: faults, never a traceback."""

import json
import math
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speech.capacity.planner import plan
from speech.settings.base import Decrypted
from speech.settings.faults import InvalidStackError, render
from speech.settings.parse import parse
from speech.settings.stack import Stack
from speech.settings.values import DEEPEST, MOST_VALUES
from tests.settings.broken_containers import DIAGNOSTIC, DISCONNECTED, LANGUAGE, NEURAL, of
from tests.settings.broken_hosts import CONTOSO, LOGIN
from tests.stacks import stack_file

SLOW = [HealthCheck.too_slow]
"""A busy machine decides no test."""


def the_fault(mapping: dict[Any, object]) -> tuple[str, str]:
    with pytest.raises(InvalidStackError) as caught:
        parse(mapping)
    (fault,) = caught.value.faults
    return fault.path, fault.message


def nested(levels: int) -> object:
    value: object = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2026, 11, 21), 'is "2026-11-21", a date: write it in quotes'),
        (b"x", "a bytes: write it in quotes"),
        (math.inf, "is no number of a setting"),
        (math.nan, "is no number of a setting"),
        (10**400, "is no number of a setting"),
        ({1: "x"}, 'has the key "1", which is no text: write it in quotes'),
        ({None: "x"}, 'has the key "None", which is no text'),
    ],
)
def test_a_value_that_no_configuration_holds_is_a_fault(value: object, words: str) -> None:
    path, message = the_fault(stack_file(("speech:tags", {"a": value})))
    assert path == "speech:tags.a"
    assert words in message


def test_a_key_that_is_no_text_is_a_fault() -> None:
    path, message = the_fault({**stack_file(), 5: "x"})
    assert path == "5"
    assert message == 'has no namespace: write "speech:5"'


def test_nesting_has_an_end_also_where_it_has_none() -> None:
    endless: list[object] = []
    endless.append(endless)
    for value in (nested(100_000), endless):
        path, message = the_fault(stack_file(("speech:tags", value)))
        assert path.startswith("speech:tags[0][0]")
        assert message == f"lies deeper than {DEEPEST} levels, deeper than any setting"


def test_the_number_of_values_has_an_end() -> None:
    laughs: object = "ha"
    for _ in range(15):
        laughs = [laughs] * 10
    _, message = the_fault(stack_file(("speech:tags", laughs)))
    assert message == f"here the file passes {MOST_VALUES:,} values, more than any stack needs"


def test_json_text_that_is_none_stays_text() -> None:
    for text in ("[", "{", "nul", "[" * 100_000, '{"a": 1e9999}'):
        path, message = the_fault({**stack_file(), "speech:tags": text})
        assert path.startswith("speech:tags")
        assert "must be a mapping" in message or "no number" in message


def test_many_unknown_words_are_counted() -> None:
    with pytest.raises(InvalidStackError) as caught:
        parse(stack_file(("speech:network", {f"exposur{index}": index for index in range(5000)})))
    assert len(caught.value.faults) == 5000
    assert render(caught.value.faults)[-1] == "  ... and 4950 more"


texts = st.one_of(
    st.text(max_size=12), st.sampled_from(["aks", "dev", "prod", "10.0.0.0/16", "existing", "5.1.0", "latest"])
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts, st.dates(), st.binary(max_size=3))
words = st.one_of(
    texts,
    st.sampled_from(
        [name for model in (Stack, *Stack.model_fields) for name in getattr(model, "model_fields", [model])]
    ),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words | scalars, inner, max_size=4),
    max_leaves=12,
)
keys = st.one_of(
    texts, st.sampled_from([f"speech:{name}" for name in Stack.model_fields]), st.just("azure-native:location")
)


@settings(max_examples=300, deadline=None, suppress_health_check=SLOW)
@given(st.dictionaries(keys, values, max_size=6))
def test_any_mapping_is_settings_or_faults(mapping: dict[str, object]) -> None:
    with suppress(InvalidStackError):
        plan(parse(mapping).stack, "any")


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [found for key, each in value.items() for found in [(*path, key), *places(each, (*path, key))]]
    if isinstance(value, list):
        return [found for index, each in enumerate(value) for found in [(*path, index), *places(each, (*path, index))]]
    return []


WHOLE = stack_file(
    ("speech:network", {"exposure": "internal", "address_space": "10.90.0.0/16", "clients": {"cidrs": ["10.0.0.0/8"]}}),
    ("speech:target.authorized_ip_ranges", ["203.0.113.0/24"]),
    ("speech:target.maintenance", {"day": "Monday", "start_time": "02:00", "hours": 4, "utc_offset": "+00:00"}),
    ("speech:monitoring", {"create_workspace": True, "retention_days": 60}),
    ("speech:containers[0].scaling", {"headroom": 0.1, "max_replicas": 40}),
    ("speech:containers[0].resources", {"cpu": 7, "memory_gib": 16}),
    ("speech:tags", {"owner": "me"}),
)
OPTIONS = {
    "sentiment": {"host": "http://language/text/analytics/v3.0/sentiment"},
    "diarization": {"cache": "redis:6379"},
    "logging": {"level": "Warning", "disk": {"max_file_mb": 5}},
    "output": {"size_gib": 5, "path": "/out"},
    "proxy": {"url": "http://proxy:8888", "no_proxy": [".contoso.example"]},
    "fluentd": {"host": "fluentd", "port": 24224, "tls": True},
    "extra_args": ["Logging:Console:LogLevel:Microsoft=Warning"],
}
FILES = [
    WHOLE,
    stack_file(
        (
            "speech:target",
            {"kind": "kubernetes", "storage_class": "nfs", "ingress_class": "nginx", "context": "factory"},
        ),
        ("speech:network", {"domain": "speech.contoso.example"}),
        ("speech:registry", {"server": "contoso.azurecr.io", "prefix": "speech", **LOGIN}),
        ("speech:containers[0].options", OPTIONS),
    ),
    stack_file(
        ("speech:target", {"kind": "container-instances", "dns_servers": ["10.0.0.4"]}),
        ("speech:network", {"exposure": "internal"}),
        ("speech:registry", {"server": "contoso.azurecr.io", "resource_id": CONTOSO}),
        ("speech:acknowledge", ["no-avx2-guarantee", "preview-container"]),
        of(NEURAL, DIAGNOSTIC, {**LANGUAGE, "name": "which"}),
    ),
    stack_file(
        *DISCONNECTED,
        ("speech:target", {"kind": "docker"}),
        ("speech:containers[0].model.display", {"locale": "en-US", "types": ["Punct"]}),
    ),
]


def test_the_good_files_are_good() -> None:
    assert all(parse(file) for file in FILES)


@settings(max_examples=500, deadline=None, suppress_health_check=SLOW)
@given(st.sampled_from([(file, place) for file, each in enumerate(FILES) for place in places(each)]), values)
def test_any_value_anywhere_in_a_good_file_is_settings_or_faults(
    where: tuple[int, tuple[str | int, ...]], value: object
) -> None:
    file, place = where
    mapping = json.loads(json.dumps(FILES[file]))
    part: Any = mapping
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    with suppress(InvalidStackError):
        plan(parse(mapping).stack, "any")


@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
@given(st.sampled_from(sorted(Stack.model_fields)), st.text(max_size=60), st.booleans())
def test_any_text_that_the_engine_hands_over_is_settings_or_faults(name: str, text: str, secret: bool) -> None:
    with suppress(InvalidStackError):
        parse({**stack_file(), f"speech:{name}": Decrypted(text) if secret else text})
