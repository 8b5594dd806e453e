"""The questions of a status to the engine, to Azure and to the cluster: each gives documents, or says why not."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import kubernetes
from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
from azure.mgmt.containerinstance import ContainerInstanceManagementClient
from kubernetes.client.exceptions import ApiException

from operations.azure import Azure
from operations.stack_outputs import NoOutputsError, history, state
from operations.status.account import Found
from operations.status.pods import Documents, failing
from operations.verify import kube
from speech.capacity.plan import Plan

Client = TypeVar("Client")
_PATIENCE = {"connection_timeout": 4, "read_timeout": 10, "retry_total": 1, "retry_backoff_factor": 0.2}
_LINES = 10
_MOST_LOGS = 8
_NAMESPACED = {
    "deployments": "/apis/apps/v1",
    "pods": "/api/v1",
    "events": "/api/v1",
    "autoscalers": "/apis/autoscaling/v2",
    "jobs": "/apis/batch/v1",
    "budgets": "/apis/policy/v1",
}
_PLURALS = {"autoscalers": "horizontalpodautoscalers", "budgets": "poddisruptionbudgets"}


class UnknownError(Exception):
    """Nobody answers, or may answer. The text says who and why."""


def engine(stack: str, project: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The last updates, newest first, and the resources of the state. Raises UnknownError."""
    try:
        return history(stack, project), state(stack, project)
    except NoOutputsError as error:
        raise UnknownError(f"the engine: {error}") from None


def account(place: Azure, group: str, name: str, known_key: tuple[str, str] | None) -> Found:
    """The account with its commitments. `known_key`: name and value of the key that containers got.

    Raises UnknownError.
    """
    with _client(CognitiveServicesManagementClient, place) as client:
        try:
            found = dict(client.accounts.get(group, name).serialize(keep_readonly=True))
        except ResourceNotFoundError:
            return Found(None)
        except (AzureError, OSError) as error:
            raise UnknownError(f"the account: {_words(error)}") from None
        commitments: list[dict[str, Any]] = []
        same: bool | None = None
        with suppress(AzureError):  # whoever is on call may lack these rights
            commitments = [dict(one.serialize(keep_readonly=True)) for one in client.commitment_plans.list(group, name)]
        if known_key:
            with suppress(AzureError):
                key, value = known_key
                same = getattr(client.accounts.list_keys(group, name), key) == value
    return Found(found, commitments, same)


def groups(place: Azure, plan: Plan) -> dict[str, dict[str, Any] | None]:
    """The container groups of the plan by name; None for those that are not there. Raises UnknownError."""
    found: dict[str, dict[str, Any] | None] = {}
    with _client(ContainerInstanceManagementClient, place) as client:
        for group in plan.container_groups:
            try:
                answer = client.container_groups.get(plan.names["resource_group"], group.name)
                found[group.name] = dict(answer.serialize(keep_readonly=True))
            except ResourceNotFoundError:
                found[group.name] = None
            except (AzureError, OSError) as error:
                raise UnknownError(f"container groups: {_words(error)}") from None
    return found


def cluster(found: kube.Cluster) -> tuple[Documents, list[str]]:
    """What the cluster has of the stack, and what may not be read of it. Raises UnknownError."""
    namespace, unknown = found.namespace, []
    try:
        items = {
            name: _items(found.get(f"{api}/namespaces/{namespace}/{_PLURALS.get(name, name)}"))
            for name, api in _NAMESPACED.items()
        }
    except kube.NoClusterError as error:
        raise UnknownError(f"the cluster: {error}") from None
    try:
        items["nodes"] = _items(found.get("/api/v1/nodes"))
    except kube.NoClusterError as error:
        unknown.append(f"nodes: {error}")
    items["events"].sort(key=lambda event: str(event.get("lastTimestamp") or event["metadata"]["creationTimestamp"]))
    return Documents(**items, last_words=dict(_last_words(found, items["pods"]))), unknown


def _last_words(found: kube.Cluster, pods: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """By pod, the last line that its failed container wrote."""
    core = kubernetes.client.CoreV1Api(found.client)
    for pod, container, previous in list(failing(pods))[:_MOST_LOGS]:
        with suppress(ApiException, OSError):
            said = core.read_namespaced_pod_log(
                pod, found.namespace, container=container, previous=previous, tail_lines=_LINES
            )
            lines = [line.strip() for line in str(said).splitlines() if line.strip()]
            if lines:
                yield pod, lines[-1]


def _items(document: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    return list((document or {}).get("items") or [])


def _client(kind: Callable[..., Client], place: Azure) -> Client:
    return kind(
        place.credential,
        place.subscription,
        base_url=place.resource_manager,
        credential_scopes=[f"{place.resource_manager}/.default"],
        **_PATIENCE,
    )


def _words(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
