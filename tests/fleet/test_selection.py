"""Which stacks: labels of stack files, and conditions on them."""

from collections.abc import Mapping

import pytest

from operations.fleet.selection import labels, selection
from speech.files.stack_file import UnreadableError

WEST = {"name": "prod-westeurope", "environment": "prod", "location": "westeurope", "target": "aks"}
EAST = {"name": "prod-eastus2", "environment": "prod", "location": "eastus2", "target": "container-instances"}
DEV = {"name": "dev-westeurope", "environment": "dev", "location": "westeurope", "target": "aks", "tag.team": "voice"}


def chosen(text: str) -> list[str]:
    asked = selection(text)
    return [each["name"] for each in (WEST, EAST, DEV) if asked.holds(each)]


def test_a_stack_has_its_labels_from_its_file() -> None:
    keys: Mapping[str, object] = {
        "speech:environment": "prod",
        "azure-native:location": "westeurope",
        "speech:target": {"kind": "aks"},
        "speech:tags": {"team": "voice"},
    }
    assert labels("x", keys) == {
        "name": "x",
        "environment": "prod",
        "location": "westeurope",
        "target": "aks",
        "tag.team": "voice",
    }


def test_a_projects_own_value_is_read_though_it_is_a_text_of_json() -> None:
    assert labels("x", {"speech:target": '{"kind": "docker"}'})["target"] == "docker"


def test_what_a_broken_file_does_not_say_is_no_label() -> None:
    assert labels("x", {"speech:target": "docker", "speech:tags": 3, "speech:environment": None}) == {"name": "x"}


def test_no_condition_chooses_every_stack() -> None:
    assert len(chosen("")) == 3


def test_all_conditions_hold() -> None:
    assert chosen("environment=prod,location=westeurope") == ["prod-westeurope"]


def test_a_label_twice_may_be_either() -> None:
    assert chosen("location=westeurope,location=eastus2,environment=prod") == ["prod-westeurope", "prod-eastus2"]


def test_a_star_stands_for_anything() -> None:
    assert chosen("name=*-westeurope") == ["prod-westeurope", "dev-westeurope"]


def test_a_label_can_be_ruled_out() -> None:
    assert chosen("environment!=prod") == ["dev-westeurope"]
    assert chosen("tag.team!=voice") == ["prod-westeurope", "prod-eastus2"], "those without the tag too"


def test_a_tag_is_a_label() -> None:
    assert chosen("tag.team=voice") == ["dev-westeurope"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prod", '--select "prod": write LABEL=VALUE, as in  environment=prod'),
        ("environment=", "write LABEL=VALUE"),
        (
            "enviroment=prod",
            '--select "enviroment" is no label; there are name, environment, location, target or tag.<name>. Did you mean "environment"?',
        ),
    ],
)
def test_words_that_say_nothing_are_refused(text: str, words: str) -> None:
    with pytest.raises(UnreadableError) as fault:
        selection(text)
    assert words in str(fault.value)


def test_a_value_that_no_stack_has_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnreadableError) as fault:
        selection("location=westeurop").check([WEST, EAST, DEV])
    assert str(fault.value) == 'no stack has location=westeurop. Did you mean "westeurope"?'


def test_a_value_that_nothing_is_near_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnreadableError) as fault:
        selection("environment=live").check([WEST, EAST, DEV])
    assert str(fault.value) == "no stack has environment=live. There are: dev, prod."
