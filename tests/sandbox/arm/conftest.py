"""What the tests of the ARM double share: the real clients, and a bare application with a clock to hold."""

from collections.abc import Iterator

import pytest

from sandbox.running import Server
from tests.sandbox.arm.arm_double import Double
from tests.sandbox.arm.azure_clients import Azure


@pytest.fixture(scope="module")
def azure(sandbox_server: Server) -> Azure:
    return Azure(sandbox_server)


@pytest.fixture
def group(azure: Azure, request: pytest.FixtureRequest) -> str:
    """A resource group of the test's own."""
    name = request.node.name.replace("_", "-")[:80]
    azure.groups.create_or_update(name, {"location": "westeurope"})
    return name


@pytest.fixture
def double() -> Iterator[Double]:
    """The application without a server, over a store in memory."""
    with Double() as made:
        yield made
