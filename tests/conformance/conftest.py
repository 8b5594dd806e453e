"""Control planes for tests: only `make conformance` starts them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance import parts
from conformance.running import Running, control_plane


@pytest.fixture(scope="session")
def control_plane_parts() -> None:
    """The control plane's executables. They are built by `make conformance`, never by a test."""
    if parts.find(parts.CONTROL_PLANE_PARTS) is None:
        pytest.skip("the control plane is not built: run `make conformance`")


@pytest.fixture(scope="session")
def built() -> dict[str, Path]:
    """All executables, the provider too."""
    found = parts.find()
    if found is None:
        pytest.skip("not everything is built: run `make conformance`")
    return found


@pytest.fixture(scope="module")
def plane(control_plane_parts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:  # noqa: ARG001
    """One control plane without a sandbox, for a module."""
    with control_plane(tmp_path_factory.mktemp("plane")) as running:
        yield running
