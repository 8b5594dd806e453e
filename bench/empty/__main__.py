"""The program."""

import pulumi

pulumi.export("nothing", "")
