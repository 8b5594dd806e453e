"""A stand-in for `kubelogin`, the credential plugin that kubeconfigs of AKS call: a token for the cluster's API.

It reads the words and the variables of the real one (github.com/Azure/kubelogin, pkg/internal/token/options.go), logs
in as a service principal with a secret, and only at the Azure that ARM_METADATA_HOSTNAME names.
"""

import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

_SECONDS = 30.0
_V1BETA1 = "client.authentication.k8s.io/v1beta1"
_API_VERSIONS = (_V1BETA1, "client.authentication.k8s.io/v1")
_CLIENT_ID = ("AAD_SERVICE_PRINCIPAL_CLIENT_ID", "AZURE_CLIENT_ID")
_CLIENT_SECRET = ("AAD_SERVICE_PRINCIPAL_CLIENT_SECRET", "AZURE_CLIENT_SECRET")
"""The later one wins, and both win over the command line."""


class LoginError(Exception):
    """No token. The text says why."""


def options(words: Sequence[str], variables: Mapping[str, str]) -> argparse.Namespace:
    """The words of `kubelogin get-token`, with the variables over them."""
    parser = argparse.ArgumentParser(prog="kubelogin", description=__doc__)
    get_token = parser.add_subparsers(dest="command", required=True).add_parser("get-token")
    for name in ("environment", "server-id", "client-id", "client-secret", "tenant-id", "authority-host"):
        get_token.add_argument(f"--{name}", default="")
    get_token.add_argument("--login", "-l", default="devicecode")
    get_token.add_argument("--use-azurerm-env-vars", action="store_true")
    given = parser.parse_args(words)
    terraform = given.use_azurerm_env_vars
    given.client_id = _last(variables, ("ARM_CLIENT_ID",) if terraform else _CLIENT_ID) or given.client_id
    given.client_secret = (
        _last(variables, ("ARM_CLIENT_SECRET",) if terraform else _CLIENT_SECRET) or given.client_secret
    )
    given.tenant_id = variables.get("ARM_TENANT_ID" if terraform else "AZURE_TENANT_ID", given.tenant_id)
    given.login = variables.get("AAD_LOGIN_METHOD", given.login)
    return given


def credential(given: argparse.Namespace, variables: Mapping[str, str]) -> dict[str, Any]:
    """The ExecCredential for standard output. Raises LoginError."""
    if given.login != "spn":
        only = "the sandbox's kubelogin logs in as a service principal only"
        raise LoginError(f"{only}, not by {given.login}: set AAD_LOGIN_METHOD=spn")
    host = variables.get("ARM_METADATA_HOSTNAME")
    if not host:
        raise LoginError("the sandbox's kubelogin serves only the Azure that ARM_METADATA_HOSTNAME names")
    if not given.client_id or not given.client_secret:
        raise LoginError(f"spn needs a client id and a secret: set {_CLIENT_ID[0]} and {_CLIENT_SECRET[0]}")
    cloud = _call(f"https://{host.removeprefix('https://')}/metadata/endpoints?api-version=2022-09-01")
    form = {
        "grant_type": "client_credentials",
        "client_id": given.client_id,
        "client_secret": given.client_secret,
        "scope": f"{given.server_id}/.default",
    }
    login = cloud["authentication"]["loginEndpoint"].rstrip("/")
    answer = _call(f"{login}/{given.tenant_id}/oauth2/v2.0/token", form)
    ends = datetime.fromtimestamp(time.time() + float(answer["expires_in"]), UTC)
    asked = json.loads(variables.get("KUBERNETES_EXEC_INFO") or "{}").get("apiVersion") or _V1BETA1
    if asked not in _API_VERSIONS:
        raise LoginError(f"api version: {asked} is not supported")
    status = {"token": answer["access_token"], "expirationTimestamp": ends.strftime("%Y-%m-%dT%H:%M:%SZ")}
    return {"apiVersion": asked, "kind": "ExecCredential", "status": status}


def _last(variables: Mapping[str, str], names: Sequence[str]) -> str:
    return next((variables[name] for name in reversed(names) if name in variables), "")


def _call(url: str, form: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - any JSON value
    body = urllib.parse.urlencode(form).encode() if form else None
    try:
        with urllib.request.urlopen(url, body, timeout=_SECONDS) as answer:  # noqa: S310 - https, made here
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        raise LoginError(json.loads(refused.read()).get("error_description", refused.reason)) from None
    except OSError as error:
        raise LoginError(f"{url}: {error}") from None


def main() -> int:
    """One command. Exit status 1: no token, with the reason on standard error."""
    given = options(sys.argv[1:], os.environ)
    try:
        print(json.dumps(credential(given, os.environ)))
    except LoginError as error:
        print(f"Error: failed to get token: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
