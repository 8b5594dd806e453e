"""Settings that a command puts in the place of a stack file's own."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.files.what_if import WhatIfError, applied
from tests.cli.test_plan import REPOSITORY, speech
from tests.stacks import stack_file

STREAMS = "speech:containers[0].demand.concurrent_streams"


def changed(*assignments: str, **keys: object) -> dict[str, Any]:
    return applied(stack_file() | {f"speech:{name}": value for name, value in keys.items()}, assignments)


def test_a_value_is_written_where_the_path_leads_and_typed_as_yaml_types_it() -> None:
    found = changed(f"{STREAMS}=400", "speech:containers[0].scaling.headroom=0.5", "speech:containers[0].locale=de-DE")
    (container,) = found["speech:containers"]
    assert container["demand"] == {"concurrent_streams": 400}
    assert container["scaling"] == {"headroom": 0.5}
    assert container["locale"] == "de-DE"


def test_the_mapping_that_is_given_stays_as_it_was() -> None:
    keys = stack_file()
    applied(keys, [f"{STREAMS}=400"])
    assert keys == stack_file()


def test_a_structure_may_be_written_in_one_line() -> None:
    assert changed("speech:target={kind: docker}")["speech:target"] == {"kind": "docker"}
    assert changed('speech:target.zones=["1", "2"]')["speech:target"]["zones"] == ["1", "2"]


def test_what_is_missing_on_the_way_is_made() -> None:
    assert changed("speech:budget.usd_a_month=100")["speech:budget"] == {"usd_a_month": 100}
    assert changed("speech:acknowledge[0]=unknown-tag")["speech:acknowledge"] == ["unknown-tag"]


def test_the_place_behind_the_last_adds_to_a_list() -> None:
    assert len(changed("speech:containers[1]={name: b}")["speech:containers"]) == 2


def test_null_leaves_the_key_out() -> None:
    found = changed("speech:containers[0].version=null", "speech:account=null")
    assert "version" not in found["speech:containers"][0]
    assert found["speech:account"] == ""


def test_a_key_in_quotes_may_hold_anything() -> None:
    assert changed('speech:tags["a.b=c"]=d')["speech:tags"] == {"a.b=c": "d"}


def test_values_may_hold_the_sign_that_ends_a_path() -> None:
    assert changed("speech:tags.a=b=c")["speech:tags"] == {"a": "b=c"}


def test_a_later_assignment_sees_the_earlier() -> None:
    found = changed("speech:tags={a: x, b: y}", "speech:tags.b=z")
    assert found["speech:tags"] == {"a": "x", "b": "z"}


def test_a_section_that_the_project_gives_as_text_is_opened() -> None:
    assert changed("speech:tags.b=y", tags='{"a": "x"}')["speech:tags"] == {"a": "x", "b": "y"}


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("speech:target", "no assignment: write PATH=VALUE"),
        ("=4", "no assignment"),
        ("containers[0].name=x", "has no namespace: write  speech:containers[0].name"),
        ("speech:containers[3].name=x", "[3] lies beyond the end of a list of 1"),
        ("speech:containers.name=x", '"name" lies in'),
        ("speech:account[0]=x", "[0] is asked of what is no list"),
        ("speech:containers[0].name.deep=x", '"deep" lies in "transcribe-en", which is no mapping'),
        ("speech:containers[x].name=x", "no assignment"),
        ("speech:tags={a", "is no YAML"),
        ("speech:tags={a: 010}", "is no YAML"),
    ],
)
def test_an_assignment_that_says_nothing_is_refused_in_words(assignment: str, words: str) -> None:
    with pytest.raises(WhatIfError) as caught:
        changed(assignment)
    assert words in str(caught.value)


@given(
    st.text(max_size=40) | st.from_regex(r'speech:(containers|tags)[a-z0-9.\[\]"]{0,12}=[^\n]{0,12}', fullmatch=True)
)
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(WhatIfError):
        applied(stack_file(), [text])


def test_the_command_plans_with_it_and_leaves_the_file_alone() -> None:
    file = REPOSITORY / "stacks" / "Pulumi.sandbox.yaml"
    before = file.read_bytes()
    shown = speech("plan", "sandbox", "--json", "--set", f"{STREAMS}=400", "--set", "azure-native:location=eastus")
    assert shown.returncode == 0, shown.stderr
    plan = json.loads(shown.stdout)
    assert (plan["containers"][0]["replicas"]["max"], plan["location"]) == (69, "eastus")
    assert file.read_bytes() == before


def test_faults_are_those_of_any_stack_file_and_say_that_something_was_set() -> None:
    shown = speech("plan", "sandbox", "--set", f"{STREAMS}=many", "--set", "speech:targt.zones=[]")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr.splitlines()[0] == f"{Path('stacks/Pulumi.sandbox.yaml')}, as set: 2 faults"
    assert f"{STREAMS}  " in shown.stderr
    assert 'Did you mean "target"?' in shown.stderr


def test_an_assignment_without_a_value_is_exit_2() -> None:
    shown = speech("plan", "sandbox", "--set", "speech:target.zones")
    assert (shown.returncode, "Traceback" in shown.stderr) == (2, False)
    assert "write PATH=VALUE" in shown.stderr
