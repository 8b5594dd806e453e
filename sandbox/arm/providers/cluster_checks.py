"""What AKS refuses of a cluster's request: identity, access, networking, autoscaler, add-ons, maintenance."""

import re
import uuid
from ipaddress import ip_network

from sandbox.arm.errors import ArmError, bad_request
from sandbox.arm.model import Call, dig
from sandbox.arm.providers import kubernetes_versions
from sandbox.arm.providers.private_dns import ZONE_TYPE
from sandbox.arm.store import Document, Resource

_MOST_RANGES = 200
_NOBODY = "0.0.0.0/32"
_CLEANER_HOURS = range(24, 2161)
_MAINTENANCE_HOURS = range(4, 25)
_BOOLEAN, _COUNT, _MINUTES = r"true|false", r"\d+", r"\d+m"
_AUTO_SCALER = {
    "balance-similar-node-groups": (_BOOLEAN, "false"),
    "daemonset-eviction-for-empty-nodes": (_BOOLEAN, ""),
    "daemonset-eviction-for-occupied-nodes": (_BOOLEAN, ""),
    "expander": (r"least-waste|most-pods|priority|random", "random"),
    "ignore-daemonsets-utilization": (_BOOLEAN, ""),
    "max-empty-bulk-delete": (_COUNT, "10"),
    "max-graceful-termination-sec": (_COUNT, "600"),
    "max-node-provision-time": (_MINUTES, "15m"),
    "max-total-unready-percentage": (r"\d{1,2}|100", "45"),
    "new-pod-scale-up-delay": (r"\d+[smh]", "0s"),
    "ok-total-unready-count": (_COUNT, "3"),
    "scale-down-delay-after-add": (_MINUTES, "10m"),
    "scale-down-delay-after-delete": (r"\d+[sm]", "10s"),
    "scale-down-delay-after-failure": (_MINUTES, "3m"),
    "scale-down-unneeded-time": (_MINUTES, "10m"),
    "scale-down-unready-time": (_MINUTES, "20m"),
    "scale-down-utilization-threshold": (r"0(\.\d+)?|1(\.0+)?", "0.5"),
    "scan-interval": (r"\d+s?", "10s"),
    "skip-nodes-with-local-storage": (_BOOLEAN, "false"),
    "skip-nodes-with-system-pods": (_BOOLEAN, "true"),
}
"""Forms of the values, all of them texts (descriptions in the azure-mgmt-containerservice models), and defaults."""
AUTO_SCALER = {name: default for name, (_, default) in _AUTO_SCALER.items() if default}
"""What AKS adds to an autoscaler profile (learn.microsoft.com, cluster autoscaler profile)."""


def check(call: Call, wanted: Resource, existing: Resource | None) -> None:
    """Raises ArmError for the first thing that AKS would not take."""
    properties = wanted.properties
    kubernetes_versions.check(properties["kubernetesVersion"])
    _check_basics(wanted, existing)
    _check_entra(properties, existing)
    _check_api_server(call, wanted)
    _check_network(properties)
    _check_auto_scaler(properties.get("autoScalerProfile") or {})
    _check_extras(properties)


def missing(name: str) -> ArmError:
    """A required parameter that was not given."""
    return bad_request("InvalidParameter", f"Required parameter {name} is missing (null).", target=name)


def invalid(name: str, text: str) -> ArmError:
    """A parameter with a value that AKS does not take."""
    return bad_request("InvalidParameter", f"The value of parameter {name} is invalid: {text}", target=name)


def _check_basics(wanted: Resource, existing: Resource | None) -> None:
    properties = wanted.properties
    if not properties.get("dnsPrefix") and not properties.get("fqdnSubdomain"):
        raise missing("dnsPrefix")
    identity = (wanted.document.get("identity") or {}).get("type", "None")
    if identity == "None" and properties["servicePrincipalProfile"]["clientId"] == "msi":
        raise missing("identity")
    profiles = properties.get("agentPoolProfiles") or []
    if not existing and not any(profile.get("mode") == "System" for profile in profiles):
        raise bad_request("BadRequest", "Must define at least one system pool.", target="agentPoolProfiles")
    was_issuer = existing and dig(existing.properties, "oidcIssuerProfile.enabled")
    if was_issuer and not dig(properties, "oidcIssuerProfile.enabled"):
        raise bad_request("OIDCIssuerFeatureCannotBeDisabled", "The OIDC issuer feature cannot be disabled.")
    if dig(properties, "securityProfile.workloadIdentity.enabled") and not dig(properties, "oidcIssuerProfile.enabled"):
        raise bad_request("BadRequest", "Workload identity needs the OIDC issuer: enable oidcIssuerProfile.")


def _check_entra(properties: Document, existing: Resource | None) -> None:
    profile = properties.get("aadProfile")
    if properties.get("disableLocalAccounts") and not profile:
        raise bad_request("BadRequest", "Disabling local accounts needs Microsoft Entra integration (aadProfile).")
    if existing and existing.properties.get("aadProfile") and not profile:
        raise bad_request("BadRequest", "Microsoft Entra integration (aadProfile) cannot be switched off again.")
    if not profile:
        return
    if profile.get("managed") is not True:
        raise invalid("aadProfile.managed", "only AKS-managed Microsoft Entra integration is supported.")
    if properties.get("enableRBAC") is False:
        raise bad_request("BadRequest", "Microsoft Entra integration needs Kubernetes RBAC (enableRBAC).")
    for group in profile.get("adminGroupObjectIDs") or []:
        try:
            uuid.UUID(group)
        except ValueError as no_guid:
            raise invalid("aadProfile.adminGroupObjectIDs", f"'{group}' is no object id.") from no_guid


def _check_api_server(call: Call, wanted: Resource) -> None:
    profile = wanted.properties.get("apiServerAccessProfile") or {}
    ranges = profile.get("authorizedIPRanges") or []
    if profile.get("enablePrivateCluster"):
        if ranges:
            raise bad_request("InvalidParameter", "Private cluster cannot be enabled with AuthorizedIPRanges.")
        _check_zone(call, wanted, str(profile.get("privateDNSZone") or "system"))
        return
    for name in ("privateDNSZone", "enablePrivateClusterPublicFQDN"):
        if profile.get(name):
            raise invalid(f"apiServerAccessProfile.{name}", "it is for private clusters only.")
    if len(ranges) > _MOST_RANGES:
        raise invalid("apiServerAccessProfile.authorizedIPRanges", f"at most {_MOST_RANGES} ranges are allowed.")
    for each in ranges:
        try:
            ip_network(each)
        except ValueError as wrong:
            raise invalid("apiServerAccessProfile.authorizedIPRanges", f"'{each}' is no range.") from wrong
    if _NOBODY in ranges and len(ranges) > 1:
        text = f"Setting apiServerAuthorizedIPRange to {_NOBODY} is not allowed with other IP ranges."
        raise bad_request("InvalidParameter", f"{text} Refer to https://aka.ms/aks/auth-ip-ranges for more details")


def _check_zone(call: Call, wanted: Resource, zone: str) -> None:
    """`system`, `none`, or a zone of one's own, which only a user-assigned identity can write to."""
    if zone.lower() in {"system", "none"}:
        return
    found = call.store.resource(zone)
    if not found or found.type != ZONE_TYPE.lower():
        raise invalid("apiServerAccessProfile.privateDNSZone", f"'{zone}' is neither system, none nor a zone.")
    if "UserAssigned" not in (wanted.document.get("identity") or {}).get("type", ""):
        raise bad_request("BadRequest", "A private DNS zone of one's own needs a user-assigned identity.")


def _check_network(properties: Document) -> None:
    network, profiles = properties["networkProfile"], properties.get("agentPoolProfiles") or []
    if network["networkPluginMode"] == "overlay" and any(profile.get("podSubnetID") for profile in profiles):
        raise bad_request("BadRequest", "Azure CNI overlay cannot be used together with a pod subnet.")
    cilium = {str(network.get(name)).lower() == "cilium" for name in ("networkDataplane", "networkPolicy")}
    if len(cilium) > 1:
        raise invalid("networkProfile.networkPolicy", "Cilium is both data plane and network policy, or neither.")
    if str(network.get("outboundType")).lower() in {"userassignednatgateway", "userdefinedrouting"}:
        for profile in profiles:
            if not profile.get("vnetSubnetID"):
                text = f"outbound type {network['outboundType']} needs agent pools in a subnet of one's own."
                raise invalid("networkProfile.outboundType", text)


def _check_auto_scaler(profile: Document) -> None:
    for name, value in profile.items():
        path = f"autoScalerProfile.{name}"
        if name not in _AUTO_SCALER:
            raise invalid(path, "there is no such setting.")
        if not isinstance(value, str):
            raise invalid(path, f"a text is expected, not {value!r}.")
        if not re.fullmatch(_AUTO_SCALER[name][0], value):
            raise invalid(path, f"'{value}' does not match '{_AUTO_SCALER[name][0]}'.")


def _check_extras(properties: Document) -> None:
    hours = dig(properties, "securityProfile.imageCleaner.intervalHours")
    if hours is not None and hours not in _CLEANER_HOURS:
        text = f"{hours} is not between {_CLEANER_HOURS[0]} and {_CLEANER_HOURS[-1]}."
        raise invalid("securityProfile.imageCleaner.intervalHours", text)
    upgrades = properties.get("autoUpgradeProfile") or {}
    if upgrades.get("upgradeChannel") == "node-image" and upgrades.get("nodeOSUpgradeChannel") != "NodeImage":
        raise invalid("autoUpgradeProfile.nodeOSUpgradeChannel", "the channel node-image needs NodeImage.")
    for name, add_on in (properties.get("addonProfiles") or {}).items():
        for key, value in (add_on.get("config") or {}).items():
            if not isinstance(value, str):
                raise invalid(f"addonProfiles.{name}.config.{key}", f"a text is expected, not {value!r}.")


def check_maintenance(window: Document) -> None:
    """Raises ArmError for a maintenance window that AKS would not take."""
    if window.get("durationHours") not in _MAINTENANCE_HOURS:
        text = f"{window.get('durationHours')} is not between {_MAINTENANCE_HOURS[0]} and {_MAINTENANCE_HOURS[-1]}."
        raise invalid("maintenanceWindow.durationHours", text)
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(window.get("startTime"))):
        raise invalid("maintenanceWindow.startTime", f"'{window.get('startTime')}' is no time as 02:00.")
    if not re.fullmatch(r"[+-](0\d|1[0-4]):[0-5]\d", str(window.get("utcOffset", "+00:00"))):
        raise invalid("maintenanceWindow.utcOffset", f"'{window.get('utcOffset')}' is no offset as +02:00.")
    kinds = [name for name, value in (window.get("schedule") or {}).items() if value]
    if len(kinds) != 1:
        raise invalid("maintenanceWindow.schedule", "exactly one of daily, weekly and the monthly kinds is needed.")
    weekly = dig(window, "schedule.weekly")
    if weekly and (weekly.get("intervalWeeks") not in range(1, 5) or not weekly.get("dayOfWeek")):
        raise invalid("maintenanceWindow.schedule.weekly", "a dayOfWeek and intervalWeeks from 1 to 4 are needed.")
