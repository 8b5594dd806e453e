"""Kubernetes documents made into resources, every kind in the same way."""

from typing import Any

import pulumi

from speech.manifests.document import Document


class KubernetesObject(pulumi.CustomResource):
    """One object of a cluster, exactly as its document says: no default is added on the way."""

    def __init__(self, name: str, document: Document, opts: pulumi.ResourceOptions) -> None:
        # Status is the cluster's to give: named here, it can be read.
        super().__init__(token(document), name, {**document, "status": None}, opts)

    @property
    def status(self) -> pulumi.Output[dict[str, Any] | None]:
        """What the cluster says of the object; None where it says nothing yet."""
        found: pulumi.Output[dict[str, Any] | None] = pulumi.get(self, "status")
        return found


def token(document: Document) -> str:
    """The type token of the Kubernetes provider: `kubernetes:apps/v1:Deployment`, core kinds under `core/v1`."""
    version = document["apiVersion"]
    group = version if "/" in version else f"core/{version}"
    return f"kubernetes:{group}:{document['kind']}"
