"""A cluster that was there before the stack, on Azure Stack or on-premises."""

import os

import pulumi
from pulumi_kubernetes import Provider

from components.cluster_access import of_users
from components.existing_account import ExistingAccount
from components.hosts.cluster_wiring import wired
from components.hosts.host import Deployed, Surroundings
from components.key_vault import KeyVault
from components.kubernetes_secrets import pod_secrets
from components.secrets_of import secret_at
from components.speech_account import SpeechAccount
from components.speech_workloads import SpeechWorkloads, SpeechWorkloadsArgs
from speech.settings.target import KubernetesTarget


class KubernetesHost:
    """Makes the workloads in the user's cluster, and the Secrets from which pods read their keys."""

    outbound_ip: pulumi.Output[str] | None = None
    subnet_id: pulumi.Output[str] | None = None

    def __init__(self, around: Surroundings, target: KubernetesTarget) -> None:
        self._around, self._target = around, target

    def deploy(self, account: SpeechAccount | ExistingAccount, vault: KeyVault) -> Deployed:
        """A namespace with everything in it."""
        around = self._around
        secrets = pod_secrets(around.stack, vault, around.model_account, by_vault=False)
        wiring = wired(around, account, vault, secrets)
        args = SpeechWorkloadsArgs(
            plan=around.plan,
            wiring=wiring,
            access=None,
            secrets=secrets,
            cluster=None,
            key_path=account.plans,
            nodes=[],
        )
        in_cluster = pulumi.ResourceOptions.merge(around.child, pulumi.ResourceOptions(providers=[self._provider()]))
        workloads = SpeechWorkloads(around.name, args, in_cluster)
        return Deployed(addresses=workloads.addresses, outputs={"references": workloads.references})

    def _kubeconfig(self) -> pulumi.Output[str] | None:
        """Without a kubeconfig in the stack file it is the environment's, or that of the user's home.

        The environment's may be a path or the text itself, and the SDK would keep either in clear.
        """
        if self._target.kubeconfig:
            return secret_at("target.kubeconfig")
        if self._target.cluster_id:
            # /subscriptions/S/resourceGroups/G/providers/Microsoft.ContainerService/managedClusters/C
            parts = self._target.cluster_id.split("/")
            return of_users(pulumi.Output.from_input(parts[4]), pulumi.Output.from_input(parts[-1]))
        from_environment = os.environ.get("KUBECONFIG")
        return pulumi.Output.secret(from_environment) if from_environment else None

    def _provider(self) -> Provider:
        return Provider(
            f"{self._around.name}-kubernetes",
            kubeconfig=self._kubeconfig(),
            context=self._target.context,
            # A log-in at a registry changes in place: pods that run need no new image.
            enable_secret_mutable=True,
            opts=self._around.child,
        )
