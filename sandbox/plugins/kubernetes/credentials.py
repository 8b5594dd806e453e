"""How a kubeconfig's user proves who it is: a token, or a credential plugin that is run for one.

The protocol is client-go's (kubernetes.io, "client-go credential plugins"), as far as tokens go.
"""

import json
import os
import shutil
import subprocess
import threading
import time
from datetime import datetime
from typing import Any

from sandbox.kube.kinds import Document

_VERSIONS = ("client.authentication.k8s.io/v1beta1", "client.authentication.k8s.io/v1")
_SECONDS = 60.0
_MARGIN_SECONDS = 10.0
"""A token that ends within this time is not used any more."""


class NoCredentialError(Exception):
    """The user cannot log in. The text says why, and holds no credential."""


class Credentials:
    """The bearer tokens of one user. A plugin is run when first needed, and again when its token ends."""

    def __init__(self, user: Document, cluster: Document) -> None:
        """Raises NoCredentialError for a user with neither a token nor a plugin."""
        if "token" not in user and "exec" not in user:
            raise NoCredentialError("the sandbox's plugin logs in by token or by exec, and the kubeconfig has neither")
        self._exec: Document = user.get("exec") or {}
        self._cluster = cluster
        self._token = str(user.get("token", ""))
        self._ends = 0.0 if self._exec else float("inf")
        self._lock = threading.Lock()

    @property
    def renewable(self) -> bool:
        """Whether another token may be had after one was refused."""
        return bool(self._exec)

    def token(self) -> str:
        """A token that is good now. Raises NoCredentialError."""
        with self._lock:
            if self._ends <= time.time() + _MARGIN_SECONDS:
                self._token, self._ends = self._run()
            return self._token

    def drop(self, token: str) -> None:
        """Forgets that token, which the server refused."""
        with self._lock:
            if token == self._token:
                self._ends = 0.0

    def _run(self) -> tuple[str, float]:
        """A token from the plugin, and when it ends in seconds since the epoch."""
        command, version = str(self._exec["command"]), self._exec.get("apiVersion")
        if version not in _VERSIONS:
            raise NoCredentialError(f"exec plugin: invalid apiVersion {version!r}")
        if shutil.which(command) is None:
            hint = self._exec.get("installHint")
            raise NoCredentialError(f"exec: executable {command} not found{f'. {hint}' if hint else ''}")
        spec: Document = {"interactive": False}
        if self._exec.get("provideClusterInfo"):
            spec["cluster"] = self._cluster
        info = json.dumps({"apiVersion": version, "kind": "ExecCredential", "spec": spec})
        given = {each["name"]: each["value"] for each in self._exec.get("env") or []}
        try:
            done = subprocess.run(  # noqa: S603 - the kubeconfig's own words, as client-go runs them
                [command, *self._exec.get("args", [])],
                env={**os.environ, **given, "KUBERNETES_EXEC_INFO": info},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoCredentialError(f"exec: executable {command} failed: {type(error).__name__}") from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            raise NoCredentialError(f"exec: executable {command} failed with exit code {done.returncode}: {said}")
        return _status(command, done.stdout)


def _status(command: str, answer: bytes) -> tuple[str, float]:
    try:
        read: Any = json.loads(answer)
        status = read["status"]
        ends = status.get("expirationTimestamp")
        return str(status["token"]), datetime.fromisoformat(ends).timestamp() if ends else float("inf")
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise NoCredentialError(f"exec: executable {command} gave no ExecCredential with a token") from error
