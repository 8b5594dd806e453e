"""Microsoft.ContainerService: AKS clusters, their agent pools, maintenance configurations and credentials."""

import base64
import re
from pathlib import Path

from sandbox.arm.errors import ArmError, bad_request
from sandbox.arm.login import AKS_AUDIENCE
from sandbox.arm.model import Answer, Call, Provider, ResourceType, Route, Wire
from sandbox.arm.providers import agent_pools, cluster_checks, clusters, kubernetes_versions
from sandbox.arm.store import Resource
from sandbox.arm.vm_quota import CLUSTER_TYPE, POOL_TYPE

_VERSIONS = frozenset(
    {
        "2024-09-01", "2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01", "2025-07-01", "2025-08-01",
        "2025-09-01", "2025-10-01", "2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01",
        "2026-07-01", "2026-08-01",
    }
)  # fmt: skip
_CONFIGURATIONS = ("default", "aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule")
_KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters:
- name: {cluster}
  cluster:
    server: {server}
    certificate-authority-data: {authority}
users:
- name: {user}
  user:
{login}
contexts:
- name: {context}
  context:
    cluster: {cluster}
    user: {user}
current-context: {context}
"""
_KUBELOGIN = f"""\
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: kubelogin
      args:
      - get-token
      - --environment
      - AzurePublicCloud
      - --server-id
      - {AKS_AUDIENCE}
      - --client-id
      - 80faf920-1908-4b52-b5ef-a8e7bedfc67a
      - --tenant-id
      - {{tenant}}
      - --login
      - devicecode
      env: null
      provideClusterInfo: false"""
"""As AKS hands it out (Azure/kubelogin issue 193); variables of the environment choose another log-in."""


def _admin_credential(call: Call, cluster: Resource) -> Answer:
    if cluster.properties.get("disableLocalAccounts"):
        text = "Getting static credential is not allowed because this cluster is set to disable local accounts."
        raise ArmError(400, "BadRequest", text, bare=True)
    return _credential(call, cluster, "clusterAdmin")


def _user_credential(call: Call, cluster: Resource) -> Answer:
    """With Entra the user logs in by kubelogin, in whatever format was asked; without, by token."""
    if cluster.properties.get("aadProfile"):
        return _credential(call, cluster, "clusterUser", _KUBELOGIN.format(tenant=call.world.who.tenant_id))
    return _credential(call, cluster, "clusterUser")


def _credential(call: Call, cluster: Resource, role: str, login: str = "") -> Answer:
    """A kubeconfig that leads to the Kubernetes double, or the one that the setting `control_plane` names."""
    if own := call.store.setting("control_plane", ""):
        return _handed_out(role, Path(own).read_text())
    text = _KUBECONFIG.format(
        cluster=cluster.name,
        context=cluster.name if role == "clusterUser" else f"{cluster.name}-admin",
        user=f"{role}_{cluster.id.split('/')[4]}_{cluster.name}",
        server=f"{call.world.url}/kubernetes/{cluster.hidden['uid']}",
        authority=base64.b64encode(call.world.authority.encode()).decode(),
        login=login or f"    token: {cluster.hidden['token']}",
    )
    return _handed_out(role, text)


def _handed_out(role: str, kubeconfig: str) -> Answer:
    return Answer(200, {"kubeconfigs": [{"name": role, "value": base64.b64encode(kubeconfig.encode()).decode()}]})


def _complete_maintenance(call: Call, wanted: Resource, existing: Resource | None) -> None:
    del call, existing
    properties = wanted.properties
    if wanted.name not in _CONFIGURATIONS:
        text = f"The maintenance configuration name '{wanted.name}' is not one of {', '.join(_CONFIGURATIONS)}."
        raise bad_request("InvalidParameter", text, target="configName")
    if wanted.name == "default" and properties.get("maintenanceWindow"):
        raise bad_request("InvalidParameter", "The configuration 'default' takes timeInWeek, no maintenanceWindow.")
    if wanted.name != "default" and not properties.get("maintenanceWindow"):
        raise bad_request("InvalidParameter", f"The configuration '{wanted.name}' needs a maintenanceWindow.")
    if wanted.name != "default":
        cluster_checks.check_maintenance(properties["maintenanceWindow"])


PROVIDER = Provider(
    namespace="Microsoft.ContainerService",
    types=(
        ResourceType(
            name=CLUSTER_TYPE,
            versions=_VERSIONS,
            name_rule=re.compile(r"[a-zA-Z0-9](?:[-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"),
            create=Wire(201, "async"),
            update=Wire(200, "async"),
            delete=Wire(202, "both"),
            defaults=clusters.DEFAULTS,
            write_only=(
                "properties.servicePrincipalProfile.secret",
                "properties.windowsProfile.adminPassword",
                "properties.aadProfile.serverAppSecret",
            ),
            immutable=clusters.IMMUTABLE,
            etag="eTag",
            has_system_data=True,
            lower_groups=True,
            shown_as="Microsoft.ContainerService/ManagedClusters",
            complete=clusters.complete,
            saved=clusters.saved,
            removing=clusters.removing,
            view=clusters.view,
            busy=clusters.busy,
            actions={
                "listclusteradmincredential": _admin_credential,
                "listclusterusercredential": _user_credential,
            },
        ),
        ResourceType(
            name=POOL_TYPE,
            versions=_VERSIONS,
            located=False,
            create=Wire(201, "async"),
            update=Wire(200, "async"),
            delete=Wire(202, "both"),
            etag="properties.eTag",
            complete=agent_pools.complete,
            removable=agent_pools.removable,
            busy=clusters.busy,
            shares_lock=True,
        ),
        ResourceType(
            name=f"{CLUSTER_TYPE}/maintenanceConfigurations",
            versions=_VERSIONS,
            located=False,
            has_state=False,
            has_system_data=True,
            complete=_complete_maintenance,
        ),
    ),
    routes=(
        Route(
            "GET",
            "/subscriptions/{subscription}/providers/Microsoft.ContainerService/locations/{location}/kubernetesVersions",
            kubernetes_versions.offered,
            _VERSIONS,
        ),
    ),
)
