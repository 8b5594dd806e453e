"""Users of a kubeconfig that log in by a credential plugin, as client-go runs one."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.plugins.kubernetes.credentials import Credentials, NoCredentialError

V1BETA1 = "client.authentication.k8s.io/v1beta1"


def plugin(folder: Path, script: str) -> str:
    """A credential plugin: a shell script that finds its number of runs in $RUN and says what `script` says."""
    path = folder / "login"
    counter = f'echo x >> "{folder}/runs"; RUN=$(wc -l < "{folder}/runs" | tr -d " ")'
    path.write_text(f"#!/bin/sh\n{counter}\n{script}\n")
    path.chmod(0o755)
    return str(path)


def runs(folder: Path) -> int:
    return len((folder / "runs").read_text().splitlines())


def user(command: str, **more: Any) -> dict[str, Any]:
    return {"exec": {"apiVersion": V1BETA1, "command": command, **more}}


def answer(seconds: float | None = None) -> str:
    ends = datetime.fromtimestamp(time.time() + seconds, UTC).isoformat() if seconds is not None else None
    status = {"token": "token-$RUN", **({"expirationTimestamp": ends} if ends else {})}
    document = {"apiVersion": V1BETA1, "kind": "ExecCredential", "status": status}
    return "echo " + json.dumps(document).replace('"', '\\"')


def test_a_plugin_is_run_once_while_its_token_is_good(tmp_path: Path) -> None:
    made = Credentials(user(plugin(tmp_path, answer(3600))), {})
    assert (made.token(), made.token(), runs(tmp_path)) == ("token-1", "token-1", 1)


def test_a_token_without_an_end_is_good_for_ever(tmp_path: Path) -> None:
    made = Credentials(user(plugin(tmp_path, answer())), {})
    assert (made.token(), made.token()) == ("token-1", "token-1")


def test_a_token_that_ended_is_renewed(tmp_path: Path) -> None:
    made = Credentials(user(plugin(tmp_path, answer(1))), {})
    assert (made.token(), made.token()) == ("token-1", "token-2")


def test_a_refused_token_is_renewed_once_however_many_calls_it_failed(tmp_path: Path) -> None:
    made = Credentials(user(plugin(tmp_path, answer(3600))), {})
    refused = made.token()
    made.drop(refused)
    assert made.token() == "token-2"
    made.drop(refused)  # another call that had used the old one
    assert made.token() == "token-2"


def test_a_plugin_gets_its_words_its_variables_and_what_the_caller_speaks(tmp_path: Path) -> None:
    heard = tmp_path / "heard.json"
    script = (
        f'printf \'{{"words": "%s", "mine": "%s", "info": %s}}\' "$*" "$MINE" "$KUBERNETES_EXEC_INFO" > "{heard}"\n'
    )
    given = user(
        plugin(tmp_path, script + answer()),
        args=["get-token", "--login", "spn"],
        env=[{"name": "MINE", "value": "1"}],
        provideClusterInfo=True,
    )
    Credentials(given, {"server": "https://cluster.test"}).token()
    assert json.loads(heard.read_text()) == {
        "words": "get-token --login spn",
        "mine": "1",
        "info": {
            "apiVersion": V1BETA1,
            "kind": "ExecCredential",
            "spec": {"interactive": False, "cluster": {"server": "https://cluster.test"}},
        },
    }


def test_a_plugin_is_found_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin(tmp_path, answer())
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert Credentials(user("login"), {}).token() == "token-1"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"exec": {"apiVersion": "client.authentication.k8s.io/v1alpha1", "command": "x"}}, "invalid apiVersion"),
        (user("no-such-plugin", installHint="Get it."), "exec: executable no-such-plugin not found. Get it."),
        (user("false"), "exec: executable false failed with exit code 1"),
        (user("true"), "gave no ExecCredential with a token"),
    ],
)
def test_a_plugin_that_gives_no_token_is_named(given: dict[str, Any], text: str) -> None:
    with pytest.raises(NoCredentialError, match=text):
        Credentials(given, {}).token()


def test_what_a_plugin_said_last_is_passed_on_and_what_it_printed_is_not(tmp_path: Path) -> None:
    script = "echo a-token; echo first >&2; echo Error: no such user >&2; exit 3"
    with pytest.raises(NoCredentialError, match="exit code 3: Error: no such user") as failed:
        Credentials(user(plugin(tmp_path, script)), {}).token()
    assert "a-token" not in str(failed.value)


def test_a_user_needs_a_token_or_a_plugin() -> None:
    with pytest.raises(NoCredentialError, match="by token or by exec"):
        Credentials({"client-certificate-data": "x"}, {})
    fixed = Credentials({"token": "fixed"}, {})
    assert (fixed.token(), fixed.renewable) == ("fixed", False)
