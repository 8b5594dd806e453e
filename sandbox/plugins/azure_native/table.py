"""What the SDK does not tell about a type: one row each. Property names, types and API versions come from the SDK.

Sources: paths from the azure-rest-api-specs, as the azure-mgmt clients send them; `replace`, `keep`, `resets` from
pulumi-azure-native's provider/pkg/gen/replacement.go and propertyDefaults.go; `polls` from the specs' long-running
marks; `pattern` from the azure-mgmt clients' validation. tests/sandbox/plugins/test_azure_native_table.py holds BOXED,
RENAMED and `inside` against the azure-mgmt models.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote

_GROUP: Final = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_COGNITIVE: Final = _GROUP + "/providers/Microsoft.CognitiveServices/accounts/{accountName}"
_VAULT: Final = _GROUP + "/providers/Microsoft.KeyVault/vaults/{vaultName}"
_IDENTITY: Final = _GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}"
_NETWORK: Final = _GROUP + "/providers/Microsoft.Network"
_CLUSTER: Final = _GROUP + "/providers/Microsoft.ContainerService/managedClusters/{resourceName}"
_STORAGE: Final = _GROUP + "/providers/Microsoft.Storage/storageAccounts/{accountName}"
_REGISTRY: Final = _GROUP + "/providers/Microsoft.ContainerRegistry/registries/{registryName}"
_WORKSPACE: Final = _GROUP + "/providers/Microsoft.OperationalInsights/workspaces/{workspaceName}"

UNTOUCHED: Final = frozenset({"scope", "resourceUri"})
"""Path parameters that are paths themselves: trimmed of outer slashes, not escaped."""


@dataclass(frozen=True)
class Row:
    """A resource type. `token` is module:Class; all property names are the SDK's."""

    token: str
    path: str
    replace: tuple[str, ...] = ()
    """Properties besides the path's whose change replaces the resource, dotted."""
    keep: tuple[str, ...] = ()
    """Lists of sub-resources, dotted: where unset, an update sends back what is there."""
    inside: tuple[str, ...] = ()
    """Names that ARM usually has at the top of a resource, and this type under `properties`."""
    resets: tuple[tuple[str, Any], ...] = ()
    """What an update sends for a property that was removed from the program."""
    polls: bool = True
    """Whether a PUT answered with 200 or 201 may still run."""
    pattern: str = ""
    """What the name must match."""
    data_plane: bool = False
    """Deleted and recovered through the vault's data plane."""

    @property
    def module(self) -> str:
        """The SDK's module."""
        return self.token.partition(":")[0]

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The path's parameters but the subscription, in order; the last one is the resource's own name."""
        return tuple(name for name in re.findall(r"{(\w+)}", self.path) if name != "subscriptionId")

    @property
    def name_parameter(self) -> str:
        """The parameter that auto-naming fills."""
        return self.parameters[-1]

    @property
    def naming(self) -> str:
        """How a missing name is made: "uuid", "random" or "copy" (AutoNamer in provider/pkg/resources/resources.go)."""
        if self.name_parameter in {"roleAssignmentName", "roleDefinitionId"}:
            return "uuid"
        *parents, own = self.path.lower().split("microsoft.")
        return "random" if not parents or own.count("{") == 1 else "copy"

    def id(self, subscription: str, inputs: dict[str, Any]) -> str:
        """The ARM id that these inputs ask for."""
        return format_path(self.path, subscription, inputs)

    def parse(self, resource_id: str) -> dict[str, str]:
        """The path's parameters found in an ARM id. Raises ValueError for the id of another type."""
        pattern = re.escape(self.path)
        for name in ("subscriptionId", *self.parameters):
            pattern = pattern.replace(rf"\{{{name}\}}", f"(?P<{name}>{'.+' if name in UNTOUCHED else '[^/]+'})")
        match = re.fullmatch(pattern, resource_id, re.IGNORECASE)
        if match is None:
            raise ValueError(f"{resource_id!r} is no id of azure-native:{self.token}: {self.path} expected")
        return {name: match[name] for name in self.parameters}


@dataclass(frozen=True)
class Function:
    """A function that reads through ARM. `query` maps an argument to its name in the query."""

    path: str
    method: str = "POST"
    query: tuple[tuple[str, str], ...] = ()


def format_path(path: str, subscription: str, values: dict[str, Any]) -> str:
    """The path with its parameters filled in and escaped. Raises KeyError(name) where one is missing."""

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        value = subscription if name == "subscriptionId" else str(values[name])
        return value.strip("/") if name in UNTOUCHED else quote(value, safe="")

    return re.sub(r"{(\w+)}", fill, path)


_CLUSTER_REPLACE: Final = (
    "diskEncryptionSetID dnsPrefix fqdnSubdomain linuxProfile windowsProfile location nodeResourceGroup"
)
_NETWORK_PROFILE_REPLACE: Final = (
    "serviceCidr serviceCidrs dnsServiceIP networkMode networkPlugin networkPluginMode podCidr networkDataplane "
    "networkPolicy outboundType"
)

ROWS: Final = {
    row.token: row
    for row in (
        Row(
            "resources:ResourceGroup",
            "/subscriptions/{subscriptionId}/resourcegroups/{resourceGroupName}",
            replace=("location",),
            polls=False,
        ),
        Row(
            "cognitiveservices:Account",
            _COGNITIVE,
            replace=("location",),
            pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}$",
        ),
        Row("cognitiveservices:CommitmentPlan", _COGNITIVE + "/commitmentPlans/{commitmentPlanName}", polls=False),
        Row("keyvault:Vault", _VAULT, keep=("properties.accessPolicies",)),
        Row("keyvault:Secret", _VAULT + "/secrets/{secretName}", polls=False, data_plane=True),
        Row("managedidentity:UserAssignedIdentity", _IDENTITY, polls=False),
        Row(
            "managedidentity:FederatedIdentityCredential",
            _IDENTITY + "/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}",
            polls=False,
            pattern=r"^[a-zA-Z0-9][a-zA-Z0-9-_]{2,119}$",
        ),
        Row(
            "authorization:RoleAssignment",
            "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
            replace=("principalId",),
            polls=False,
        ),
        Row(
            "network:VirtualNetwork",
            _NETWORK + "/virtualNetworks/{virtualNetworkName}",
            replace=("location",),
            keep=("subnets", "virtualNetworkPeerings"),
        ),
        Row("network:Subnet", _NETWORK + "/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}"),
        Row("network:NatGateway", _NETWORK + "/natGateways/{natGatewayName}"),
        Row(
            "network:PublicIPAddress",
            _NETWORK + "/publicIPAddresses/{publicIpAddressName}",
            replace=("location", "publicIPAddressVersion", "publicIPPrefix", "sku"),
        ),
        Row(
            "network:NetworkSecurityGroup",
            _NETWORK + "/networkSecurityGroups/{networkSecurityGroupName}",
            keep=("securityRules",),
        ),
        Row("network:RouteTable", _NETWORK + "/routeTables/{routeTableName}", keep=("routes",)),
        Row("network:PrivateEndpoint", _NETWORK + "/privateEndpoints/{privateEndpointName}", replace=("subnet",)),
        Row(
            "network:PrivateDnsZoneGroup",
            _NETWORK + "/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
        ),
        Row("privatedns:PrivateZone", _NETWORK + "/privateDnsZones/{privateZoneName}"),
        Row(
            "privatedns:VirtualNetworkLink",
            _NETWORK + "/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}",
        ),
        Row(
            "containerservice:ManagedCluster",
            _CLUSTER,
            replace=(
                *_CLUSTER_REPLACE.split(),
                *(f"networkProfile.{name}" for name in _NETWORK_PROFILE_REPLACE.split()),
            ),
            pattern=r"^[a-zA-Z0-9]$|^[a-zA-Z0-9][-_a-zA-Z0-9]{0,61}[a-zA-Z0-9]$",
        ),
        Row(
            "containerservice:AgentPool",
            _CLUSTER + "/agentPools/{agentPoolName}",
            replace=("vmSize", "gpuInstanceProfile"),
            inside=("type", "tags", "eTag"),
            pattern=r"^[a-z][a-z0-9]{0,11}$",
        ),
        Row(
            "containerservice:MaintenanceConfiguration",
            _CLUSTER + "/maintenanceConfigurations/{configName}",
            polls=False,
        ),
        Row(
            "containerinstance:ContainerGroup",
            _GROUP + "/providers/Microsoft.ContainerInstance/containerGroups/{containerGroupName}",
            inside=("sku",),
        ),
        Row("operationalinsights:Workspace", _WORKSPACE, inside=("sku",)),
        Row(
            "monitor:DiagnosticSetting",
            "/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
            polls=False,
        ),
        Row(
            "storage:StorageAccount",
            _STORAGE,
            replace=("location", "isHnsEnabled"),
            resets=(
                (
                    "networkRuleSet",
                    {"bypass": "AzureServices", "defaultAction": "Allow", "ipRules": [], "virtualNetworkRules": []},
                ),
            ),
        ),
        Row("storage:FileShare", _STORAGE + "/fileServices/default/shares/{shareName}", polls=False),
        Row("containerregistry:Registry", _REGISTRY),
        Row("consumption:Budget", "/{scope}/providers/Microsoft.Consumption/budgets/{budgetName}", polls=False),
    )
}

FUNCTIONS: Final = {
    "cognitiveservices:listAccountKeys": Function(_COGNITIVE + "/listKeys"),
    "containerservice:listManagedClusterAdminCredentials": Function(
        _CLUSTER + "/listClusterAdminCredential", query=(("serverFqdn", "server-fqdn"),)
    ),
    "containerservice:listManagedClusterUserCredentials": Function(
        _CLUSTER + "/listClusterUserCredential", query=(("serverFqdn", "server-fqdn"), ("format", "format"))
    ),
    "storage:listStorageAccountKeys": Function(_STORAGE + "/listKeys", query=(("expand", "$expand"),)),
    "containerregistry:listRegistryCredentials": Function(_REGISTRY + "/listCredentials"),
    "operationalinsights:getSharedKeys": Function(_WORKSPACE + "/sharedKeys"),
    **{f"{row.module}:get{row.token.partition(':')[2]}": Function(row.path, "GET") for row in ROWS.values()},
}
