"""What the SDK may write into its debug log."""

import pulumi.log
import pytest

from components import debug_log


def test_the_debug_line_about_outputs_names_the_resource_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "debug", lambda msg, *_args, **_options: said.append(msg))
    debug_log.keep_outputs_out()
    debug_log.keep_outputs_out()
    pulumi.log.debug("register resource outputs prepared: urn=u, props=fields { planted-key }")
    pulumi.log.debug("resource registration successful: urn=u, props=fields { planted-key }")
    pulumi.log.debug("resource registration prepared: ty=t, name=n")
    assert said == [
        "register resource outputs prepared: urn=u",
        "resource registration successful: urn=u",
        "resource registration prepared: ty=t, name=n",
    ]
