"""Kubernetes documents made into resources, every kind in the same way."""

import pulumi

from speech.manifests.document import Document


class KubernetesObject(pulumi.CustomResource):
    """One object of a cluster, exactly as its document says: no default is added on the way."""

    def __init__(self, name: str, document: Document, opts: pulumi.ResourceOptions) -> None:
        super().__init__(token(document), name, document, opts)


def token(document: Document) -> str:
    """The type token of the Kubernetes provider: `kubernetes:apps/v1:Deployment`, core kinds under `core/v1`."""
    version = document["apiVersion"]
    group = version if "/" in version else f"core/{version}"
    return f"kubernetes:{group}:{document['kind']}"
