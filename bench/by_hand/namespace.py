"""The namespace of one region's containers: its service account, the way to the key, and who may talk to whom."""

import pulumi
from pulumi_kubernetes import apiextensions, core, meta, networking

from bench.by_hand.account import Account
from bench.by_hand.cluster import Cluster
from bench.by_hand.region import Region

OURS = {"app.kubernetes.io/part-of": "speech-containers", "app.kubernetes.io/managed-by": "pulumi"}


def namespace(
    region: Region, account: Account, cluster: Cluster, in_cluster: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """What must be there before a container is."""
    space = core.v1.Namespace(
        f"{region.prefix}-namespace",
        metadata=meta.v1.ObjectMetaArgs(
            name="speech",
            labels={
                **OURS,
                "pod-security.kubernetes.io/enforce": "baseline",
                "pod-security.kubernetes.io/enforce-version": "latest",
            },
        ),
        opts=in_cluster,
    )
    later = after(in_cluster, [space, *cluster.key_path])
    pods_account = core.v1.ServiceAccount(
        f"{region.prefix}-service-account",
        metadata=meta.v1.ObjectMetaArgs(
            name="speech",
            namespace="speech",
            labels=OURS,
            annotations={
                "azure.workload.identity/client-id": cluster.client_id,
                "azure.workload.identity/tenant-id": account.tenant_id,
            },
        ),
        automount_service_account_token=False,
        opts=later,
    )
    key_class = apiextensions.CustomResource(
        f"{region.prefix}-key-class",
        api_version="secrets-store.csi.x-k8s.io/v1",
        kind="SecretProviderClass",
        metadata=meta.v1.ObjectMetaArgs(name="speech-keys", namespace="speech", labels=OURS),
        spec={
            "provider": "azure",
            "parameters": {
                "usePodIdentity": "false",
                "clientID": cluster.client_id,
                "keyvaultName": account.vault.name,
                "tenantId": account.tenant_id,
                "objects": "array:\n  - |\n    objectName: speech-key1\n    objectType: secret\n",
            },
            "secretObjects": [
                {
                    "secretName": account.secret,
                    "type": "Opaque",
                    "data": [{"key": "api-key", "objectName": "speech-key1"}],
                }
            ],
        },
        opts=later,
    )
    return [space, pods_account, key_class, *_policies(region, later)]


def after(options: pulumi.ResourceOptions, needed: list[pulumi.Resource]) -> pulumi.ResourceOptions:
    """The same options for what needs something else first."""
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=needed))


def policy(
    region: Region, name: str, spec: networking.v1.NetworkPolicySpecArgs, options: pulumi.ResourceOptions
) -> networking.v1.NetworkPolicy:
    """A network policy of the namespace as a whole."""
    return networking.v1.NetworkPolicy(
        f"{region.prefix}-policy-{name}",
        metadata=meta.v1.ObjectMetaArgs(name=name, namespace="speech", labels=OURS),
        spec=spec,
        opts=options,
    )


def _policies(region: Region, options: pulumi.ResourceOptions) -> list[networking.v1.NetworkPolicy]:
    everybody = meta.v1.LabelSelectorArgs()
    dns = [networking.v1.NetworkPolicyPortArgs(protocol=protocol, port=53) for protocol in ("UDP", "TCP")]
    names = [
        networking.v1.NetworkPolicyEgressRuleArgs(
            to=[
                networking.v1.NetworkPolicyPeerArgs(
                    namespace_selector=meta.v1.LabelSelectorArgs(
                        match_labels={"kubernetes.io/metadata.name": "kube-system"}
                    ),
                    pod_selector=meta.v1.LabelSelectorArgs(match_labels={"k8s-app": "kube-dns"}),
                )
            ],
            ports=dns,
        ),
        networking.v1.NetworkPolicyEgressRuleArgs(
            to=[_addresses("169.254.10.10/32"), _addresses("169.254.10.11/32")], ports=dns
        ),
    ]
    return [
        policy(
            region,
            "default-deny",
            networking.v1.NetworkPolicySpecArgs(pod_selector=everybody, policy_types=["Ingress", "Egress"]),
            options,
        ),
        policy(
            region,
            "names",
            networking.v1.NetworkPolicySpecArgs(pod_selector=everybody, policy_types=["Egress"], egress=names),
            options,
        ),
    ]


def metering(region: Region) -> networking.v1.NetworkPolicyEgressRuleArgs:
    """The way of usage reports."""
    inside = ["10.244.0.0/16", "10.0.0.0/16", region.address_space, "169.254.0.0/16", "168.63.129.16/32"]
    return networking.v1.NetworkPolicyEgressRuleArgs(
        to=[_addresses("0.0.0.0/0", inside), _addresses(region.endpoints_range)],
        ports=[networking.v1.NetworkPolicyPortArgs(protocol="TCP", port=443)],
    )


def _addresses(cidr: str, besides: list[str] | None = None) -> networking.v1.NetworkPolicyPeerArgs:
    return networking.v1.NetworkPolicyPeerArgs(ip_block=networking.v1.IPBlockArgs(cidr=cidr, except_=besides))
