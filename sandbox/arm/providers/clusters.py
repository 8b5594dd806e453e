"""The rules of an AKS cluster: what it needs, what never changes, what the service fills in."""

import secrets
import uuid
from collections.abc import Iterable
from copy import deepcopy
from ipaddress import ip_network

from sandbox.arm import principals, vm_quota
from sandbox.arm.errors import ArmError, bad_request
from sandbox.arm.ids import normal_location
from sandbox.arm.model import Call, World, dig
from sandbox.arm.providers import agent_pools, cluster_checks, kubernetes_versions
from sandbox.arm.store import Document, Resource
from sandbox.arm.vm_quota import CLUSTER_TYPE, POOL_TYPE

IMMUTABLE = (
    "properties.dnsPrefix", "properties.fqdnSubdomain", "properties.nodeResourceGroup",
    "properties.diskEncryptionSetID", "properties.networkProfile.networkPlugin",
    "properties.networkProfile.serviceCidr", "properties.networkProfile.dnsServiceIP",
    "properties.networkProfile.podCidr", "properties.apiServerAccessProfile.enablePrivateCluster",
)  # fmt: skip
_DRIVER = {"enabled": True}
DEFAULTS: Document = {
    "sku": {"name": "Base", "tier": "Free"},
    "properties": {
        "kubernetesVersion": kubernetes_versions.DEFAULT,
        "enableRBAC": True,
        "supportPlan": "KubernetesOfficial",
        "maxAgentPools": 100,
        "powerState": {"code": "Running"},
        "autoUpgradeProfile": {"nodeOSUpgradeChannel": "NodeImage"},
        "bootstrapProfile": {"artifactSource": "Direct"},
        "metricsProfile": {"costAnalysis": {"enabled": False}},
        "nodeProvisioningProfile": {"mode": "Manual"},
        "oidcIssuerProfile": {"enabled": False},
        "securityProfile": {},
        "servicePrincipalProfile": {"clientId": "msi"},
        "storageProfile": {
            "diskCSIDriver": _DRIVER,
            "fileCSIDriver": _DRIVER,
            "snapshotController": _DRIVER,
        },
        "workloadAutoScalerProfile": {},
        "networkProfile": {
            "networkPlugin": "azure",
            "networkPluginMode": "overlay",
            "networkPolicy": "none",
            "networkDataplane": "azure",
            "loadBalancerSku": "standard",
            "serviceCidr": "10.0.0.0/16",
            "dnsServiceIP": "10.0.0.10",
            "outboundType": "loadBalancer",
            "ipFamilies": ["IPv4"],
        },
    },
}
"""What AKS returned for the smallest cluster (recorded exchange of the azure-native provider, API 2025-09-01)."""
_IDENTITY_ROW = "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"


def complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    """Checks a cluster's PUT as AKS does, quota included, and fills in what the service adds."""
    properties = wanted.properties
    properties["kubernetesVersion"] = properties["kubernetesVersion"] or kubernetes_versions.DEFAULT
    cluster_checks.check(call, wanted, existing)
    principals.settle_identity(call.world, wanted, existing)
    _fill(call, wanted, existing)
    inline = properties.pop("agentPoolProfiles", None)
    pools = list(_pools(call, wanted, inline or [], existing))
    region = normal_location(wanted.document["location"])
    vm_quota.check(call.store, region, {pool.id: agent_pools.nodes(pool, size) for pool, size in pools})
    for pool, _ in pools:
        call.store.save(pool)


def _pools(
    call: Call, cluster: Resource, inline: list[Document], existing: Resource | None
) -> Iterable[tuple[Resource, vm_quota.Size]]:
    """The inline pools as the agent pool resources they are."""
    for profile in inline:
        name = profile.get("name", "")
        before = call.store.resource(f"{cluster.id}/agentPools/{name}")
        if existing and not before:
            raise bad_request(
                "BadRequest",
                "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through "
                "managed cluster operations. For agent pool specific change, please use per agent pool operations: "
                "https://aka.ms/agent-pool-rest-api",
                target="agentPoolProfiles",
            )
        pool = Resource(
            id=f"{cluster.id}/agentPools/{name}",
            type=POOL_TYPE,
            document={
                "id": f"{cluster.id}/agentPools/{name}",
                "name": name,
                "type": POOL_TYPE,
                "properties": {key: deepcopy(value) for key, value in profile.items() if key != "name"},
            },
        )
        size = agent_pools.settle(call, cluster, pool, before)
        pool.properties.update({"provisioningState": "Succeeded", "eTag": str(uuid.uuid4())})
        yield pool, size


def _fill(call: Call, wanted: Resource, existing: Resource | None) -> None:
    properties, hidden = wanted.properties, wanted.hidden
    region, group = normal_location(wanted.document["location"]), wanted.id.split("/")[4]
    hidden.setdefault("uid", secrets.token_hex(12))
    hidden.setdefault("token", secrets.token_urlsafe(48))
    hidden.setdefault("suffix", secrets.token_hex(4))
    hidden.setdefault("zone", str(uuid.uuid4()))
    host = properties.get("fqdnSubdomain") or f"{properties['dnsPrefix']}-{hidden['suffix']}"
    properties |= {
        "resourceUID": hidden["uid"],
        "currentKubernetesVersion": kubernetes_versions.patch_of(properties["kubernetesVersion"]),
        "fqdn": f"{host}.hcp.{region}.azmk8s.io",
        "azurePortalFQDN": f"{host}.portal.hcp.{region}.azmk8s.io",
    }
    _fill_access(call, wanted, f"{host}.{hidden['zone']}.privatelink.{region}.azmk8s.io")
    if properties.get("autoScalerProfile"):
        properties["autoScalerProfile"] = {**cluster_checks.AUTO_SCALER, **properties["autoScalerProfile"]}
    properties.setdefault("nodeResourceGroup", f"MC_{group}_{wanted.name}_{region}"[:80])
    if dig(properties, "oidcIssuerProfile.enabled"):
        issuer = hidden.setdefault("issuer", str(uuid.uuid4()))
        tenant = call.world.who.tenant_id
        properties["oidcIssuerProfile"]["issuerURL"] = f"https://{region}.oic.prod-aks.azure.com/{tenant}/{issuer}/"
    _fill_network(properties["networkProfile"])
    before = existing.properties if existing else {}
    properties.setdefault(
        "identityProfile", before.get("identityProfile") or {"kubeletidentity": _own(call, wanted, "agentpool")}
    )
    for name, add_on in (properties.get("addonProfiles") or {}).items():
        if add_on.get("enabled"):
            add_on["identity"] = dig(before, f"addonProfiles.{name}.identity") or _own(call, wanted, name.lower())


def _fill_access(call: Call, wanted: Resource, private_name: str) -> None:
    """The names of a private cluster, ranges in AKS's form, the tenant whose users log in."""
    properties = wanted.properties
    profile = properties.get("apiServerAccessProfile") or {}
    if profile.get("enablePrivateCluster"):
        profile.setdefault("privateDNSZone", "system")
        profile.setdefault("enablePrivateClusterPublicFQDN", True)
        properties["privateFQDN"] = private_name
        if not profile["enablePrivateClusterPublicFQDN"]:
            del properties["fqdn"]
    if profile.get("authorizedIPRanges"):
        profile["authorizedIPRanges"] = [str(ip_network(each)) for each in profile["authorizedIPRanges"]]
    if properties.get("aadProfile"):
        properties["aadProfile"].setdefault("tenantID", call.world.who.tenant_id)


def _fill_network(network: Document) -> None:
    if network["networkPlugin"] != "azure":
        network.pop("networkPluginMode", None)
    if network["networkPluginMode"] == "overlay" or network["networkPlugin"] == "kubenet":
        network.setdefault("podCidr", "10.244.0.0/16")
        network.setdefault("podCidrs", [network["podCidr"]])
    network.setdefault("serviceCidrs", [network["serviceCidr"]])
    if network["outboundType"] == "loadBalancer":
        balancer = network.setdefault("loadBalancerProfile", {})
        balancer.setdefault("managedOutboundIPs", {"count": 1})
        balancer.setdefault("backendPoolType", "nodeIPConfiguration")


def _own(call: Call, cluster: Resource, purpose: str) -> Document:
    """An identity that AKS makes for itself in the node resource group."""
    made = principals.register(call.world, cluster.id)
    group = f"/subscriptions/{call.world.who.subscription_id}/resourcegroups/{cluster.properties['nodeResourceGroup']}"
    name = f"{cluster.name}-agentpool" if purpose == "agentpool" else f"{purpose}-{cluster.name}"
    return {
        "resourceId": f"{group}{_IDENTITY_ROW}{name}",
        "clientId": made["clientId"],
        "objectId": made["principalId"],
    }


def saved(world: World, cluster: Resource) -> None:
    """The node resource group comes with the cluster."""
    group_id = _node_group(world, cluster)
    if not world.store.resource(group_id):
        document = {
            "id": group_id,
            "name": group_id.rsplit("/", 1)[1],
            "type": "Microsoft.Resources/resourceGroups",
            "location": cluster.document["location"],
            "managedBy": cluster.id,
            "properties": {"provisioningState": "Succeeded"},
        }
        world.store.save(Resource(group_id, "Microsoft.Resources/resourceGroups", document))


def removing(world: World, cluster: Resource) -> None:
    """The node resource group goes with the cluster, and what stands in it."""
    group_id = _node_group(world, cluster)
    for each in world.store.below(group_id):
        world.store.remove(each.id)
    world.store.remove(group_id)


def _node_group(world: World, cluster: Resource) -> str:
    return f"/subscriptions/{world.who.subscription_id}/resourceGroups/{cluster.properties['nodeResourceGroup']}"


def view(world: World, cluster: Resource) -> Document:
    """The cluster with all its pools, however they were made."""
    pools = [{"name": pool.name, **pool.properties} for pool in agent_pools.of_cluster(world.store, cluster.id)]
    return {**cluster.document, "properties": {**cluster.properties, "agentPoolProfiles": pools}}


def busy(cluster: Resource, operation: Document) -> ArmError | None:
    """One operation at a time on a cluster and all its pools."""
    what = "Creating" if cluster.properties["provisioningState"] == "Creating" else "Updating"
    if operation["verb"] == "delete":
        what = "Deleting"
    name = operation["resource"].rsplit("/", 1)[1]
    kind = "operation" if operation["type"] == CLUSTER_TYPE else "agentpool operation"
    return ArmError(
        409,
        "OperationNotAllowed",
        f"Operation is not allowed: Another {kind} ({name} - {what}) is in progress, please wait for it to finish "
        "before starting a new operation. See https://aka.ms/aks-pending-operation for more details",
    )
