"""The stand-in for kubelogin reads what the real one reads, and logs in at the double's token endpoint."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from sandbox.home import ADMIN_GROUP_ID, environment, prepare
from sandbox.kubelogin import options
from sandbox.running import Server

SERVER_ID = "6dae42f8-4368-4678-94ff-3960e28e3630"


@pytest.mark.parametrize(
    ("words", "variables", "found"),
    [
        ([], {}, ("devicecode", "", "")),
        (["--login", "spn", "--client-id", "a"], {}, ("spn", "a", "")),
        (["-l", "devicecode"], {"AAD_LOGIN_METHOD": "spn"}, ("spn", "", "")),
        (["--client-id", "a"], {"AAD_SERVICE_PRINCIPAL_CLIENT_ID": "b"}, ("devicecode", "b", "")),
        ([], {"AAD_SERVICE_PRINCIPAL_CLIENT_ID": "b", "AZURE_CLIENT_ID": "c"}, ("devicecode", "c", "")),
        ([], {"ARM_CLIENT_ID": "d", "AZURE_TENANT_ID": "t"}, ("devicecode", "", "t")),
        (["--use-azurerm-env-vars"], {"ARM_CLIENT_ID": "d", "ARM_TENANT_ID": "t"}, ("devicecode", "d", "t")),
    ],
)
def test_variables_win_over_words(words: list[str], variables: dict[str, str], found: tuple[str, str, str]) -> None:
    given = options(["get-token", *words], variables)
    assert (given.login, given.client_id, given.tenant_id) == found


def run(server: Server, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    tenant = prepare(server.home).tenant_id
    command = [sys.executable, "-m", "sandbox.kubelogin", "get-token", "--server-id", SERVER_ID]
    return subprocess.run(
        [*command, "--tenant-id", tenant, "--login", "devicecode", *words],
        env={**os.environ, **environment(server.home, server.url), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def credential(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_sandboxs_environment_is_all_that_a_log_in_needs(sandbox_server: Server) -> None:
    made = credential(run(sandbox_server))
    assert (made["kind"], made["apiVersion"]) == ("ExecCredential", "client.authentication.k8s.io/v1beta1")
    claims = jwt.decode(made["status"]["token"], options={"verify_signature": False})
    assert (claims["aud"], claims["groups"]) == (SERVER_ID, [ADMIN_GROUP_ID])
    left = datetime.fromisoformat(made["status"]["expirationTimestamp"]) - datetime.now(UTC)
    assert timedelta(minutes=55) < left < timedelta(hours=1)


def test_a_credential_has_the_version_that_the_caller_speaks(sandbox_server: Server) -> None:
    version = "client.authentication.k8s.io/v1"
    info = json.dumps({"apiVersion": version, "kind": "ExecCredential", "spec": {"interactive": False}})
    assert credential(run(sandbox_server, KUBERNETES_EXEC_INFO=info))["apiVersion"] == version


@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({"AAD_LOGIN_METHOD": "azurecli"}, "not by azurecli: set AAD_LOGIN_METHOD=spn"),
        ({"ARM_METADATA_HOSTNAME": ""}, "serves only the Azure that ARM_METADATA_HOSTNAME names"),
        ({"AAD_SERVICE_PRINCIPAL_CLIENT_SECRET": ""}, "spn needs a client id and a secret"),
        ({"AAD_SERVICE_PRINCIPAL_CLIENT_SECRET": "wrong"}, "AADSTS7000215"),
        ({"ARM_METADATA_HOSTNAME": "127.0.0.1:1"}, "Connection refused"),
        ({"KUBERNETES_EXEC_INFO": '{"apiVersion": "client.authentication.k8s.io/v1alpha1"}'}, "is not supported"),
    ],
)
def test_a_failed_log_in_says_why(sandbox_server: Server, variables: dict[str, str], text: str) -> None:
    done = run(sandbox_server, **variables)
    assert (done.returncode, done.stdout) == (1, "")
    assert text in done.stderr
    assert "Traceback" not in done.stderr
