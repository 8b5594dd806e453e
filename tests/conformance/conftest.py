"""Control planes for tests: only `make conformance` starts them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance import parts
from conformance.running import Running, control_plane


@pytest.fixture(scope="session")
def built() -> dict[str, Path]:
    """The executables. They are built by `make conformance`, never by a test."""
    found = parts.find()
    if found is None:
        pytest.skip("the control plane is not built: run `make conformance`")
    return found


@pytest.fixture(scope="module")
def plane(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:  # noqa: ARG001
    """One control plane without a sandbox, for a module."""
    with control_plane(tmp_path_factory.mktemp("plane")) as running:
        yield running
