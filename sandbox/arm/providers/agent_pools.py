"""The rules of an AKS agent pool, whether it comes inline with its cluster or on its own."""

import re

from sandbox.arm import roles, vm_quota
from sandbox.arm.errors import ArmError, bad_request
from sandbox.arm.ids import normal_location
from sandbox.arm.model import Call, merged
from sandbox.arm.providers import kubernetes_versions
from sandbox.arm.providers.virtual_networks import check_undelegated
from sandbox.arm.store import Document, Resource, Store
from sandbox.arm.vm_quota import POOL_TYPE, Size

_NAME = re.compile(r"[a-z][a-z0-9]{0,11}")
IMMUTABLE = (
    "vmSize", "osType", "osDiskType", "osDiskSizeGB", "kubeletDiskType", "maxPods", "type", "availabilityZones",
    "vnetSubnetID", "podSubnetID", "scaleSetPriority", "scaleSetEvictionPolicy", "gpuInstanceProfile",
    "nodePublicIPPrefixID", "proximityPlacementGroupID",
)  # fmt: skip
"""What AKS never changes in a pool (`PropertyChangeNotAllowed`)."""
_DEFAULTS: Document = {
    "mode": "User",
    "type": "VirtualMachineScaleSets",
    "osType": "Linux",
    "osSKU": "Ubuntu",
    "osDiskSizeGB": 128,
    "osDiskType": "Managed",
    "kubeletDiskType": "OS",
    "enableFIPS": False,
    "enableNodePublicIP": False,
    "scaleDownMode": "Delete",
    "securityProfile": {"enableSecureBoot": False, "enableVTPM": False, "sshAccess": "LocalUser"},
    "powerState": {"code": "Running"},
}
_NEEDED_OF_SUBNETS = {
    "userassignednatgateway": ("natGateway", "NAT gateway"),
    "userdefinedrouting": ("routeTable", "route table"),
}
"""What a subnet must have for an outbound type: its property and its name."""
_SPOT_TAINT = "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"
_SPOT_LABEL = {"kubernetes.azure.com/scalesetpriority": "spot"}
_NODE_IMAGE = "AKSUbuntu-2204gen2containerd-202610.01.0"


def complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    """Checks an agent pool's PUT as AKS does, quota included, and fills in the service's defaults."""
    cluster = call.store.resource(wanted.id.rsplit("/", 2)[0])
    if not cluster:
        raise LookupError(wanted.id)
    size = settle(call, cluster, wanted, existing)
    region = normal_location(cluster.document["location"])
    vm_quota.check(call.store, region, {wanted.id: nodes(wanted, size)})


def settle(call: Call, cluster: Resource, wanted: Resource, existing: Resource | None) -> Size:
    """Everything but the quota, which for inline pools is asked for all of them at once."""
    properties = wanted.properties
    if not existing and not _NAME.fullmatch(wanted.name):
        raise _invalid(
            "name",
            f"The value of parameter agentPool.name is invalid: '{wanted.name}' does not match '{_NAME.pattern}'.",
        )
    for name in ("vmSize", "count"):
        if properties.get(name) is None and not (existing and name == "vmSize"):
            raise _invalid(f"properties.{name}", f"Required parameter properties.{name} is missing (null).")
    _keep(properties, existing.properties if existing else {})
    size = vm_quota.allowed_size(call.store, properties["vmSize"], cluster.document["location"])
    _check_counts(properties, update=existing is not None)
    _check_subnet(call, cluster, properties)
    overlay = (cluster.properties.get("networkProfile") or {}).get("networkPluginMode") == "overlay"
    wanted.document["properties"] = merged({**_DEFAULTS, "maxPods": 250 if overlay else 30}, properties)
    _fill(cluster, wanted, existing)
    wanted.hidden.setdefault("since", existing.hidden["since"] if existing else call.store.now())
    return size


def of_cluster(store: Store, cluster_id: str) -> list[Resource]:
    """The cluster's pools, however they were made, oldest first."""
    return sorted(store.of_type(POOL_TYPE, cluster_id), key=lambda pool: float(pool.hidden["since"]))


def nodes(pool: Resource, size: Size) -> tuple[Size, int]:
    """What the pool asks of the quota: spot nodes count elsewhere."""
    return size, 0 if pool.properties.get("scaleSetPriority") == "Spot" else int(pool.properties["count"])


def _keep(properties: Document, before: Document) -> None:
    """What was set at creation stays, and nothing may be changed that AKS never changes."""
    for name in IMMUTABLE:
        if properties.get(name) is None:
            properties[name] = before.get(name)
        elif before and str(properties[name]).lower() != str(before.get(name)).lower():
            path = f"properties.{name}"
            raise bad_request("PropertyChangeNotAllowed", f"Changing property '{path}' is not allowed.", target=path)
    for name in [name for name, value in properties.items() if value is None]:
        del properties[name]


def _check_counts(properties: Document, *, update: bool) -> None:
    count, system = properties["count"], properties.get("mode") == "System"
    least, most = (1 if system else 0), 1000
    if not isinstance(count, int) or not least <= count <= most:
        raise _invalid("properties.count", f"The value of parameter properties.count is invalid: {least} to {most}.")
    if properties.get("enableAutoScaling"):
        low, high = properties.get("minCount"), properties.get("maxCount")
        # An update may raise minCount above the count: the autoscaler follows (azure-cli-extensions #1606, AKS #1758).
        between = update or low is None or high is None or low <= count <= high
        if low is None or high is None or not least <= low <= high <= most or not between:
            text = f"Auto-scaling needs minCount <= count <= maxCount; given were {low}, {count} and {high}."
            raise _invalid("properties.minCount", text)
    if properties.get("scaleSetPriority") == "Spot" and system:
        raise _invalid("properties.scaleSetPriority", "A system agent pool cannot use spot virtual machines.")


def _check_subnet(call: Call, cluster: Resource, properties: Document) -> None:
    """A subnet of one's own is there, open to the cluster's identity, and has the way out that the cluster wants."""
    subnet_id = properties.get("vnetSubnetID")
    if not subnet_id:
        return
    subnet = call.store.resource(subnet_id)
    if not subnet:
        raise bad_request("VnetSubnetNotFound", f"The subnet '{subnet_id}' of the agent pool was not found.")
    check_undelegated(subnet)
    identities = (cluster.document.get("identity") or {}).get("userAssignedIdentities") or {}
    for identity in identities.values():
        if not roles.holds_role(call.store, identity["principalId"], roles.NETWORK_JOINERS, subnet.id):
            raise ArmError(
                403,
                "LinkedAuthorizationFailed",
                f"The client '{identity['clientId']}' with object id '{identity['principalId']}' does not have "
                "permission to perform action(s) 'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked "
                f"scope(s) '{subnet.id}' or the linked scope(s) are invalid.",
            )
    outbound = str((cluster.properties.get("networkProfile") or {}).get("outboundType"))
    needed = _NEEDED_OF_SUBNETS.get(outbound.lower())
    if needed and not subnet.properties.get(needed[0]):
        text = f"The outbound type {outbound} needs a {needed[1]} on the subnet '{subnet.id}', which has none."
        raise _invalid("networkProfile.outboundType", text)


def _fill(cluster: Resource, wanted: Resource, existing: Resource | None) -> None:
    properties = wanted.properties
    version = properties.get("orchestratorVersion") or cluster.properties["kubernetesVersion"]
    properties |= {
        "orchestratorVersion": version,
        "currentOrchestratorVersion": kubernetes_versions.patch_of(version),
        "nodeImageVersion": _NODE_IMAGE,
    }
    properties.setdefault(
        "upgradeSettings", existing.properties["upgradeSettings"] if existing else {"maxSurge": "10%"}
    )
    if properties.get("scaleSetPriority") == "Spot":
        properties["nodeTaints"] = list(dict.fromkeys((*properties.get("nodeTaints", []), _SPOT_TAINT)))
        properties["nodeLabels"] = {**properties.get("nodeLabels", {}), **_SPOT_LABEL}


def _invalid(target: str, text: str) -> ArmError:
    return bad_request("InvalidParameter", text, target=target)


def removable(call: Call, pool: Resource) -> None:
    """A cluster keeps at least one system pool."""
    siblings = call.store.of_type(POOL_TYPE, pool.id.rsplit("/", 2)[0])
    if pool.properties["mode"] == "System" and sum(each.properties["mode"] == "System" for each in siblings) == 1:
        raise bad_request("OperationNotAllowed", "There has to be at least one system agent pool.")
