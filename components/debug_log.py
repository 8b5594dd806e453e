"""Keeps secrets out of the SDK's debug log."""

from typing import Any

import pulumi.log


def keep_outputs_out() -> None:
    """From now on the SDK's debug lines about a stack's outputs name the stack only.

    pulumi 3.259 writes all outputs into them, secret ones in clear (runtime/resource.py), and `--debug` as well as the
    events of `--json` show these lines: in a pipeline's log, too. Safe to call twice.
    """
    write = pulumi.log.debug
    if getattr(write, "keeps_outputs_out", False):
        return

    def debug(msg: str, *args: Any, **options: Any) -> None:  # noqa: ANN401  # as the SDK's own
        write(msg.partition(", props=")[0], *args, **options)

    debug.keeps_outputs_out = True  # type: ignore[attr-defined]
    pulumi.log.debug = debug
