"""The SDK's older type names: of no use to a stack of this toolkit, kept for one that another program made."""

import pytest

from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

SENT, NOT_SENT = "speech:adopted: true", "speech:adopted: false"
TODAY = "azure-native:containerservice:MaintenanceConfiguration"
OLDER = "azure-native:containerservice/v20240901:MaintenanceConfiguration"


@pytest.mark.parametrize(("first", "later"), [(SENT, NOT_SENT), (NOT_SENT, SENT)])
def test_sending_them_or_not_is_the_same_to_a_stack_of_this_toolkit(stack: Stack, first: str, later: str) -> None:
    stack.change("config:\n", f"config:\n  {first}\n")
    stack.up()
    stack.change(first, later)
    assert stack.preview().changes == {}
    assert stack.up().changes == {}


def test_a_stack_that_an_older_sdk_made_is_known_only_where_they_are_sent(stack: Stack) -> None:
    stack.change("config:\n", f"config:\n  {SENT}\n")
    stack.up()
    _made_by_an_older_sdk(stack)
    assert stack.preview().changes == {}
    stack.change(SENT, NOT_SENT)
    assert stack.preview().changes == {"create": 2, "delete": 2}


def _made_by_an_older_sdk(stack: Stack) -> None:
    """Write the older name of a type into the state."""
    exported = stack.pulumi("stack", "export").out
    assert f"{TODAY}::" in exported
    file = stack.folder / "state.json"
    file.write_text(exported.replace(f'"{TODAY}"', f'"{OLDER}"').replace(f"${TODAY}::", f"${OLDER}::"))
    stack.pulumi("stack", "import", "--file", str(file))
