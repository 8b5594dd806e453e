"""Microsoft.Insights: diagnostic settings, which stand on any resource."""

from sandbox.arm.errors import bad_request, conflict
from sandbox.arm.model import Call, Provider, ResourceType, Wire
from sandbox.arm.providers.accounts import ACCOUNT_TYPE
from sandbox.arm.store import Document, Resource
from sandbox.arm.vault_secrets import VAULT_TYPE

SETTING_TYPE = "Microsoft.Insights/diagnosticSettings"
_VERSIONS = frozenset({"2017-05-01-preview", "2021-05-01-preview"})
_LOGS = {
    ACCOUNT_TYPE.lower(): ("Audit", "RequestResponse", "AzureOpenAIRequestUsage", "Trace"),
    VAULT_TYPE.lower(): ("AuditEvent", "AzurePolicyEvaluationDetails"),
    "microsoft.containerservice/managedclusters": (
        "kube-apiserver", "kube-audit", "kube-audit-admin", "kube-controller-manager", "kube-scheduler",
        "cluster-autoscaler", "cloud-controller-manager", "guard", "csi-azuredisk-controller",
        "csi-azurefile-controller", "csi-snapshot-controller",
    ),
}  # fmt: skip
"""Log categories by type (learn.microsoft.com, supported resource log categories). Other types take any."""
_LOG_GROUPS = ("audit", "allLogs")
_METRICS = ("AllMetrics",)
_SINKS = {
    "workspaceId": "microsoft.operationalinsights/workspaces",
    "storageAccountId": "microsoft.storage/storageaccounts",
    "eventHubAuthorizationRuleId": "microsoft.eventhub/namespaces",
    "marketplacePartnerId": "",
}
"""Where logs go, and the type that must be there; an empty one is not looked for."""
_MOST_SETTINGS = 5
_NOT_KEPT: Document = {"enabled": False, "days": 0}


def _complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    asked = wanted.properties
    target = call.store.resource(call.path.scope)
    sinks = _sinks(call, asked)
    known = _LOGS.get(target.type.lower()) if target else None
    logs, metrics = asked.get("logs") or [], asked.get("metrics") or []
    if not any(each.get("enabled") for each in (*logs, *metrics)):
        raise bad_request("BadRequest", "At least one category of logs or metrics has to be enabled.")
    _check_categories(logs, known, "Category")
    _check_categories(metrics, _METRICS, "Metric category")
    _check_others(call, wanted, sinks, existing)
    wanted.document["properties"] = {
        **{name: asked.get(name) for name in (*_SINKS, "eventHubName", "serviceBusRuleId")},
        "logAnalyticsDestinationType": asked.get("logAnalyticsDestinationType"),
        "logs": _completed(logs, known or ()),
        "metrics": [_category(each) for each in metrics]
        + [_category({"category": name, "enabled": False}) for name in _missing(metrics, _METRICS, "category")],
    }
    for metric in wanted.properties["metrics"]:
        metric.pop("categoryGroup")


def _sinks(call: Call, asked: Document) -> set[str]:
    """The ids of the destinations, lower case. Raises ArmError where one is missing or not there."""
    found = {name: str(asked[name]) for name in _SINKS if asked.get(name)}
    if not found:
        text = "At least one data sink needs to be specified: a workspace, a storage account or an event hub."
        raise bad_request("BadRequest", text)
    for name, sink in found.items():
        kind = _SINKS[name]
        if f"/providers/{kind}/" not in f"{sink.lower()}/" if kind else False:
            raise bad_request("BadRequest", f"The property '{name}' is no id of {kind}: '{sink}'.")
        if name == "workspaceId" and not call.store.resource(sink):
            raise bad_request("ResourceNotFound", f"The workspace '{sink}' could not be found.")
    return {sink.lower() for sink in found.values()}


def _check_categories(given: list[Document], known: tuple[str, ...] | None, what: str) -> None:
    for each in given:
        category, group = each.get("category"), each.get("categoryGroup")
        if bool(category) == bool(group):
            raise bad_request("BadRequest", "Each log names either a category or a category group.")
        if category and known is not None and category not in known:
            raise bad_request("BadRequest", f"{what} '{category}' is not supported.")
        if group and group not in _LOG_GROUPS:
            raise bad_request("BadRequest", f"Category group '{group}' is not supported.")
    if len({bool(each.get("category")) for each in given}) > 1:
        raise bad_request("BadRequest", "Category groups and categories cannot be used in one diagnostic setting.")


def _check_others(call: Call, wanted: Resource, sinks: set[str], existing: Resource | None) -> None:
    """Five settings at most, and no category twice to one destination."""
    others = [
        each
        for each in call.store.of_type(SETTING_TYPE, call.path.scope)
        if each.key != wanted.key and each.key.rsplit("/providers/", 1)[0] == call.path.scope.lower()
    ]
    if not existing and len(others) >= _MOST_SETTINGS:
        text = f"A resource can have at most {_MOST_SETTINGS} diagnostic settings."
        raise bad_request("BadRequest", text)
    mine = _enabled(wanted.properties)
    for other in others:
        shared = {str(other.properties[name]).lower() for name in _SINKS} & sinks
        for category in sorted(mine & _enabled(other.properties)) if shared else ():
            raise conflict(
                "Conflict",
                f"Data sink '{min(shared)}' is already used in diagnostic setting '{other.name}' for category "
                f"'{category}'. Data sinks can't be reused in different settings on the same category for the same "
                "resource.",
            )


def _enabled(properties: Document) -> set[str]:
    listed = [*(properties.get("logs") or []), *(properties.get("metrics") or [])]
    return {str(each.get("category") or each.get("categoryGroup")) for each in listed if each.get("enabled")}


def _completed(logs: list[Document], known: tuple[str, ...]) -> list[Document]:
    """The logs as Azure answers: what was not listed is there, disabled."""
    by_group = any(each.get("categoryGroup") for each in logs)
    name, all_of_them = ("categoryGroup", _LOG_GROUPS) if by_group else ("category", known)
    left_out = [{name: each, "enabled": False} for each in _missing(logs, all_of_them, name)]
    return [_category(each) for each in (*logs, *left_out)]


def _missing(given: list[Document], known: tuple[str, ...], name: str) -> list[str]:
    return [each for each in known if each not in {one.get(name) for one in given}]


def _category(given: Document) -> Document:
    return {
        "category": given.get("category"),
        "categoryGroup": given.get("categoryGroup"),
        "enabled": bool(given.get("enabled")),
        "retentionPolicy": given.get("retentionPolicy") or dict(_NOT_KEPT),
    }


PROVIDER = Provider(
    namespace="Microsoft.Insights",
    types=(
        ResourceType(
            name=SETTING_TYPE,
            versions=_VERSIONS,
            create=Wire(200),
            located=False,
            extension=True,
            has_state=False,
            complete=_complete,
        ),
    ),
)
