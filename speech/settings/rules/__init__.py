"""What fields must say together. A rule is a small function named for what it holds; each has a test that breaks it."""

from collections.abc import Callable, Iterator

from speech.settings.draft import Draft
from speech.settings.faults import Finding
from speech.settings.rules import (
    account,
    commitments,
    container_instances,
    containers,
    demand,
    disconnected,
    existing,
    gateway,
    hosts,
    images,
    kinds,
    models,
    network,
    options,
    registry,
    scaling,
    stack,
    target,
)

Rule = Callable[[Draft], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    *stack.RULES,
    *account.RULES,
    *disconnected.RULES,
    *commitments.RULES,
    *registry.RULES,
    *target.RULES,
    *hosts.RULES,
    *existing.RULES,
    *container_instances.RULES,
    *network.RULES,
    *gateway.RULES,
    *scaling.RULES,
    *containers.RULES,
    *demand.RULES,
    *kinds.RULES,
    *models.RULES,
    *options.RULES,
    *images.RULES,
)
"""Every rule, in the order in which their faults are told."""
