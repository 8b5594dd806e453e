"""Whether a pod finds its node, in the scheduler's words. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from sandbox.kube.kinds import Document
from sandbox.kube.pod import PodPendingError


def schedule(spec: Document, nodes: Sequence[Document], claims: Mapping[str, Document]) -> None:
    """Raises PodPendingError where no node fits, or a claim of the pod's is not there or not bound.

    A cluster that lists no nodes has one for every pod: those of AKS are pools, which are not looked at.
    """
    for name in claim_names(spec):
        claim = claims.get(name)
        if claim is None:
            raise _unschedulable(len(nodes), f'persistentvolumeclaim "{name}" not found')
        if claim["status"].get("phase") != "Bound":
            raise _unschedulable(len(nodes), "pod has unbound immediate PersistentVolumeClaims")
    if nodes and not any(_fits(spec, node) for node in nodes):
        raise _unschedulable(len(nodes), f"{len(nodes)} node(s) didn't match Pod's node affinity/selector")


def claim_names(spec: Document) -> list[str]:
    """The claims a pod names, by its volumes."""
    volumes = spec.get("volumes", [])
    return [volume["persistentVolumeClaim"]["claimName"] for volume in volumes if "persistentVolumeClaim" in volume]


def _unschedulable(nodes: int, why: str) -> PodPendingError:
    count = nodes or 1
    return PodPendingError(
        f"FailedScheduling: 0/{count} nodes are available: {why}. "
        f"preemption: 0/{count} nodes are available: {count} Preemption is not helpful for scheduling."
    )


def _fits(spec: Document, node: Document) -> bool:
    labels = node["metadata"].get("labels", {})
    if not spec.get("nodeSelector", {}).items() <= labels.items():
        return False
    affinity = spec.get("affinity", {}).get("nodeAffinity", {})
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return required is None or any(_matches(term, node) for term in required["nodeSelectorTerms"])


def _matches(term: Document, node: Document) -> bool:
    """A term that asks for nothing matches no node."""
    labels = node["metadata"].get("labels", {})
    fields = {"metadata.name": node["metadata"]["name"]}
    asked = [*_asked(term, "matchExpressions", labels), *_asked(term, "matchFields", fields)]
    return bool(asked) and all(asked)


def _asked(term: Document, field: str, known: Mapping[str, str]) -> Iterable[bool]:
    return [_holds(requirement, known.get(requirement["key"])) for requirement in term.get(field, [])]


def _holds(requirement: Document, value: str | None) -> bool:
    values, operator = requirement.get("values", []), requirement["operator"]
    plain = {
        "In": value in values,
        "NotIn": value not in values,
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }
    if operator in plain:
        return plain[operator]
    if value is None or not value.isdecimal():
        return False
    return int(value) > int(values[0]) if operator == "Gt" else int(value) < int(values[0])
