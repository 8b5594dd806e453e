"""Documents shown to a real API server, which admits or refuses them and stores none."""

from collections.abc import Iterable

from conformance.client import Client, Document, RefusedError
from sandbox.kube import kinds
from tests.conformance.aks import until

_KNOWN = {
    (kind.api_version, kind.name): kind for kind in (*kinds.BUILT_IN, *kinds.SECRETS_STORE, *kinds.GATEWAY, *kinds.KEDA)
}
_NOT_YET = {404, 429}
"""A definition is served a little after it is stored: at first not found, then with its storage not ready."""


def path_of(document: Document) -> str:
    """Where the API has it."""
    kind = _KNOWN[document["apiVersion"], document["kind"]]
    return kind.path(document["metadata"].get("namespace", ""), document["metadata"]["name"])


def admit(client: Client, document: Document, *, dry: bool = True) -> Document:
    """As the provider asks for it. Raises RefusedError. Not `dry`: it is stored too."""
    options = "fieldValidation=Strict&fieldManager=pulumi" + ("&dryRun=All" if dry else "")
    return client.patch(f"{path_of(document)}?{options}", document)


def serve(client: Client, wanted: Iterable[kinds.Kind], seconds: float) -> None:
    """Makes the stack's namespace, and waits until the API serves kinds whose definitions it has just been given."""
    client.create("/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "speech"}})
    left = list(wanted)

    def served() -> bool:
        left[:] = [kind for kind in left if not _serves(client, kind)]
        return not left

    until(served, lambda: left, seconds)


def _serves(client: Client, kind: kinds.Kind) -> bool:
    try:
        client.get(kind.path("speech"))
    except RefusedError as refusal:
        if refusal.status not in _NOT_YET:
            raise
        return False
    return True
