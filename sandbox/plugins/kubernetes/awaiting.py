"""What the plugin waits for after it wrote an object: the end of a Job, a claim's volume. Other kinds are done at once.

Rules, times and words are the real provider's (pulumi-kubernetes, provider/pkg/await, 2026-02).
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.kube import kinds
from sandbox.kube.kinds import Document
from sandbox.plugins.kubernetes.api import Api, RefusedError, UnreachableError

SKIP, TIMEOUT = "pulumi.com/skipAwait", "pulumi.com/timeoutSeconds"
REPLACE_UNREADY = "pulumi.com/replaceUnready"
_SECONDS = {"Job": 600.0, "PersistentVolumeClaim": 300.0}
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.05, 0.5
_WAITS = "WaitForFirstConsumer"


class NotReadyError(Exception):
    """The object is there and did not become what it should; the arguments are the reasons."""

    def __init__(self, live: Document, *reasons: str) -> None:
        super().__init__(*reasons)
        self.live, self.reasons = live, list(reasons)


@dataclass(frozen=True)
class Patience:
    """How long a call waits, and what ends it before."""

    custom_seconds: float
    """Of the resource's options; 0: none."""
    stop: threading.Event


def await_ready(api: Api, path: str, live: Document, patience: Patience, *, updated: bool = False) -> Document:
    """The object once it is ready. Raises NotReadyError, RefusedError."""
    kind, annotations = live.get("kind", ""), _annotations(live)
    if kind not in _SECONDS or annotations.get(SKIP) == "true":
        return live
    is_ready = _job_is_complete if kind == "Job" else _claim_rule(api, live, updated=updated)
    seconds = patience.custom_seconds or float(annotations.get(TIMEOUT, 0)) or _SECONDS[kind]
    ends, pause = time.monotonic() + seconds, _FIRST_PAUSE_SECONDS
    while not is_ready(live):
        name = live["metadata"]["name"]
        if patience.stop.wait(pause):
            raise NotReadyError(live, f"Resource operation was cancelled for '{name}'")
        if time.monotonic() > ends:
            late = f"'{name}' timed out waiting to be Ready"
            raise NotReadyError(live, late if kind == "Job" else f"Timeout occurred polling for '{name}'")
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        live = api.call("GET", path)
    return live


def tries_again(wanted: Document, read: Callable[[], Document]) -> bool:
    """Whether it is a Job that is not complete, and its annotation says that another one shall try."""
    if wanted.get("kind") != "Job" or _annotations(wanted).get(REPLACE_UNREADY) != "true":
        return False
    try:
        return not _job_is_complete(read())
    except NotReadyError:
        return True
    except (UnreachableError, RefusedError):
        return False


def check_read(live: Document) -> None:
    """Raises NotReadyError for a Job that is not complete at the time of a refresh."""
    if live["kind"] == "Job" and _annotations(live).get(SKIP) != "true" and not _job_is_complete(live):
        raise NotReadyError(live, f"Resource '{live['metadata']['name']}' was created but failed to initialize")


def _annotations(document: Document) -> dict[str, str]:
    """The annotations of an object, as far as they are known."""
    found = (document.get("metadata") or {}).get("annotations") or {}
    return found if isinstance(found, dict) else {}


def _job_is_complete(job: Document) -> bool:
    """Whether it is. Raises NotReadyError for one that failed."""
    conditions = {one["type"]: one for one in _conditions(job) if one["status"] == "True"}
    if failed := conditions.get("Failed"):
        name = job["metadata"]["name"]
        told = f"[{failed['reason']}] {failed['message']}"
        raise NotReadyError(job, f"Resource '{name}' was created but failed to initialize", told)
    return "Complete" in conditions


def _claim_rule(api: Api, claim: Document, *, updated: bool) -> Callable[[Document], bool]:
    """A new claim of a class that waits for its first pod need not be bound; a changed one has to be."""
    wanted = {"Bound", "Pending"} if not updated and _binding(api, claim) == _WAITS else {"Bound"}
    return lambda live: live.get("status", {}).get("phase") in wanted


def _binding(api: Api, claim: Document) -> str:
    name = claim["spec"].get("storageClassName")
    if not name:
        return ""
    try:
        path = kinds.named("StorageClass").path("", name)
        return str(api.call("GET", path).get("volumeBindingMode", ""))
    except RefusedError:
        return ""


def _conditions(document: Document) -> Iterable[Document]:
    found: list[Document] = document.get("status", {}).get("conditions", [])
    return found
