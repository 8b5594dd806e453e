"""Runs of a container's image that end: before its pods can serve, or in their place."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from speech.capacity.plan import ContainerPlan, Volume
from speech.catalog.kinds import kind
from speech.manifests import guard, pods, volumes
from speech.manifests.arguments import Word, downloads, license_download, models_volume, serving
from speech.manifests.document import EVICTABLE_ANNOTATION, Document, helper_labels, metadata
from speech.manifests.wiring import Wiring

WATCH = Path(__file__).with_name("watch.sh").read_text(encoding="utf-8")
SETUP = "setup"
"""The role of pods that fetch models and licences."""
_RETRIES = 2
_NEW_NODE_SECONDS = 900
"""The autoscaler gives up a node that has not come by then (max-node-provision-time)."""
_SHUTDOWN_SECONDS = 30


def setup(plan: ContainerPlan, wiring: Wiring) -> list[Document]:
    """What has to be fetched before the container's pods can serve, in order: models, then the licence."""
    return [*_model_downloads(plan, wiring), *_license(plan, wiring)]


def diagnosis(plan: ContainerPlan, wiring: Wiring) -> Document:
    """A container that runs to its end and serves nothing, as the one that tests the way to billing."""
    words = serving(plan, pods.surface(plan, wiring))
    run = pods.speech(plan, wiring, words, plan.volumes, wiring.account)
    spec = {**pods.spec(plan, wiring, plan.volumes, by_vault=wiring.by_vault), "containers": [run]}
    return _job(plan.name, plan, wiring, spec, minutes=kind(plan.kind).startup_minutes)


def longest_seconds(job: Document) -> int:
    """Until the cluster gives a Job up."""
    found: int = job["spec"]["activeDeadlineSeconds"]
    return found


def _model_downloads(plan: ContainerPlan, wiring: Wiring) -> list[Document]:
    """One run a group of models: each obeys one group only (speech-container-cstt, 2026-01)."""
    models = models_volume(plan.volumes)
    if models is None:
        return []
    groups = downloads(plan, pods.surface(plan, wiring, wiring.model_account))
    return [_model_download(plan, wiring, words, models, fresh=at > 0) for at, words in enumerate(groups)]


def _model_download(
    plan: ContainerPlan, wiring: Wiring, words: Sequence[Word], models: Volume, *, fresh: bool
) -> Document:
    """The run as a native sidecar, since it may go on serving, and a script beside it that tells when it is done.

    The script sees the pod's processes, their words with the key among them: it is the stack's own.
    """
    facts, account = kind(plan.kind), wiring.model_account
    run = pods.speech(plan, wiring, words, [models], account)
    ready = f"http://127.0.0.1:{plan.port}{facts.readiness_path(plan.version)}"
    watch = guard.script("watch", wiring.guard_image, WATCH, plan.run_as_user or guard.NOBODY)
    watch["env"] = [
        {"name": "READY", "value": ready},
        {"name": "MODELS", "value": models.path},
        {"name": "PROC", "value": "/proc"},
        {"name": "FRESH", "value": "yes" if fresh else "no"},
    ]
    watch["volumeMounts"] = volumes.mounts([models])
    spec = pods.spec(plan, wiring, [models], by_vault=account.by_vault)
    spec["initContainers"].append({**run, "name": "download", "restartPolicy": "Always"})
    spec |= {"shareProcessNamespace": True, "containers": [watch]}
    name = f"{plan.name}-download-{_mark(plan, words, models)}"
    return _job(name, plan, wiring, spec, minutes=facts.startup_minutes + (facts.download_minutes or 0))


def _license(plan: ContainerPlan, wiring: Wiring) -> list[Document]:
    """The run that writes the licence and ends; a custom container sees its model then, since a licence is for both."""
    licenses = [volume for volume in plan.volumes if volume.role == "license"]
    if not licenses or not wiring.disconnected:
        return []
    mounted = [volume for volume in plan.volumes if volume.role in {"models", "license"}]
    words = license_download(plan, pods.surface(plan, wiring))
    run = pods.speech(plan, wiring, words, mounted, wiring.account)
    spec = pods.spec(plan, wiring, mounted, by_vault=wiring.by_vault)
    spec["containers"] = [{**run, "name": "license"}]
    name = f"{plan.name}-license-{_mark(plan, words, *mounted)}"
    return [_job(name, plan, wiring, spec, minutes=kind(plan.kind).startup_minutes)]


def _mark(plan: ContainerPlan, words: Sequence[Word], *mounted: Volume) -> str:
    """Eight characters that change with what a run would fetch, by which image, and into which volume.

    Neither endpoint nor key are part of it: another key fetches the same.
    """
    asked = [f"{word.name}={word.value}" for word in words if word.secret is None and word.name != "Billing"]
    content = "\n".join([plan.image, *(volume.name for volume in mounted), *asked])
    return hashlib.sha256(content.encode()).hexdigest()[:8]


def _job(name: str, plan: ContainerPlan, wiring: Wiring, spec: Document, minutes: int) -> Document:
    """`minutes`: what one attempt may take once its pod is on a node.

    No time to live: a Job that the cluster took away would be made, and run, again.
    """
    meta = metadata(name, wiring.namespace, plan.name, plan.kind)
    # One that failed is made anew by the next `up`; without it, `up` would go on waiting for the failed one.
    meta["annotations"] = {"pulumi.com/replaceUnready": "true"}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": meta,
        "spec": {
            "backoffLimit": _RETRIES,
            "activeDeadlineSeconds": _NEW_NODE_SECONDS + (_RETRIES + 1) * minutes * 60,
            "template": {
                "metadata": {
                    "labels": helper_labels(SETUP, plan.name, plan.kind),
                    # A download that is cut off begins anew: the autoscaler leaves its node.
                    "annotations": {EVICTABLE_ANNOTATION: "false"},
                },
                "spec": {
                    **spec,
                    "restartPolicy": "Never",
                    "activeDeadlineSeconds": minutes * 60,
                    "terminationGracePeriodSeconds": _SHUTDOWN_SECONDS,
                },
            },
        },
    }
