"""The replicas of one container on Container Instances."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import containerinstance

from speech.manifests.document import Document

REPLACED = (
    "osType", "sku", "restartPolicy", "zones",
    "containers[*].resources", "containers[*].ports", "containers[*].volumeMounts",
    "containers[*].securityContext", "containers[1]",
    "ipAddress.type", "ipAddress.ports", "subnetIds", "dnsConfig",
    "volumes[*].name", "volumes[*].azureFile.shareName", "volumes[*].azureFile.storageAccountName",
)  # fmt: skip
"""What Azure changes in no group that is there: platform, size, restart policy and network (container-instances-update,
2025-11). The page says nothing of ports, volumes and users, or of a second container, whose size counts: they are
treated so, too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerGroupsArgs:
    """What the groups are, and what they wait for."""

    resource_group: pulumi.Output[str]
    documents: Sequence[Document]
    """One a replica, as `speech.manifests.groups.document` makes them."""
    once: bool
    """They run to their end: Azure changes nothing in a group that has ended."""
    needs: Sequence[pulumi.Resource]


class ContainerGroups(pulumi.ComponentResource):
    """All groups of one container, made, changed and replaced one after another.

    Creates: a container group for each replica. What Azure cannot change in place is deleted and made anew, under the
    same name; the next replica waits until then, so that never more than one is gone.
    """

    addresses: list[pulumi.Output[str | None]]
    """Of each replica: its name in public, its IP address inside a network; None where it serves nothing."""

    def __init__(self, name: str, args: ContainerGroupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:instances:ContainerGroups", name, None, opts)
        self.addresses = []
        before = list(args.needs)
        for number, document in enumerate(args.documents, start=1):
            group = containerinstance.ContainerGroup(
                f"{name}-{number}",
                resource_group_name=args.resource_group,
                opts=pulumi.ResourceOptions(
                    parent=self,
                    # Names that do not depend on each other's values: the engine waits, and replaces only what changed.
                    depends_on=before,
                    replace_on_changes=["*"] if args.once else list(REPLACED),
                    delete_before_replace=True,
                ),
                **{_snake(key): value for key, value in document.items()},
            )
            before = [*args.needs, group]
            self.addresses.append(group.ip_address.apply(lambda found: (found.fqdn or found.ip) if found else None))
        self.register_outputs({"addresses": self.addresses})


def _snake(name: str) -> str:
    return re.sub("([A-Z])", r"_\1", name).lower()
