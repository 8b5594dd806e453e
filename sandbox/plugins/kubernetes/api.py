"""The API server of a kubeconfig, over HTTPS with bearer tokens."""

import base64
import json
import ssl
from pathlib import Path
from typing import Any, NamedTuple

import urllib3
from ruamel.yaml import YAML

from sandbox.kube import kinds
from sandbox.kube.kinds import Document, Kind
from sandbox.plugins.kubernetes.credentials import Credentials, NoCredentialError

_UNAUTHORIZED = 401


class UnreachableError(Exception):
    """No API server answers."""


class RefusedError(Exception):
    """The API server says no, and why."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Target(NamedTuple):
    """Where a kubeconfig leads to."""

    cluster: Document
    user: Document
    namespace: str


def read_kubeconfig(given: str, context: str, cluster: str) -> Target:
    """The active cluster of a kubeconfig, given as its text or its path. Raises UnreachableError."""
    try:
        text = given if "\n" in given or "{" in given else Path(given).expanduser().read_text()
        read: Any = YAML(typ="safe").load(text)
        named = {part: {one["name"]: one[part] for one in read[f"{part}s"]} for part in ("cluster", "context", "user")}
        chosen = named["context"][context or read["current-context"]]
        active = named["cluster"][cluster or chosen["cluster"]]
        return Target(active, named["user"][chosen["user"]], chosen.get("namespace", ""))
    except (OSError, LookupError, TypeError) as error:
        raise UnreachableError(f"unable to load the kubeconfig: {type(error).__name__}") from error


class Api:
    """Calls of one cluster. Usable from several threads."""

    def __init__(self, target: Target) -> None:
        try:
            self._credentials = Credentials(target.user, target.cluster)
        except NoCredentialError as error:
            raise UnreachableError(str(error)) from error
        authority = base64.b64decode(target.cluster.get("certificate-authority-data", "")).decode()
        trust = ssl.create_default_context(cadata=authority or None)
        self._server = target.cluster["server"].rstrip("/")
        self._pool = urllib3.PoolManager(maxsize=16, ssl_context=trust, retries=False, timeout=30.0)
        self.call("GET", "/version")

    def call(self, method: str, path: str, document: Document | None = None, *, dry_run: bool = False) -> Document:
        """The answer. Raises RefusedError with the server's words, UnreachableError without any."""
        url = self._server + path + ("?dryRun=All" if dry_run else "")
        try:
            answer = self._send(method, url, document)
            read: Document = json.loads(answer.data)
        except NoCredentialError as error:
            raise UnreachableError(f"getting credentials: {error}") from error
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise UnreachableError(f"{self._server}: {error}") from error
        if answer.status >= 400:  # noqa: PLR2004 - where HTTP's errors begin
            raise RefusedError(answer.status, read["message"])
        return read

    def _send(self, method: str, url: str, document: Document | None) -> urllib3.BaseHTTPResponse:
        """The answer; a refused token is renewed once where its source can."""
        for _ in range(2):
            token = self._credentials.token()
            headers = {"Authorization": f"Bearer {token}"}
            answer = self._pool.request(method, url, json=document, headers=headers)
            if answer.status != _UNAUTHORIZED or not self._credentials.renewable:
                break
            self._credentials.drop(token)
        return answer

    def kind(self, api_version: str, name: str) -> Kind:
        """The kind as the server serves it. Raises RefusedError 404 where it does not."""
        if built_in := kinds.find(api_version, name):
            return built_in
        group, _, version = api_version.partition("/")
        for one in self.call("GET", f"/apis/{api_version}")["resources"]:
            if one["kind"] == name:
                return Kind(group, version, name, one["name"], one["namespaced"], custom=True)
        raise RefusedError(404, f'no matches for kind "{name}" in version "{api_version}"')
