"""The sandbox's server for tests that need a running one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.home import Home
from sandbox.running import Server, start, stop


@pytest.fixture(scope="module")
def sandbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One running server for a module, in a home of its own, stopped by its own pid."""
    root: Path = tmp_path_factory.mktemp("sandbox")
    home = Home(root)
    yield start(home)
    stop(home)
