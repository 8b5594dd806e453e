"""Container Instances: each replica for itself, and its image as Resource Manager tells it."""

from collections.abc import Iterator
from typing import Any

import pytest
from ruamel.yaml import YAML

from sandbox.home import Home
from sandbox.running import start, stop
from tests.verify.test_by_the_engine import verify
from tests.walk.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.long]

CONTAINER: dict[str, Any] = {
    "name": "which-language",
    "kind": "language-identification",
    "version": "1.18.0",
    "resources": {"cpu": 1, "memory_gib": 1},
    "demand": {"concurrent_streams": 8},
    "scaling": {"headroom": 0},
}


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of two groups, up. What it starts is stopped by its own pid."""
    home = Home(tmp_path_factory.mktemp("verify-groups") / "home")
    try:
        stack = Stack(home, start(home))
        yaml = YAML()
        content = yaml.load(stack.file)
        content["config"]["speech:target"] = {"kind": "container-instances"}
        content["config"]["speech:network"] = {"exposure": "internal"}
        content["config"]["speech:acknowledge"] = ["no-avx2-guarantee"]
        content["config"]["speech:containers"] = [CONTAINER]
        yaml.dump(content, stack.file)
        stack.up()
        yield stack
    finally:
        stop(home)


def tunnels(stack: Stack) -> list[str]:
    found = {one["group"]: one["address"] for one in stack.workloads() if one.get("group")}
    return [word for name, address in found.items() for word in ("--address", f"{name}={address}")]


def test_each_replica_is_asked_for_itself_and_its_image_told_by_resource_manager(groups: Stack) -> None:
    said = verify(groups, *tunnels(groups))
    assert said.code == 0, said.out + said.err
    assert [line for line in said.words if "language-identification" in line or "image" in line] == [
        "which-language-N language-identification at N.N:N",
        "pass image language-detection:N.N-amdN-preview, as planned",
        "which-language-N language-identification at N.N:N",
        "pass image language-detection:N.N-amdN-preview, as planned",
    ]
