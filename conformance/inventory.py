"""Every object that an API server keeps, so that what somebody left in it can be told, and dropped."""

from collections.abc import Iterator

import httpx

from conformance.client import Client, Document, RefusedError

_PASSING = frozenset({"componentstatuses", "endpoints", "endpointslices", "events", "leases"})
"""What controllers write about others, and what comes and goes by itself."""

_NAMESPACE_DEPTH = 4


def inventory(client: Client) -> set[str]:
    """The paths of all objects."""
    return {
        f"{root}{_folder(item)}/{plural}/{item['metadata']['name']}"
        for root, plural in _kinds(client)
        for item in _items(client, f"{root}/{plural}")
    }


def drop(client: Client, kept: set[str]) -> bool:
    """Deletes what is not in `kept`; whether there was any. Namespaces go with all that is in them, seconds later."""
    left = sorted(inventory(client) - kept)
    going = {
        path.rpartition("/")[2]
        for path in left
        if path.startswith("/api/v1/namespaces/") and path.count("/") == _NAMESPACE_DEPTH
    }
    for path in left:
        inside = any(f"/namespaces/{name}/" in path for name in going)
        if not inside or path.rpartition("/")[0].endswith("/pods"):
            client.delete(path)
    return bool(left)


def _kinds(client: Client) -> Iterator[tuple[str, str]]:
    """(root of the API, plural) of all kinds that are kept."""
    groups = client.get("/apis")["groups"]
    roots = ["/api/v1", *(f"/apis/{group['preferredVersion']['groupVersion']}" for group in groups)]
    for root in roots:
        for kind in client.get(root)["resources"]:
            if {"list", "delete"} <= set(kind["verbs"]) and kind["name"] not in _PASSING:
                yield root, kind["name"]


def _items(client: Client, path: str) -> list[Document]:
    """None of a definition that has just been made, or that is going."""
    try:
        return client.items(path)
    except RefusedError as refusal:
        if refusal.status not in {httpx.codes.NOT_FOUND, httpx.codes.TOO_MANY_REQUESTS}:
            raise
        return []


def _folder(item: Document) -> str:
    namespace = item["metadata"].get("namespace")
    return f"/namespaces/{namespace}" if namespace else ""
