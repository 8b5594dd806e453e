"""The API of the cluster that a stack runs in, as whoever verifies may use it."""

import itertools
import json
import logging
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kubernetes
import urllib3
from kubernetes.client.exceptions import ApiException
from kubernetes.stream import portforward
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from operations.stack_outputs import NoOutputsError, configuration
from operations.verify.images import Running, UnknownImagesError
from operations.verify.reach import NoPodsYetError, NoTunnelError
from operations.verify.relay import Dial
from operations.verify.target import Target
from speech.capacity.plan import Plan
from speech.settings.stack import Stack
from speech.settings.target import KubernetesTarget

SECONDS = 15
"""For one question."""

_LABEL = "app.kubernetes.io/name"
_CONTAINER = "speech"
_LONGEST_REASON = 160


class NoClusterError(Exception):
    """The cluster cannot be asked. The text says why and the remedy."""


class Cluster:
    """A cluster's API. Read only."""

    def __init__(self, client: Any, namespace: str) -> None:  # noqa: ANN401  # the client has no types
        self.client, self.namespace = client, namespace
        # One of its own: opening a stream swaps a method of the client meanwhile.
        self._streams = kubernetes.client.CoreV1Api(kubernetes.client.ApiClient(client.configuration))
        self._turn = threading.Lock()

    def ask(self, method: str, path: str, body: object = None, content: str | None = None) -> tuple[int, Any]:
        """HTTP status and document. Raises NoClusterError where no answer comes."""
        headers = {"Accept": "application/json"} | ({"Content-Type": content} if content else {})
        try:
            # A generated call would turn documents into models, and drop what those don't know.
            answer = self.client.call_api(
                method,
                f"{self.client.configuration.host}{path}",
                self._signed(headers),
                body,
                _request_timeout=SECONDS,
            )
            answer.read()
        except ApiException as refused:
            return int(refused.status or 0), _document(refused.body)
        except urllib3.exceptions.HTTPError as error:
            raise NoClusterError(f"{self.client.configuration.host} does not answer: {_words(error)}") from None
        return int(answer.status), _document(answer.data)

    def get(self, path: str) -> Any:  # noqa: ANN401  # JSON
        """A document, or None where there is none. Raises NoClusterError, where it may not be read, too."""
        status, found = self.ask("GET", path)
        if status == 404:  # noqa: PLR2004
            return None
        if status >= 400:  # noqa: PLR2004
            said = found.get("message", "") if isinstance(found, dict) else ""
            raise NoClusterError(f"the cluster's API says {status} to {path.partition('?')[0]}: {said}")
        return found

    def pods(self, container: str) -> list[dict[str, Any]]:
        """The pods of a container that are not ending. Raises NoClusterError."""
        path = f"/api/v1/namespaces/{self.namespace}/pods?labelSelector={_LABEL}%3D{container}"
        found = self.get(path) or {"items": []}
        return [pod for pod in found["items"] if "deletionTimestamp" not in pod["metadata"]]

    def running(self, target: Target) -> list[Running]:
        """The images of a container's pods. Raises UnknownImagesError."""
        try:
            return [
                Running(pod["metadata"]["name"], one["image"])
                for pod in self.pods(target.container.name)
                for one in pod["spec"]["containers"]
                if one["name"] == _CONTAINER
            ]
        except NoClusterError as error:
            raise UnknownImagesError(str(error)) from None

    def to(self, container: str, port: int) -> tuple[Dial, int]:
        """Connections in turn to its ready pods, else to those that have begun; and how many are ready.

        Raises NoTunnelError.
        """
        try:
            found = self.pods(container)
        except NoClusterError as error:
            raise NoTunnelError(str(error)) from None
        ready = [pod["metadata"]["name"] for pod in found if _is_ready(pod)]
        begun = ready or [pod["metadata"]["name"] for pod in found if _is_listening(pod)]
        if not begun:
            reasons = "; ".join(dict.fromkeys(filter(None, (_why(pod) for pod in found))))
            words = f"none of its {len(found)} pods runs: {reasons or 'no reason is told'}"
            raise NoPodsYetError(words if found else "it has no pods")
        turns = itertools.cycle(begun)

        def dial() -> socket.socket:
            with self._turn:
                pod = next(turns)
                try:
                    opened = portforward(
                        self._streams.connect_get_namespaced_pod_portforward, pod, self.namespace, ports=str(port)
                    )
                except ApiException as refused:
                    raise OSError(f"port-forward to {pod}: {refused.status} {refused.reason}") from None
            made: socket.socket = opened.socket(port)
            made.settimeout(None)
            return made

        return dial, len(ready)

    def _signed(self, headers: dict[str, str]) -> dict[str, str]:
        settings = self.client.configuration.auth_settings().get("BearerToken")
        return headers | ({settings["key"]: settings["value"]} if settings else {})


def cluster(stack: Stack, plan: Plan, told: Mapping[str, Any], project: Path, context: str | None) -> Cluster:
    """By the stack's own kubeconfig, or the user's where a context is given or the stack has none.

    A kubeconfig with a credential plugin (kubelogin) runs it. Raises NoClusterError.
    """
    text = None if context else _kubeconfig(stack, plan, told, project)
    config: Any = kubernetes.config
    chosen = context or (stack.target.context if isinstance(stack.target, KubernetesTarget) else None)
    try:
        with _complaints() as complaints:
            if text is None:
                client = config.new_client_from_config(context=chosen, client_configuration=_impatient())
            else:
                client = config.new_client_from_config_dict(
                    YAML(typ="safe", pure=True).load(text),
                    context=chosen,
                    persist_config=False,
                    client_configuration=_impatient(),
                )
    except (kubernetes.config.ConfigException, YAMLError, OSError, TypeError) as error:
        raise NoClusterError(f"no way to the cluster: {_words(error)}; --context NAME takes one of your own") from None
    if complaints:
        raise NoClusterError(f"the kubeconfig does not log in: {' '.join(complaints[0].split())}")
    return Cluster(client, plan.names["namespace"])


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What the client only logs, to the root of all logs: that a credential plugin failed."""
    heard: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        yield heard
    finally:
        logging.getLogger().removeHandler(handler)


def _impatient() -> Any:  # noqa: ANN401  # the client has no types
    settings = kubernetes.client.Configuration()
    settings.retries = False
    return settings


def _kubeconfig(stack: Stack, plan: Plan, told: Mapping[str, Any], project: Path) -> str | None:
    if found := told.get("kubeconfig"):
        return str(found)
    if isinstance(stack.target, KubernetesTarget) and stack.target.kubeconfig:
        try:
            return str(configuration(plan.stack, project)["speech:target"]["kubeconfig"])
        except (NoOutputsError, LookupError) as error:
            raise NoClusterError(f"speech:target.kubeconfig cannot be read: {error}") from None
    return None


def _is_ready(pod: Mapping[str, Any]) -> bool:
    conditions = pod.get("status", {}).get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def _is_listening(pod: Mapping[str, Any]) -> bool:
    statuses = pod.get("status", {}).get("containerStatuses", ())
    return any(one["name"] == _CONTAINER and "running" in one.get("state", {}) for one in statuses)


def _why(pod: Mapping[str, Any]) -> str:
    """Why a pod does not run, in Kubernetes' words."""
    status = pod.get("status", {})
    for one in (*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())):
        if waiting := one.get("state", {}).get("waiting"):
            message = waiting.get("message") or ""
            return f"{waiting.get('reason', 'waiting')}{': ' * bool(message)}{message[:_LONGEST_REASON]}"
    for one in status.get("conditions", ()):
        if one["type"] == "PodScheduled" and one["status"] == "False":
            return str(one.get("message", "it has no node"))[:_LONGEST_REASON]
    return ""


def _document(body: bytes | str | None) -> Any:  # noqa: ANN401  # JSON
    try:
        return json.loads(body or "{}")
    except ValueError:
        return {"message": str(body)[:200]}


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
