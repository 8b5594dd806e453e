"""Which of the keys containers run with, as their hosts tell, and whether they all have got the one they should."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from azure.core.exceptions import AzureError
from azure.mgmt.containerinstance import ContainerInstanceManagementClient

from operations.azure import Azure
from operations.keys.steps import Key
from operations.status import deep
from operations.verify import kube
from operations.verify.reach import Tunnels
from speech.capacity.plan import Plan
from speech.files.stack_file import FailedError
from speech.manifests.keys import vault_secret_name

_OVER = {"Succeeded", "Failed"}
_SECRET = re.compile(rf"{vault_secret_name('key1')[:-1]}([12])(-[0-9a-z]+)?")
_RUNS = {"Running", "Succeeded"}


class Containers(Protocol):
    """What runs with the account's keys."""

    def users(self, key: Key) -> list[str]:
        """What is known to run with a key, pods that wait for their last streams included. Raises FailedError."""

    def behind(self, told: Mapping[str, Any]) -> list[str]:
        """What has not got the active key, or does not work with it, each with a reason; none: all is well.

        `told`: the stack's outputs. Raises FailedError.
        """


@dataclass(frozen=True)
class Pods:
    """Those of a cluster."""

    plan: Plan
    cluster: kube.Cluster

    def users(self, key: Key) -> list[str]:
        """Pods that refer to a Secret of this key."""
        return [pod["metadata"]["name"] for pod in self._pods() if any(found == key for found, _ in _references(pod))]

    def behind(self, told: Mapping[str, Any]) -> list[str]:
        """Pods with another key or another version, pods not ready, deployments without a pod, and /status."""
        secret = str(told.get("references", {}).get("secret", ""))
        pods = {pod["metadata"]["name"]: pod for pod in self._pods() if any(_references(pod))}
        found = [
            f"{name} still runs with {', '.join(sorted(others))}"
            for name, pod in pods.items()
            if (others := {one for _, one in _references(pod)} - {secret})
        ]
        found += [f"{name} is not ready" for name, pod in pods.items() if not _is_ready(pod)]
        return found or [*self._without_pods(pods.values())] or _statuses(self.plan, told, self.cluster)

    def _without_pods(self, pods: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        there = {pod["metadata"]["labels"].get("app.kubernetes.io/name") for pod in pods}
        for deployment in self._items("/apis/apps/v1", "deployments"):
            name, spec = deployment["metadata"]["name"], deployment["spec"]
            if any(_references(spec["template"])) and spec.get("replicas", 1) and name not in there:
                yield f"{name} has no pod yet"

    def _pods(self) -> list[dict[str, Any]]:
        return [pod for pod in self._items("/api/v1", "pods") if pod.get("status", {}).get("phase") not in _OVER]

    def _items(self, api: str, kind: str) -> list[dict[str, Any]]:
        try:
            found = self.cluster.get(f"{api}/namespaces/{self.cluster.namespace}/{kind}")
        except kube.NoClusterError as error:
            raise FailedError(f"nobody can tell which key pods use: {error}") from None
        return list((found or {}).get("items", []))


@dataclass(frozen=True)
class Groups:
    """Container groups: Azure shows no secret of theirs, so what `pulumi up` did last counts."""

    plan: Plan
    place: Azure

    def users(self, key: Key) -> list[str]:  # noqa: ARG002  # nobody can tell
        """None: an update that succeeded has changed every group."""
        return []

    def behind(self, told: Mapping[str, Any]) -> list[str]:
        """Groups that do not run, and /status of those that can be reached."""
        found = [said for group in self.plan.container_groups if (said := self._not_running(group.name))]
        return found or _statuses(self.plan, told, None)

    def _not_running(self, name: str) -> str | None:
        client = ContainerInstanceManagementClient(
            self.place.credential,
            self.place.subscription,
            base_url=self.place.resource_manager,
            credential_scopes=[f"{self.place.resource_manager}/.default"],
        )
        with client:
            try:
                group = client.container_groups.get(self.plan.names["resource_group"], name)
            except AzureError as error:
                raise FailedError(f"{name} cannot be asked for: {str(error).splitlines()[0]}") from None
        state = group.instance_view.state if group.instance_view else None
        return None if state in _RUNS else f"{name} is {state or 'in no known state'}"


@dataclass(frozen=True)
class ByHand:
    """Docker hosts, which nobody here reaches."""

    def users(self, key: Key) -> list[str]:  # noqa: ARG002  # nobody can tell
        """None that are known."""
        return []

    def behind(self, told: Mapping[str, Any]) -> list[str]:  # noqa: ARG002  # as above
        """None that are known: whoever runs the hosts says when they are done."""
        return []


def _statuses(plan: Plan, told: Mapping[str, Any], tunnels: Tunnels | None) -> list[str]:
    """What /status of the containers says, where it is not Valid. Pods are all asked; groups, where they can be."""
    found = deep.asked(plan, told, tunnels)
    return [*(f"{one.what}: {one.said}" for one in found.problems), *(found.unknown if tunnels else ())]


def _references(pod: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    """(key, name of the Secret) of each reference of a pod, or of a template, to a billing key."""
    spec = pod["spec"]
    for container in (*spec["containers"], *spec.get("initContainers", ())):
        for variable in container.get("env", ()):
            name = variable.get("valueFrom", {}).get("secretKeyRef", {}).get("name", "")
            if match := _SECRET.fullmatch(name):
                yield ("key1" if match[1] == "1" else "key2"), name


def _is_ready(pod: Mapping[str, Any]) -> bool:
    conditions = pod.get("status", {}).get("conditions", ())
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)
