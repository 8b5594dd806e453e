"""Field selectors of lists: those that a real API server has for the kinds that are listed by them. Pure."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.kube import errors
from sandbox.kube.kinds import Document, Kind

_EVERY = ("metadata.name", "metadata.namespace")
_MORE = {
    "Pod": ("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase"),
    "Event": (
        *(f"involvedObject.{field}" for field in ("apiVersion", "fieldPath", "kind", "name", "namespace", "uid")),
        "reason",
        "type",
    ),
    "Job": ("status.successful",),
    "Secret": ("type",),
}
_TERM = re.compile(r"([^=!]+)(==|=|!=)(.*)")


def field_selector(kind: Kind, text: str) -> Callable[[Document], bool]:
    """Whether an object has the fields that are asked for. Raises ApiError 400 for others than the kind's."""
    terms = []
    for term in filter(None, text.split(",")):
        found = _TERM.fullmatch(term)
        if not found or found[1] not in (*_EVERY, *_MORE.get(kind.name, ())):
            raise errors.bad_request(f"field label not supported: {term}")
        terms.append((found[1].split("."), found[2] != "!=", found[3]))
    return lambda item: all((_text_at(item, path) == wanted) == equal for path, equal, wanted in terms)


def _text_at(item: Document, path: list[str]) -> str:
    value: Any = item
    for step in path:
        value = value.get(step, "") if isinstance(value, dict) else ""
    return str(value)
