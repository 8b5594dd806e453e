"""The program: every region of the stack file."""

import pulumi

from bench.by_hand.build import build
from bench.by_hand.region import region

for given in pulumi.Config("by-hand").require_object("regions"):
    one = region(given)
    for output, value in build(one).items():
        pulumi.export(f"{one.prefix}-{output}", value)
