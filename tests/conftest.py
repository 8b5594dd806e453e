"""Which tests are long: whole stacks by the real engine, and pages in a browser. `make walks` runs them."""

import signal
from pathlib import Path

import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell's job in the background ignores Ctrl-C, and so would every command that a test starts and interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)

TESTS = Path(__file__).parent
LONG = (TESTS / "walk", TESTS / "matrix" / "test_matrix.py", TESTS / "cli" / "test_report_in_a_browser.py")
SHORT = (TESTS / "walk" / "test_life_of_a_stack.py",)
"""The one walk that `make test` has: the sandbox stack from its making to its end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them by where they lie."""
    for item in items:
        if item.path not in SHORT and any(item.path.is_relative_to(place) for place in LONG):
            item.add_marker(pytest.mark.long)
