"""`speech verify --cluster`: all of it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from operations.cluster_documents import access_of, wiring_of
from operations.verify import kube
from operations.verify.check import Check, Section, failed, passed
from operations.verify.cluster import admission, classes, room, served
from operations.verify.cluster.served import Document
from operations.verify.progress import Progress
from speech.capacity.plan import Plan
from speech.manifests import cluster as manifests
from speech.settings.stack import Stack


def section(
    stack: Stack, plan: Plan, told: Mapping[str, Any], project: Path, context: str | None, progress: Progress
) -> Section:
    """Everything that the stack asks of its cluster. `told`: the stack's outputs; none of a stack that is not up."""
    title = f"namespace {plan.names['namespace']}, {'as it is up' if told else 'not up yet'}"
    try:
        cluster = kube.cluster(stack, plan, told, project, context)
        checks = tuple(_checks(stack, plan, told, cluster, progress))
    except kube.NoClusterError as error:
        checks = (failed("api", str(error), "kubectl --context NAME version, and  speech verify --context NAME"),)
    return Section("cluster", title, checks)


def _checks(
    stack: Stack, plan: Plan, told: Mapping[str, Any], cluster: kube.Cluster, progress: Progress
) -> Iterator[Check]:
    progress.tell("cluster", "asking for its version", kube.SECONDS)
    yield passed("api", f"{cluster.client.configuration.host} answers")
    yield served.version(cluster)
    documents = _documents(stack, plan, told)
    found, resources = served.kinds(cluster, documents)
    yield found
    progress.tell("cluster", f"trying {len(documents)} documents", None)
    yield from admission.checks(cluster, documents, resources)
    progress.tell("cluster", "counting nodes", kube.SECONDS)
    yield from room.checks(cluster, plan, documents)
    yield from classes.checks(cluster, documents)


def _documents(stack: Stack, plan: Plan, told: Mapping[str, Any]) -> list[Document]:
    known = {"billing": told["endpoint"], **told.get("references", {})} if told else {}
    wired = wiring_of(stack, plan, known)
    return list(manifests.documents(plan, wired, access_of(stack, wired, known)))
