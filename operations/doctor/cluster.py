"""Whether the API server of the stack's cluster answers from here."""

import os
import socket
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from operations.doctor.check import Check, failed, left_out, passed
from operations.doctor.subject import Subject
from operations.stack_outputs import NoOutputsError, configuration, outputs
from speech.files import yaml_text
from speech.settings.target import AksTarget, KubernetesTarget

_HTTPS = 443
_CONNECT_SECONDS = 4


def private_cluster(subject: Subject) -> Iterator[Check]:
    """A private cluster answers in its own network, and in those that are joined to it."""
    try:
        kubeconfig = str(outputs(subject.name, subject.project).get("kubeconfig") or "")
    except NoOutputsError as error:
        yield left_out(
            "cluster",
            f"private, and not there to be asked ({error}): up needs its network, or one joined to it",
            f"run up in a network joined to {subject.plan.addresses.space}: docs/production.md",
        )
        return
    server = _server([_mapping(kubeconfig)], None)
    if server is None:
        yield left_out("cluster", "the stack has no kubeconfig yet")
        return
    yield _reached(server, f"run from a network that is joined to {subject.plan.addresses.space}: docs/production.md")


def users_cluster(subject: Subject) -> Iterator[Check]:
    """The context is in the kubeconfig, and its server answers."""
    target = subject.stack.target
    if not isinstance(target, KubernetesTarget):
        return
    try:
        files = _kubeconfigs(subject, target)
    except (NoOutputsError, OSError, yaml_text.NotYamlError) as error:
        yield failed("cluster", f"no kubeconfig can be read: {error}", "export KUBECONFIG=…")
        return
    context = target.context or next((str(each["current-context"]) for each in files if "current-context" in each), "")
    there = [name for each in files for name, _ in _named(each, "contexts")]
    if context not in there:
        names = ", ".join(there) or "none"
        yield failed(
            "cluster", f'"{context}" is no context of the kubeconfig, which has: {names}', "export KUBECONFIG=…"
        )
        return
    server = _server(files, context)
    if server is None:
        yield failed("cluster", f'the context "{context}" names no server', "kubectl config view")
        return
    yield _reached(server, f"kubectl --context {context} version")


def is_private(subject: Subject) -> bool:
    """Whether the stack makes a cluster without a public address."""
    return isinstance(subject.stack.target, AksTarget) and subject.stack.target.private


def is_users(subject: Subject) -> bool:
    """Whether the stack runs on a cluster that is there already."""
    return isinstance(subject.stack.target, KubernetesTarget)


def _kubeconfigs(subject: Subject, target: KubernetesTarget) -> list[Mapping[str, Any]]:
    """The stack's own, else the environment's: of several files the first that says something counts."""
    if target.kubeconfig:
        given: Mapping[str, Any] = configuration(subject.name, subject.project)["speech:target"]
        return [_mapping(str(given["kubeconfig"]))]
    named = os.environ.get("KUBECONFIG") or str(Path.home() / ".kube" / "config")
    return [_mapping(Path(file).read_text(encoding="utf-8")) for file in named.split(os.pathsep) if file]


def _mapping(text: str) -> Mapping[str, Any]:
    content = yaml_text.load(text)
    return content if isinstance(content, Mapping) else {}


def _named(content: Mapping[str, Any], part: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Name and content of each row of a part of a kubeconfig."""
    for row in content.get(part) or []:
        yield str(row.get("name")), row.get(part.removesuffix("s")) or {}


def _server(files: Iterable[Mapping[str, Any]], context: str | None) -> str | None:
    """The server of a context, of the current one where none is named."""
    for content in files:
        contexts, clusters = dict(_named(content, "contexts")), dict(_named(content, "clusters"))
        found = contexts.get(context or str(content.get("current-context")))
        server = clusters.get(str(found.get("cluster")), {}).get("server") if found else None
        if server:
            return str(server)
    return None


def _reached(server: str, remedy: str) -> Check:
    parts = urlsplit(server)
    host, port = parts.hostname or "", parts.port or _HTTPS
    try:
        address = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
    except socket.gaierror:
        return failed("cluster", f"{host} has no address here", remedy)
    try:
        with socket.create_connection((address, port), timeout=_CONNECT_SECONDS):
            return passed("cluster", f"{host}:{port} answers")
    except OSError as error:
        return failed("cluster", f"{host}:{port} does not answer: {error.strerror or error}", remedy)
