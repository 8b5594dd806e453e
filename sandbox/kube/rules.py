"""What an API server asks of one object beyond the types of its fields. Pure."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator

from sandbox.kube.kinds import Document, Kind
from sandbox.kube.quantities import quantity

Cause = tuple[str, str]
"""A field and what is wrong with it."""

_DATA_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")
_DATA_LIMIT = 1024 * 1024
_NEEDED_KEYS = {
    "kubernetes.io/basic-auth": (),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
_ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")
_HIGHEST_PRIORITY = 1_000_000_000


def causes(kind: Kind, document: Document) -> list[Cause]:
    """Everything that is wrong with an object whose fields have the right types."""
    if kind.group == "apps" and "template" in document["spec"]:
        return list(_controlled(document["spec"]))
    rule = _RULES.get(kind.name)
    return list(rule(document)) if rule and not kind.custom else []


def _controlled(spec: Document) -> Iterator[Cause]:
    """A Deployment and its like: its pods restart for ever, and carry what its selector asks for."""
    yield from _template(spec["template"], ("Always",))
    wanted = spec["selector"].get("matchLabels", {})
    labels = spec["template"].get("metadata", {}).get("labels", {})
    if not wanted.items() <= labels.items():
        yield "spec.template.metadata.labels", f"Invalid value: {labels}: `selector` does not match template `labels`"


def _job(job: Document) -> Iterator[Cause]:
    spec = job["spec"]
    for field in ("activeDeadlineSeconds", "backoffLimit", "completions", "parallelism", "ttlSecondsAfterFinished"):
        if spec.get(field, 0) < 0:
            yield f"spec.{field}", f"Invalid value: {spec[field]}: must be greater than or equal to 0"
    yield from _template(spec["template"], ("OnFailure", "Never"))


def _template(template: Document, restarts: tuple[str, ...]) -> Iterator[Cause]:
    path, spec = "spec.template.spec", template.get("spec", {})
    if not spec.get("containers"):
        yield f"{path}.containers", "Required value"
    if (restart := spec.get("restartPolicy", "Always")) not in restarts:
        named = ", ".join(f'"{one}"' for one in restarts)
        told = f"Required value: valid values: {named}" if restart == "Always" else _unsupported(restart, restarts)
        yield f"{path}.restartPolicy", told
    volumes = {volume["name"] for volume in spec.get("volumes", [])}
    for field in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(field, [])):
            own = f"{path}.{field}[{index}]"
            if field == "initContainers" and container.get("restartPolicy", "Always") != "Always":
                yield f"{own}.restartPolicy", _unsupported(container["restartPolicy"], ("Always",))
            for number, mount in enumerate(container.get("volumeMounts", [])):
                yield from _mount(f"{own}.volumeMounts[{number}]", mount, volumes)


def _mount(path: str, mount: Document, volumes: set[str]) -> Iterator[Cause]:
    if mount["name"] not in volumes:
        yield f"{path}.name", f'Not found: "{mount["name"]}"'
    if "subPath" in mount and "subPathExpr" in mount:
        yield f"{path}.subPathExpr", f'Invalid value: "{mount["subPathExpr"]}": subPathExpr and subPath are exclusive'
    for field in ("subPath", "subPathExpr"):
        if mount.get(field, "").startswith("/"):
            yield f"{path}.{field}", f'Invalid value: "{mount[field]}": must be a relative path'
        elif ".." in mount.get(field, "").split("/"):
            yield f"{path}.{field}", f"Invalid value: \"{mount[field]}\": must not contain '..'"


def _claim(claim: Document) -> Iterator[Cause]:
    spec = claim.get("spec", {})
    if not spec.get("accessModes"):
        yield "spec.accessModes", "Required value: at least 1 access mode is required"
    for mode in spec.get("accessModes", []):
        if mode not in _ACCESS_MODES:
            yield "spec.accessModes", _unsupported(mode, _ACCESS_MODES)
    asked = spec.get("resources", {}).get("requests", {}).get("storage")
    size = quantity(asked) if asked else None
    if asked is None:
        yield "spec.resources[storage]", "Required value"
    elif size is None or size <= 0:
        yield "spec.resources[storage]", f'Invalid value: "{asked}": must be greater than zero'


def _secret(secret: Document) -> Iterator[Cause]:
    data = secret.get("data", {})
    yield from _data(secret, ("data", "stringData"))
    made = secret.get("type", "Opaque")
    given = {**data, **secret.get("stringData", {})}
    for key in _NEEDED_KEYS.get(made, ()):
        if key not in given:
            yield f"data[{key}]", "Required value"
        elif key.startswith(".docker") and not _is_json(_text(data, secret.get("stringData", {}), key)):
            yield f"data[{key}]", 'Invalid value: "<secret contents redacted>": it is no JSON object'
    if made == "kubernetes.io/basic-auth" and not {"username", "password"} & given.keys():
        yield "data[username]", "Required value"


def _data(document: Document, fields: tuple[str, ...]) -> Iterator[Cause]:
    size = 0
    for field in fields:
        for key, value in document.get(field, {}).items():
            size += len(value)
            if not _DATA_KEY.fullmatch(key):
                rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
                yield f"{field}[{key}]", f'Invalid value: "{key}": {rule}'
    if size > _DATA_LIMIT:
        yield fields[0], f"Too long: may not be more than {_DATA_LIMIT} bytes"


def _text(data: Document, texts: Document, key: str) -> str:
    if key in texts:
        return str(texts[key])
    try:
        return base64.b64decode(data[key], validate=True).decode(errors="replace")
    except binascii.Error:
        return ""


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _storage_class(document: Document) -> Iterator[Cause]:
    for field, known in (
        ("reclaimPolicy", ("Delete", "Retain")),
        ("volumeBindingMode", ("Immediate", "WaitForFirstConsumer")),
    ):
        if (given := document.get(field, known[0])) not in known:
            yield field, _unsupported(given, known)


def _priority_class(document: Document) -> Iterator[Cause]:
    own = document["metadata"].get("name", "").startswith("system-")
    if document["value"] > _HIGHEST_PRIORITY and not own:
        yield "value", f"Forbidden: maximum allowed value of a user defined priority is {_HIGHEST_PRIORITY}"


def _unsupported(given: str, supported: tuple[str, ...]) -> str:
    named = ", ".join(f'"{one}"' for one in supported)
    return f'Unsupported value: "{given}": supported values: {named}'


_RULES: dict[str, Callable[[Document], Iterator[Cause]]] = {
    "Job": _job,
    "PersistentVolumeClaim": _claim,
    "Secret": _secret,
    "ConfigMap": lambda document: _data(document, ("data", "binaryData")),
    "StorageClass": _storage_class,
    "PriorityClass": _priority_class,
}
