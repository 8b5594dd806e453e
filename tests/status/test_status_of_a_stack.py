"""`speech status` as the person on call runs it, against the sandbox: a stack that is well, and how stacks fail."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes import client, config
from ruamel.yaml import YAML

from sandbox.home import Home
from sandbox.running import start, stop
from tests.sandbox.arm.azure_clients import Azure
from tests.speech_command import ran
from tests.walk.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.long, pytest.mark.timeout(1800)]

WELL = """\
sandbox   AKS in westeurope
update   update succeeded <time> UTC
account  contoso-speech-sandbox, open to every address, key1 under a day old

container      image                           pods      restarts  since   state
transcribe-en  speech-to-text:5.1.0-amd64-en…  1/1 of 3  0         <age>  runs

all is well
"""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The sandbox stack, up."""
    home = Home(tmp_path / "home")
    try:
        made = Stack(home, start(home))
        made.up()
        made.workloads()
        yield made
    finally:
        stop(home)


def api(stack: Stack) -> Any:
    text = stack.outputs("--show-secrets")["kubeconfig"]
    return config.new_client_from_config_dict(YAML(typ="safe").load(text))  # type: ignore[no-untyped-call]


def until(stack: Stack, words: str, *more: str) -> str:
    """What the status says, once it has these words; it exits with 1 then."""
    deadline = time.monotonic() + 120
    while True:
        code, out, err = ran(stack, "status", "sandbox", *more)
        if words in out:
            assert code == 1, out + err
            return out
        assert time.monotonic() < deadline, out + err


def masked(text: str) -> str:
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "<time>", text)
    return re.sub(r"\d+ (s|min) +runs", "<age>  runs", text)


def test_a_stack_that_is_well_says_so_and_one_that_fails_says_what_to_do(stack: Stack) -> None:
    code, out, err = ran(stack, "status", "sandbox", "--deep")
    assert (code, masked(out)) == (0, WELL), err
    code, out, _ = ran(stack, "status", "sandbox", "--json")
    told = json.loads(out)
    assert (code, told["well"], told["containers"][0]["ready"], told["problems"]) == (0, True, 1, [])

    # Without Azure it works in part, and says so.
    code, out, _ = ran(stack, "status", "sandbox", ARM_SUBSCRIPTION_ID="")
    assert code == 0
    assert "not asked  the account: no subscription is chosen" in out
    assert "nothing is wrong, as far as could be asked" in out

    # Somebody renews the key that containers use.
    Azure(stack.server).speech.accounts.regenerate_key("rg-speech-sandbox", "contoso-speech-sandbox", "Key1")
    said = until(stack, "somebody renewed the key", "--deep")
    assert "pulumi up --stack sandbox   brings them the new one" in said
    assert "transcribe-en: apiStatus Invalid" in said
    stack.up()
    assert ran(stack, "status", "sandbox")[0] == 0

    # A pod that ends at once, after one that was well: it goes on, and the status tells of both.
    with api(stack) as cluster:
        apps = client.AppsV1Api(cluster)
        deployment = apps.read_namespaced_deployment("transcribe-en", "speech")
        container = deployment.spec.template.spec.containers[0]
        container.args = [word for word in container.args if not word.startswith("Eula")]
        apps.replace_namespaced_deployment("transcribe-en", "speech", deployment)
    said = until(stack, "the licence terms are not accepted")
    assert "pulumi config set --path speech:billing.eula accept --stack sandbox; pulumi up --stack sandbox" in said
    assert "1/1 of 3" in said

    # The account is deleted.
    Azure(stack.server).speech.accounts.begin_delete("rg-speech-sandbox", "contoso-speech-sandbox").result()
    said = until(stack, "contoso-speech-sandbox is gone")
    assert "pulumi config set --path speech:account.on_soft_deleted restore --stack sandbox" in said
