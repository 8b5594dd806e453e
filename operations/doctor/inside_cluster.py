"""The diagnostic container as a Job in the stack's cluster, with the network policy of its kind."""

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import urllib3
from kubernetes import client
from kubernetes.client.exceptions import ApiException

from operations.cluster_documents import access_of, wiring_of
from operations.doctor.inside_run import PAUSE_SECONDS, Ended, NotRunError, Waited, last_line
from operations.doctor.subject import Subject
from operations.verify.kube import NoClusterError, cluster
from speech.capacity.plan import Plan
from speech.manifests import cluster as manifests
from speech.settings.stack import Stack

_SECONDS = 15
"""For one question."""
_CONTAINER = "speech"
_LINES = 20
_KEPT_SECONDS = 3600
"""After its end, should nobody be left to delete it."""

Document = dict[str, Any]


def run(subject: Subject, stack: Stack, plan: Plan, told: dict[str, Any], waited: Waited) -> Ended:
    """`plan` has the diagnostic container alone; `told` are the stack's outputs. Raises NotRunError."""
    known = {"billing": told["endpoint"], **told.get("references", {})}
    wiring = wiring_of(stack, plan, known)
    documents = manifests.documents(plan, wiring, access_of(stack, wiring, known))
    (name,) = (container.name for container in plan.containers)
    policies = [one for one in documents if one["kind"] == "NetworkPolicy" and name in one["metadata"]["name"]]
    (job,) = (one for one in documents if one["kind"] == "Job")
    job["spec"] |= {"backoffLimit": 0, "ttlSecondsAfterFinished": _KEPT_SECONDS}
    try:
        api = cluster(subject.stack, subject.plan, told, subject.project, None)
        return _Run(api.client, wiring.namespace).through(policies, job, waited)
    except NoClusterError as error:
        raise NotRunError(str(error)) from None
    except ApiException as refused:
        raise NotRunError(f"the cluster answers {refused.status} {refused.reason}") from None
    except urllib3.exceptions.HTTPError as error:
        raise NotRunError(f"the cluster does not answer: {error}") from None


class _Run:
    def __init__(self, api: Any, namespace: str) -> None:  # noqa: ANN401  # the client has no types
        self._jobs, self._pods = client.BatchV1Api(api), client.CoreV1Api(api)
        self._policies = client.NetworkingV1Api(api)
        self._namespace = namespace
        self._made: list[tuple[Any, str]] = []

    def through(self, policies: list[Document], job: Document, waited: Waited) -> Ended:
        """Makes it, waits for its end, takes it away."""
        name = str(job["metadata"]["name"])
        try:
            for policy in policies:
                self._make(self._policies, "network_policy", policy)
            self._make(self._jobs, "job", job)
            while True:
                status = self._jobs.read_namespaced_job(name, self._namespace, _request_timeout=_SECONDS).status
                if status and (status.succeeded or status.failed):
                    return Ended(bool(status.succeeded), self._last_words(name))
                if not waited(f"the diagnostic container: {self._doing(name)}"):
                    return Ended(None, self._doing(name))
                time.sleep(PAUSE_SECONDS)
        finally:
            self._take_away()

    def _make(self, api: Any, kind: str, document: Document) -> None:  # noqa: ANN401  # as above
        getattr(api, f"create_namespaced_{kind}")(self._namespace, document, _request_timeout=_SECONDS)
        self._made.append((getattr(api, f"delete_namespaced_{kind}"), str(document["metadata"]["name"])))

    def _take_away(self) -> None:
        """A Job's pods go with it."""
        for delete, name in reversed(self._made):
            with suppress(ApiException, urllib3.exceptions.HTTPError):
                delete(name, self._namespace, propagation_policy="Background", _request_timeout=_SECONDS)

    def _of(self, job: str) -> list[Any]:
        found = self._pods.list_namespaced_pod(
            self._namespace, label_selector=f"job-name={job}", _request_timeout=_SECONDS
        )
        return list(found.items)

    def _doing(self, job: str) -> str:
        """What its pod waits for."""
        return next((words for pod in self._of(job) for words in _waiting(pod)), "no node has taken it yet")

    def _last_words(self, job: str) -> str:
        for pod in self._of(job):
            with suppress(ApiException):
                return last_line(
                    self._pods.read_namespaced_pod_log(
                        pod.metadata.name,
                        self._namespace,
                        container=_CONTAINER,
                        tail_lines=_LINES,
                        _request_timeout=_SECONDS,
                    )
                )
        return "its log is gone"


def _waiting(pod: Any) -> Iterator[str]:  # noqa: ANN401  # as above
    for status in [*(pod.status.init_container_statuses or []), *(pod.status.container_statuses or [])]:
        if status.state and status.state.waiting and status.state.waiting.reason:
            message = (status.state.waiting.message or "").splitlines()
            yield f"{status.state.waiting.reason} {message[0] if message else ''}".strip()
    yield str(pod.status.phase)
