"""Everything that a stack makes, wired once."""

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import authorization, resources

from components.aks_cluster import AksCluster, AksClusterArgs
from components.key_reader import KeyReader, KeyReaderArgs
from components.key_vault import KeyVault, KeyVaultArgs
from components.speech_account import SpeechAccount, SpeechAccountArgs
from components.speech_container import SpeechContainer, SpeechContainerArgs
from components.speech_namespace import SpeechNamespace, SpeechNamespaceArgs
from components.speech_pool import SpeechPool, SpeechPoolArgs
from speech.capacity.plan import Plan
from speech.manifests import outputs
from speech.manifests.keys import SERVICE_ACCOUNT, VaultAccess
from speech.manifests.workload import Wiring
from speech.settings.stack import Environment, Stack
from speech.settings.target import AksTarget


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechPlatformArgs:
    """What the stack file says, and what was planned from it."""

    stack: Stack
    target: AksTarget
    plan: Plan


class SpeechPlatform(pulumi.ComponentResource):
    """A Speech account, a cluster to run in, and every container of the stack file.

    Creates: a resource group, and in it the components that this file imports.
    """

    outputs: dict[str, Any]
    """The stack's outputs, as design and README list them."""

    def __init__(self, name: str, args: SpeechPlatformArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:platform:SpeechPlatform", name, None, opts)
        stack, plan = args.stack, args.plan
        tags = {"environment": str(stack.environment), "managed-by": "speech-containers", **stack.tags}
        child = pulumi.ResourceOptions(parent=self)
        client = authorization.get_client_config_output()
        group = resources.ResourceGroup(
            f"{name}-group",
            resource_group_name=plan.names["resource_group"],
            location=stack.location,
            tags=tags,
            opts=child,
        )
        account = SpeechAccount(
            name,
            SpeechAccountArgs(
                resource_group=group.name, account_name=plan.names["account"], settings=stack.account, tags=tags
            ),
            child,
        )
        vault = KeyVault(
            name,
            KeyVaultArgs(
                resource_group=group.name,
                tenant_id=client.apply(lambda found: found.tenant_id),
                keys=account.keys,
                purge_protection=stack.environment is Environment.PROD,
                tags=tags,
            ),
            child,
        )
        aks = AksCluster(
            name,
            AksClusterArgs(
                resource_group=group.name,
                cluster_name=plan.names["cluster"],
                settings=args.target,
                system_pool=plan.system_pool,
                tags=tags,
            ),
            child,
        )
        pools = [
            SpeechPool(
                f"{name}-{pool.name}",
                SpeechPoolArgs(
                    resource_group=group.name,
                    cluster=aks.cluster,
                    pool=pool,
                    grace_seconds=plan.grace_seconds,
                    tags=tags,
                ),
                child,
            )
            for pool in plan.node_pools
        ]
        reader = KeyReader(
            name,
            KeyReaderArgs(
                resource_group=group.name,
                identity_name=plan.names["identity"],
                subscription_id=client.apply(lambda found: found.subscription_id),
                vault_id=vault.vault_id,
                oidc_issuer=aks.oidc_issuer,
                subject=f"system:serviceaccount:{plan.names['namespace']}:{SERVICE_ACCOUNT}",
                tags=tags,
            ),
            child,
        )
        in_cluster = pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(providers=[aks.provider]))
        namespace = SpeechNamespace(
            name,
            SpeechNamespaceArgs(
                namespace=plan.names["namespace"],
                access=VaultAccess(
                    vault=vault.vault_name,
                    client_id=reader.client_id,
                    tenant_id=client.apply(lambda found: found.tenant_id),
                    active_key=stack.billing.active_key,
                ),
                cluster=aks.cluster,
                key_reader=reader.ready,
            ),
            in_cluster,
        )
        wiring = Wiring(
            namespace=plan.names["namespace"],
            pool=plan.node_pools[0].name,
            billing=account.endpoint,
            key_version=vault.key_versions[stack.billing.active_key],
            grace_seconds=plan.grace_seconds,
        )
        for container in plan.containers:
            SpeechContainer(
                f"{name}-{container.name}",
                SpeechContainerArgs(
                    plan=container,
                    wiring=wiring,
                    cluster=aks.cluster,
                    needs=[*namespace.ready, *(pool.pool for pool in pools)],
                ),
                in_cluster,
            )
        self.outputs = {
            "endpoint": account.endpoint,
            "account_id": account.account_id,
            "containers": outputs.containers(plan),
            "pairs": {},
            "egress": outputs.egress(stack),
            "monthly_cost_usd": outputs.monthly_cost(plan),
            "keys": pulumi.Output.secret({"key1": account.keys.key1, "key2": account.keys.key2}),
            "kubeconfig": aks.kubeconfig,
        }
        self.register_outputs({})
