"""Workspaces and diagnostic settings: what they need, what Azure adds, what it keeps."""

import pytest

from tests.sandbox.arm.arm_double import Double

WORKSPACE = "Microsoft.OperationalInsights/workspaces"
DAYS = 86_400.0


def make_workspace(double: Double, name: str = "logs", **properties: object) -> str:
    place = double.place(WORKSPACE, name)
    double.ok("PUT", place, {"location": "westeurope", "properties": properties})
    return place


def make_account(double: Double) -> str:
    place = double.place("Microsoft.CognitiveServices/accounts", "speech")
    double.ok("PUT", place, {"location": "westeurope", "kind": "SpeechServices", "sku": {"name": "S0"}})
    return place


def setting(account: str, name: str = "speech") -> str:
    return f"{account}/providers/Microsoft.Insights/diagnosticSettings/{name}"


def logs(workspace: str, *categories: str) -> dict[str, object]:
    wanted = [{"category": category, "enabled": True} for category in categories]
    return {"properties": {"workspaceId": workspace, "logs": wanted}}


def test_a_workspace_has_keys_and_an_id_of_its_own(double: Double) -> None:
    place = make_workspace(double, retentionInDays=90)
    made = double.ok("GET", place)["properties"]
    assert (made["sku"]["name"], made["retentionInDays"], made["provisioningState"]) == ("PerGB2018", 90, "Succeeded")
    keys = double.ok("POST", f"{place}/sharedKeys")
    assert set(keys) == {"primarySharedKey", "secondarySharedKey"}
    assert keys["primarySharedKey"] not in str(made)


@pytest.mark.parametrize("wrong", [{"retentionInDays": 29}, {"sku": {"name": "PerGB"}}])
def test_a_workspace_has_a_known_sku_and_keeps_logs_for_30_to_730_days(
    double: Double, wrong: dict[str, object]
) -> None:
    body = {"location": "westeurope", "properties": wrong}
    assert double.refused("PUT", double.place(WORKSPACE, "logs"), body)[:2] == (400, "InvalidParameter")


def test_a_deleted_workspace_comes_back_with_its_keys_for_14_days(double: Double) -> None:
    place = make_workspace(double)
    before = double.ok("POST", f"{place}/sharedKeys")
    double.ok("DELETE", place)
    deleted = double.ok(
        "GET", f"{double.subscription}/providers/Microsoft.OperationalInsights/deletedWorkspaces", version="2023-09-01"
    )
    assert [each["name"] for each in deleted["value"]] == ["logs"]
    make_workspace(double)
    assert double.ok("POST", f"{place}/sharedKeys") == before
    double.ok("DELETE", place)
    double.advance(14 * DAYS)
    make_workspace(double)
    assert double.ok("POST", f"{place}/sharedKeys") != before


def test_a_workspace_deleted_by_force_is_gone(double: Double) -> None:
    place = make_workspace(double)
    before = double.ok("POST", f"{place}/sharedKeys")
    double.http.delete(
        place, params={"api-version": "2023-09-01", "force": "true"}, headers={"Authorization": double.authorization}
    )
    double.finish()
    make_workspace(double)
    assert double.ok("POST", f"{place}/sharedKeys") != before


def test_categories_that_are_not_listed_come_back_disabled(double: Double) -> None:
    account, workspace = make_account(double), make_workspace(double)
    double.ok("PUT", setting(account), logs(workspace, "Audit"))
    made = double.ok("GET", setting(account))["properties"]
    assert {each["category"]: each["enabled"] for each in made["logs"]} == {
        "Audit": True,
        "RequestResponse": False,
        "AzureOpenAIRequestUsage": False,
        "Trace": False,
    }
    assert made["logs"][0]["retentionPolicy"] == {"enabled": False, "days": 0}
    assert made["metrics"] == [
        {"category": "AllMetrics", "enabled": False, "retentionPolicy": {"enabled": False, "days": 0}}
    ]


def test_a_category_group_stands_for_its_categories(double: Double) -> None:
    account, workspace = make_account(double), make_workspace(double)
    wanted = {"workspaceId": workspace, "logs": [{"categoryGroup": "allLogs", "enabled": True}]}
    double.ok("PUT", setting(account), {"properties": wanted})
    made = double.ok("GET", setting(account))["properties"]["logs"]
    assert {each["categoryGroup"]: each["enabled"] for each in made} == {"allLogs": True, "audit": False}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"logs": [{"category": "Billing", "enabled": True}]}, "Category 'Billing' is not supported."),
        (
            {"logs": [], "metrics": [{"category": "Calls", "enabled": True}]},
            "Metric category 'Calls' is not supported.",
        ),
        ({"logs": [{"category": "Audit", "enabled": False}]}, "At least one category"),
        ({"workspaceId": None}, "At least one data sink"),
        ({"workspaceId": "/subscriptions/x/resourceGroups/y"}, "is no id of"),
    ],
)
def test_a_setting_names_known_categories_and_a_destination(
    double: Double, changes: dict[str, object], text: str
) -> None:
    account, workspace = make_account(double), make_workspace(double)
    body = logs(workspace, "Audit")
    wanted = {"properties": {**dict(body["properties"]), **changes}}  # type: ignore[call-overload]  # it is a dict
    status, code, said = double.refused("PUT", setting(account), wanted)
    assert (status, code, text in said) == (400, "BadRequest", True), said


def test_a_setting_stands_on_a_resource_that_is_there(double: Double) -> None:
    workspace = make_workspace(double)
    account = double.place("Microsoft.CognitiveServices/accounts", "none")
    assert double.refused("PUT", setting(account), logs(workspace, "Audit"))[0] == 404
    real = make_account(double)
    gone = workspace.replace("logs", "gone")
    assert double.refused("PUT", setting(real), logs(gone, "Audit"))[1] == "ResourceNotFound"


def test_a_category_goes_to_one_destination_once(double: Double) -> None:
    account, workspace = make_account(double), make_workspace(double)
    double.ok("PUT", setting(account), logs(workspace, "Audit"))
    double.ok("PUT", setting(account), logs(workspace, "Audit", "Trace"))
    refused = double.refused("PUT", setting(account, "second"), logs(workspace, "Trace"))
    assert (refused[0], "already used in diagnostic setting 'speech' for category 'Trace'" in refused[2]) == (409, True)
    double.ok("PUT", setting(account, "second"), logs(workspace, "RequestResponse"))


def test_a_resource_has_five_settings_at_most(double: Double) -> None:
    account = make_account(double)
    for number in range(5):
        double.ok("PUT", setting(account, f"s{number}"), logs(make_workspace(double, f"logs{number}"), "Audit"))
    refused = double.refused("PUT", setting(account, "s5"), logs(make_workspace(double, "logs5"), "Audit"))
    assert "at most 5" in refused[2]


def test_settings_of_a_cluster_know_its_logs(double: Double) -> None:
    cluster, workspace = double.place("Microsoft.ContainerService/managedClusters", "aks"), make_workspace(double)
    system = {"name": "system", "mode": "System", "vmSize": "Standard_D2s_v3", "count": 1}
    body = {"dnsPrefix": "aks", "agentPoolProfiles": [system]}
    double.ok("PUT", cluster, {"location": "westeurope", "identity": {"type": "SystemAssigned"}, "properties": body})
    double.ok("PUT", setting(cluster), logs(workspace, "kube-audit-admin"))
    assert double.refused("PUT", setting(cluster, "two"), logs(workspace, "Audit"))[1] == "BadRequest"
