"""What commands in the sandbox find in their environment."""

from pathlib import Path

import pytest

from sandbox.home import Home, environment


def test_no_command_in_the_sandbox_reaches_the_user_s_own_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/home/somebody/.kube/production")
    found = environment(Home(tmp_path / "home"), "https://127.0.0.1:1")
    assert found["KUBECONFIG"] == str(tmp_path / "home" / "kubeconfig")
