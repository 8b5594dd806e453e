"""Kubernetes documents made into resources, every kind in the same way."""

from typing import Any

import pulumi

from speech.manifests.document import Document

_SCALERS = ("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "kubernetes:keda.sh/v1alpha1:ScaledObject")
_IN_PLACE_OF = {one: [other for other in _SCALERS if other != one] for one in _SCALERS}
"""Types of one role, of which one replaces the other: the old goes first, and no Deployment ever has two."""


class KubernetesObject(pulumi.CustomResource):
    """One object of a cluster, exactly as its document says: no default is added on the way."""

    def __init__(self, name: str, document: Document, opts: pulumi.ResourceOptions) -> None:
        if aliases := [pulumi.Alias(type_=other) for other in _IN_PLACE_OF.get(token(document), ())]:
            opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=aliases))
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
