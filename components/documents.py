"""Kubernetes documents made into resources, every kind in the same way."""

from typing import Any

import pulumi

from speech.manifests.document import Document

_SCALERS = ("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "kubernetes:keda.sh/v1alpha1:ScaledObject")
"""Kinds of one role: where one takes the place of the other, the old goes first. No Deployment ever has two."""


class KubernetesObject(pulumi.CustomResource):
    """One object of a cluster, exactly as its document says: no default is added on the way."""

    def __init__(self, name: str, document: Document, opts: pulumi.ResourceOptions) -> None:
        kind = token(document)
        if kind in _SCALERS:
            opts = pulumi.ResourceOptions.merge(opts, _in_place_of([other for other in _SCALERS if other != kind]))
        # Status is the cluster's to give: named here, it can be read.
        super().__init__(kind, name, {**document, "status": None}, opts)

    @property
    def status(self) -> pulumi.Output[dict[str, Any] | None]:
        """What the cluster says of the object; None where it says nothing yet."""
        found: pulumi.Output[dict[str, Any] | None] = pulumi.get(self, "status")
        return found


def _in_place_of(others: list[str]) -> pulumi.ResourceOptions:
    """The provider itself would write the new kind over the old one's state, and leave the old in the cluster."""
    return pulumi.ResourceOptions(
        aliases=[pulumi.Alias(type_=other) for other in others], replace_on_changes=["kind"], delete_before_replace=True
    )


def token(document: Document) -> str:
    """The type token of the Kubernetes provider: `kubernetes:apps/v1:Deployment`, core kinds under `core/v1`."""
    version = document["apiVersion"]
    group = version if "/" in version else f"core/{version}"
    return f"kubernetes:{group}:{document['kind']}"
