"""How the engine, and whoever asks the stack for it, reaches the cluster's API."""

import base64

import pulumi
from pulumi_azure_native import containerservice

from speech.settings.target import AksTarget


def kubeconfig(
    settings: AksTarget, resource_group: pulumi.Output[str], cluster: pulumi.Output[str]
) -> pulumi.Output[str]:
    """A kubeconfig, as a secret.

    With local accounts it holds a certificate. With Entra it holds none and calls `kubelogin`, which must be on PATH
    and logs in as the environment says (AAD_LOGIN_METHOD: azurecli, workloadidentity, spn).
    """
    if settings.authentication == "entra":
        return of_users(resource_group, cluster)
    # The function answers in plain text.
    admins: pulumi.Output[containerservice.ListManagedClusterAdminCredentialsResult] = pulumi.Output.secret(
        containerservice.list_managed_cluster_admin_credentials_output(
            resource_group_name=resource_group, resource_name=cluster
        )
    )
    return admins.apply(lambda found: base64.b64decode(found.kubeconfigs[0].value).decode())


def of_users(resource_group: pulumi.Output[str], cluster: pulumi.Output[str]) -> pulumi.Output[str]:
    """The kubeconfig of those who log in by Entra; of a cluster with local accounts alone, one with a certificate."""
    # The function answers in plain text.
    users: pulumi.Output[containerservice.ListManagedClusterUserCredentialsResult] = pulumi.Output.secret(
        containerservice.list_managed_cluster_user_credentials_output(
            resource_group_name=resource_group, resource_name=cluster, format="exec"
        )
    )
    return users.apply(lambda found: base64.b64decode(found.kubeconfigs[0].value).decode())
