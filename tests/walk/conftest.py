"""The whole product in a sandbox of its own: the repository's program, a stack file, the real engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.home import Home
from sandbox.running import start, stop
from tests.walk.stack import Stack


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The sandbox stack, not yet up. What it starts is stopped by its own pid."""
    home = Home(tmp_path / "home")
    try:
        yield Stack(home, start(home))
    finally:
        stop(home)
