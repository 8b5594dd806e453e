"""A sandbox of its own for each file of tests."""

from collections.abc import Iterator

import pytest

from sandbox.home import Home
from sandbox.running import Server, start, stop


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Where the sandbox lies."""
    return Home(tmp_path_factory.mktemp("policies") / "home")


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[Server]:
    """The sandbox, started; ended by its own pid."""
    try:
        yield start(home)
    finally:
        stop(home)
