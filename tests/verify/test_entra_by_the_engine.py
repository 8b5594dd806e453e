"""A cluster without local accounts: the credential plugin of its kubeconfig logs in."""

from collections.abc import Iterator

import pytest

from sandbox.home import ADMIN_GROUP_ID, Home
from sandbox.running import start, stop
from tests.verify.test_by_the_engine import verify
from tests.walk.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.long]


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The sandbox stack with Entra, up. What it starts is stopped by its own pid."""
    home = Home(tmp_path_factory.mktemp("verify-entra") / "home")
    try:
        stack = Stack(home, start(home))
        entra = f"kind: aks\n    authentication: entra\n    admin_group_ids: [{ADMIN_GROUP_ID}]"
        stack.change("kind: aks", entra)
        stack.up()
        stack.workloads()
        yield stack
    finally:
        stop(home)


def test_the_kubeconfigs_plugin_opens_the_way_to_the_pods(up: Stack) -> None:
    said = verify(up)
    assert said.code == 0, said.out + said.err
    assert said.of("tunnel")[0] == "pass tunnel by port-forward to 1 ready pod"
    assert said.of("call")[0].startswith("pass call")


def test_a_plugin_that_may_not_log_in_is_a_warning_and_the_way_is_asked_for(up: Stack) -> None:
    environment = up.environment
    try:
        up.environment = environment | {"AAD_SERVICE_PRINCIPAL_CLIENT_SECRET": "wrong"}
        said = verify(up)
    finally:
        up.environment = environment
    assert said.code == 1
    assert said.of("image")[0].startswith(
        "warn image version and locale are not known: the kubeconfig does not log in: exec: process returned 1. Error:"
    )
    assert said.err == ""
    assert said.of("name")[0] == "fail name transcribe-en.speech.svc.cluster.local does not resolve here"
