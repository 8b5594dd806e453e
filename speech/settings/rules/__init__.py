"""What fields must say together. A rule is a small function named for what it holds; each has a test that breaks it."""

from collections.abc import Callable, Iterator

from speech.settings.draft import Draft
from speech.settings.faults import Finding
from speech.settings.rules import account, containers, images, network, stack, target

Rule = Callable[[Draft], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    *stack.RULES,
    *account.RULES,
    *target.RULES,
    *network.RULES,
    *containers.RULES,
    *images.RULES,
)
"""Every rule, in the order in which their faults are told."""
