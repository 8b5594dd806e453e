"""What components ask of Azure beside the engine, answered without a network."""

from collections.abc import Iterator

import pytest

from components import deleted_account


@pytest.fixture(autouse=True, scope="session")
def no_account_is_soft_deleted() -> Iterator[None]:
    """The one question that does not go through the engine: is there a deleted account of this name?"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deleted_account, "is_deleted", lambda *_: False)
        yield
