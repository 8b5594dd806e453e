"""`speech keys rotate` where no pods run, and where the keys are not the stack's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sandbox.home import Home
from sandbox.running import start, stop
from tests.keys.client import Client, keys
from tests.speech_command import ran
from tests.walk.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.long, pytest.mark.timeout(1800)]

SMALL = {
    "name": "which-language",
    "kind": "language-identification",
    "version": "1.18.0",
    "resources": {"cpu": 1, "memory_gib": 1},
    "demand": {"concurrent_streams": 6},
    "scaling": {"headroom": 0},
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path / "home")
    try:
        yield made
    finally:
        stop(made)


def test_container_groups_move_one_after_the_other_and_never_lose_a_valid_key(home: Home) -> None:
    stack = Stack(home, start(home), "groups-westeurope")
    yaml = YAML()
    content = yaml.load(stack.file)
    content["config"]["speech:containers"] = [SMALL]
    yaml.dump(content, stack.file)
    stack.up()
    stack.workloads()
    place = (stack, "rg-speech-groups-westeurope", "contoso-speech-groups-weu")
    before = keys(*place)
    with Client(stack) as client:
        code, out, err = ran(stack, "keys", "rotate", "groups-westeurope", "--yes")
    assert code == 0, out + err
    assert not set(before.values()) & set(keys(*place).values())
    assert client.states == {"Valid"}
    code, out, err = ran(stack, "status", "groups-westeurope")
    assert code == 0, out + err
    assert "Container Instances in westeurope" in out
    assert "2/2" in out


def test_docker_hosts_are_the_users_turn_between_the_keys(home: Home) -> None:
    stack = Stack(home, start(home))
    stack.change("kind: aks", "kind: docker")
    stack.up()
    place = (stack, "rg-speech-sandbox", "contoso-speech-sandbox")
    first = keys(*place)
    code, out, err = ran(stack, "keys", "rotate", "sandbox", "--yes")
    second = keys(*place)
    assert code == 1
    assert "now it is your turn: the Docker hosts still run with key1" in err
    assert "speech render compose sandbox --out DIR   writes .env with key2" in err
    assert (second["key1"], second["key2"] != first["key2"]) == (first["key1"], True), out
    assert ran(stack, "keys", "rotate", "sandbox", "--yes")[0] == 1
    assert keys(*place) == second, "not before the hosts are done"
    code, out, err = ran(stack, "keys", "rotate", "sandbox", "--yes", "--restarted")
    assert code == 0, out + err
    assert keys(*place)["key1"] != first["key1"]
    code, out, _ = ran(stack, "status", "sandbox")
    assert code == 0
    assert "not asked  Docker hosts: look there with  docker compose ps" in out


def test_keys_of_somebody_elses_account_are_left_alone(home: Home) -> None:
    stack = Stack(home, start(home))
    stack.change(
        "custom_domain: contoso-speech-sandbox",
        "mode: existing\n    endpoint: https://other.cognitiveservices.azure.com/",
    )
    stack.change(
        "    on_soft_deleted: restore # a second `make up` within 48 hours finds the account of the first\n", ""
    )
    stack.secret("speech:account.key", "0123456789abcdef0123456789abcdef")
    code, _, err = ran(stack, "keys", "rotate", "sandbox", "--yes")
    assert code == 2
    assert "so the keys of https://other.cognitiveservices.azure.com/ are not this stack's to change" in err
    assert "az cognitiveservices account keys regenerate --key-name key2" in err
