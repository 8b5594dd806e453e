"""Where the SDK's objects differ from the wire's: lifted out of `properties`, or renamed.

By SDK type without Args or Response; read from the azure-mgmt models of each service, and held against them by
tests/sandbox/plugins/test_azure_native_table.py.
"""

from typing import Final

_ENVELOPE = "id name type etag eTag location tags sku kind zones identity extendedLocation plan managedBy systemData"
ENVELOPE: Final = frozenset(_ENVELOPE.split())
"""What ARM has at the top of a resource, beside `properties`."""

_NETWORK_BOXED = """
    ApplicationGatewayBackendAddressPool ApplicationGatewayIPConfiguration ApplicationSecurityGroup
    BackendAddressPool Delegation FlowLog FrontendIPConfiguration InboundNatRule IPConfiguration
    IPConfigurationProfile LoadBalancerBackendAddress NatGateway NetworkInterface NetworkInterfaceIPConfiguration
    NetworkInterfaceTapConfiguration NetworkSecurityGroup PrivateDnsZoneConfig PrivateEndpoint
    PrivateEndpointConnection PrivateEndpointIPConfiguration PrivateLinkService PrivateLinkServiceConnection
    PrivateLinkServiceIpConfiguration PublicIPAddress ResourceNavigationLink Route RouteTable SecurityRule
    ServiceAssociationLink ServiceEndpointPolicy ServiceEndpointPolicyDefinition Subnet VirtualNetworkPeering
    VirtualNetworkTap
"""
BOXED: Final = {
    "network": frozenset(_NETWORK_BOXED.split()),
    "keyvault": frozenset({"PrivateEndpointConnectionItem"}),
    "containerinstance": frozenset(
        {
            "Container",
            "ContainerContainerGroup",
            "DeploymentExtensionSpec",
            "InitContainerDefinition",
            "InitContainerDefinitionContainerGroup",
        }
    ),
    "storage": frozenset({"PrivateEndpointConnection"}),
    "containerregistry": frozenset({"PrivateEndpointConnection"}),
}
"""Nested types whose members lie in a `properties` object on the wire, but for those of the envelope."""

_AUTO_SCALER: Final = {
    "balanceSimilarNodeGroups": "balance-similar-node-groups",
    "daemonsetEvictionForEmptyNodes": "daemonset-eviction-for-empty-nodes",
    "daemonsetEvictionForOccupiedNodes": "daemonset-eviction-for-occupied-nodes",
    "ignoreDaemonsetsUtilization": "ignore-daemonsets-utilization",
    "maxEmptyBulkDelete": "max-empty-bulk-delete",
    "maxGracefulTerminationSec": "max-graceful-termination-sec",
    "maxNodeProvisionTime": "max-node-provision-time",
    "maxTotalUnreadyPercentage": "max-total-unready-percentage",
    "newPodScaleUpDelay": "new-pod-scale-up-delay",
    "okTotalUnreadyCount": "ok-total-unready-count",
    "scaleDownDelayAfterAdd": "scale-down-delay-after-add",
    "scaleDownDelayAfterDelete": "scale-down-delay-after-delete",
    "scaleDownDelayAfterFailure": "scale-down-delay-after-failure",
    "scaleDownUnneededTime": "scale-down-unneeded-time",
    "scaleDownUnreadyTime": "scale-down-unready-time",
    "scaleDownUtilizationThreshold": "scale-down-utilization-threshold",
    "scanInterval": "scan-interval",
    "skipNodesWithLocalStorage": "skip-nodes-with-local-storage",
    "skipNodesWithSystemPods": "skip-nodes-with-system-pods",
}

RENAMED: Final = {
    "containerservice": {
        "ManagedClusterPropertiesAutoScalerProfile": _AUTO_SCALER,
        "ManagedClusterPropertiesResponseAutoScalerProfile": _AUTO_SCALER,
    },
    "keyvault": {"SecretAttributes": {"expires": "exp", "notBefore": "nbf"}},
    "storage": {
        "StorageAccount": {
            "enableHttpsTrafficOnly": "supportsHttpsTrafficOnly",
            "enableNfsV3": "isNfsV3Enabled",
            "networkRuleSet": "networkAcls",
        },
        "Encryption": {"encryptionIdentity": "identity", "keyVaultProperties": "keyvaultproperties"},
        "EncryptionIdentity": {
            "encryptionFederatedIdentityClientId": "federatedIdentityClientId",
            "encryptionUserAssignedIdentity": "userAssignedIdentity",
        },
        "KeyVaultProperties": {"keyName": "keyname", "keyVaultUri": "keyvaulturi", "keyVersion": "keyversion"},
        "IPRule": {"iPAddressOrRange": "value"},
        "VirtualNetworkRule": {"virtualNetworkResourceId": "id"},
    },
    "containerregistry": {"IPRule": {"iPAddressOrRange": "value"}},
}
"""SDK name to wire name."""


def base_name(sdk_type: str) -> str:
    """The type's name in the API: SubnetArgs, SubnetInitArgs and SubnetResponse are all Subnet."""
    return sdk_type.removesuffix("Args").removesuffix("Init").removesuffix("Response")
