"""What the API server does to an object before it stores it: checks, a few defaults, what may not change."""

import base64
import binascii
import re
import zlib
from typing import Any

from sandbox.kube import errors, immutability, rules, schema
from sandbox.kube.kinds import Document, Kind

_SUBDOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL = re.compile(r"(?=.{1,63}\Z)[a-z0-9]([-a-z0-9]*[a-z0-9])?")

_FIRST_STATUS: dict[str, Document] = {
    "Namespace": {"phase": "Active"},
    "Node": {"conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]},
    "PersistentVolumeClaim": {"phase": "Pending"},
    "Job": {},
}


def admit(kind: Kind, document: Document, old: Document | None = None) -> Document:
    """The object as it will be stored in place of `old`. Raises ApiError."""
    admitted: Document = _without_nulls(document)
    _decode(kind, admitted)
    name = admitted["metadata"].get("name", "")
    causes = [*_name_causes(kind, name), *rules.causes(kind, admitted)]
    if causes:
        raise errors.invalid(kind, name, causes)
    if kind.name == "Secret":
        _fold(kind, admitted)
    _default(kind, admitted, old or {})
    if old is not None and (changed := immutability.changed(kind, old, admitted)):
        raise errors.invalid(kind, name, changed)
    return admitted


def _without_nulls(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: _without_nulls(member) for key, member in value.items() if member is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _decode(kind: Kind, document: Document) -> None:
    for field, expected in (("apiVersion", kind.api_version), ("kind", kind.name)):
        if document.setdefault(field, expected) != expected:
            raise errors.bad_request(
                f"the {field} in the data ({document[field]}) is not the expected one ({expected})"
            )
    document.setdefault("metadata", {})
    faults = schema.faults(kind, document)
    if unknown := [fault.text for fault in faults if fault.wrong is schema.Wrong.UNKNOWN]:
        raise errors.not_handled(kind, f"strict decoding error: {', '.join(unknown)}")
    if wrong := [f"{fault.path}: {fault.text}" for fault in faults if fault.wrong is schema.Wrong.TYPE]:
        raise errors.not_handled(kind, "; ".join(wrong))
    if faults:
        raise errors.invalid(kind, document["metadata"].get("name", ""), [(fault.path, fault.text) for fault in faults])


def _name_causes(kind: Kind, name: str) -> list[tuple[str, str]]:
    if not name:
        return [("metadata.name", "Required value: name or generateName is required")]
    pattern, form = (_LABEL, "label") if kind.name in {"Namespace", "Service"} else (_SUBDOMAIN, "subdomain")
    if kind.group == "rbac.authorization.k8s.io" or pattern.fullmatch(name):
        return []
    rule = f"a lowercase RFC 1123 {form} must consist of lower case alphanumeric characters or '-'"
    return [
        ("metadata.name", f'Invalid value: "{name}": {rule}, and must start and end with an alphanumeric character')
    ]


def _fold(kind: Kind, secret: Document) -> None:
    """Moves `stringData` into `data`, which is base64, as the API server does."""
    texts = secret.pop("stringData", {})
    data = secret.setdefault("data", {}) if texts else secret.get("data", {})
    data |= {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}
    for key, value in data.items():
        try:
            base64.b64decode(value, validate=True)
        except binascii.Error:
            raise errors.not_handled(kind, f"data.{key}: illegal base64 data") from None


def _default(kind: Kind, document: Document, old: Document) -> None:
    document.pop("status", None)  # a subresource: whoever writes the object does not write it
    if kind.name in _FIRST_STATUS:
        document["status"] = old.get("status", _FIRST_STATUS[kind.name])
    match kind.name:
        case "Namespace":
            labels = document["metadata"].setdefault("labels", {})
            labels["kubernetes.io/metadata.name"] = document["metadata"]["name"]
        case "Deployment" | "StatefulSet":
            document["spec"].setdefault("replicas", 1)
        case "Secret":
            document.setdefault("type", "Opaque")
        case "PersistentVolumeClaim":
            document["spec"].setdefault("volumeMode", "Filesystem")
        case "StorageClass":
            document.setdefault("reclaimPolicy", "Delete")
            document.setdefault("volumeBindingMode", "Immediate")
        case "Service":
            document["spec"].setdefault("type", "ClusterIP")
            if document["spec"]["type"] == "LoadBalancer":
                document["status"] = {"loadBalancer": {"ingress": [{"ip": _address(document["metadata"])}]}}


def _address(metadata: Document) -> str:
    """Of a load balancer: at once, where a cloud takes a minute, and one that leads nowhere (TEST-NET-2, RFC 5737)."""
    place = f"{metadata.get('namespace')}/{metadata['name']}".encode()
    return f"198.51.100.{1 + zlib.crc32(place) % 254}"
