"""What holds for every type: authentication, versions, places, casing, lists, etags and long-running operations."""

import httpx
import jwt
import pytest

from tests.sandbox.arm.arm_double import Double

NETWORK = {"location": "westeurope", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"


def test_a_request_without_a_token_gets_a_challenge(double: Double) -> None:
    answer = double.http.get(double.group, params={"api-version": "2024-03-01"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "AuthenticationFailed")
    assert "authorization_uri" in answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"exp": 1}, "ExpiredAuthenticationToken"), ({"aud": "https://graph.test"}, "InvalidAuthenticationTokenAudience")],
)
def test_a_token_of_another_time_or_audience_is_refused(double: Double, changes: dict[str, object], code: str) -> None:
    key = double.who.client_secret
    claims = jwt.decode(
        double.login.access_token(double.world.url), key, algorithms=["HS256"], options={"verify_aud": False}
    )
    token = jwt.encode({**claims, **changes}, key, algorithm="HS256")
    assert double.refused("GET", double.group, headers={"Authorization": f"Bearer {token}"})[:2] == (401, code)


def test_a_token_signed_by_somebody_else_is_refused(double: Double) -> None:
    token = jwt.encode({"aud": double.world.url}, "x" * 32, algorithm="HS256")
    refused = double.refused("GET", double.group, headers={"Authorization": f"Bearer {token}"})
    assert refused[:2] == (401, "InvalidAuthenticationToken")


def test_an_access_token_says_who_calls(double: Double) -> None:
    claims = jwt.decode(double.login.access_token("https://x"), options={"verify_signature": False})
    who = double.who
    assert (claims["oid"], claims["tid"], claims["appid"]) == (who.object_id, who.tenant_id, who.client_id)


def test_an_api_version_is_required(double: Double) -> None:
    token = double.login.access_token(double.world.url)
    answer = double.http.get(double.group, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "MissingApiVersionParameter")


def test_a_version_the_type_does_not_know_is_refused_with_those_it_knows(double: Double) -> None:
    status, code, text = double.refused("GET", double.place(IDENTITY, "x"), version="2016-01-01")
    assert (status, code) == (400, "NoRegisteredProviderFound")
    assert "2023-01-31" in text


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("/subscriptions/other/resourceGroups/x", "SubscriptionNotFound"),
        ("{subscription}/resourceGroups/none", "ResourceGroupNotFound"),
        ("{subscription}/resourceGroups/none/providers/Microsoft.Network/natGateways/x", "ResourceGroupNotFound"),
        ("{group}/providers/Microsoft.Network/natGateways/x", "ResourceNotFound"),
        ("{group}/providers/Microsoft.Network/virtualNetworks/x/subnets/y", "ParentResourceNotFound"),
        ("{group}/providers/Microsoft.Nothing/things/x", "InvalidResourceNamespace"),
        ("{group}/providers/Microsoft.Network/nothings/x", "InvalidResourceType"),
    ],
)
def test_what_is_not_there_is_named(double: Double, place: str, code: str) -> None:
    path = place.format(subscription=double.subscription, group=double.group)
    assert double.refused("GET", path)[:2] == (404, code)


def test_an_action_on_what_is_not_there_names_the_resource(double: Double) -> None:
    path = double.place("Microsoft.CognitiveServices/accounts", "none") + "/listKeys"
    assert double.refused("POST", path)[:2] == (404, "ResourceNotFound")


def test_ids_compare_without_case_and_keep_the_casing_of_the_first_put(double: Double) -> None:
    first = double.ok("PUT", double.place(IDENTITY, "Pods"), {"location": "westeurope"})
    shouted = double.place(IDENTITY, "PODS").replace("resourceGroups/speech", "RESOURCEGROUPS/SPEECH")
    again = double.ok("PUT", shouted, {"location": "West Europe"})
    assert again["id"] == first["id"] == double.place(IDENTITY, "Pods")


def test_a_resource_cannot_move_to_another_location(double: Double) -> None:
    double.ok("PUT", double.place(IDENTITY, "pods"), {"location": "westeurope"})
    refused = double.refused("PUT", double.place(IDENTITY, "pods"), {"location": "eastus"})
    assert refused[:2] == (409, "InvalidResourceLocation")


def test_a_patch_changes_tags_and_a_put_without_them_drops_them(double: Double) -> None:
    place = double.place(IDENTITY, "pods")
    double.ok("PUT", place, {"location": "westeurope", "tags": {"a": "1"}})
    assert double.ok("PATCH", place, {"tags": {"b": "2"}})["tags"] == {"b": "2"}
    assert "tags" not in double.ok("PUT", place, {"location": "westeurope"})


def test_deleting_what_is_not_there_succeeds(double: Double) -> None:
    assert double.send("DELETE", double.place(IDENTITY, "none")).status_code == 204


def test_a_long_list_comes_in_pages(double: Double) -> None:
    double.settings(page_length=2)
    for name in ("one", "three", "two"):
        double.ok("PUT", double.place(IDENTITY, name), {"location": "westeurope"})
    first = double.ok("GET", f"{double.group}/providers/{IDENTITY}")
    token = double.login.access_token(double.world.url)
    second = double.http.get(first["nextLink"], headers={"Authorization": f"Bearer {token}"}).json()
    assert [each["name"] for each in first["value"] + second["value"]] == ["one", "three", "two"]
    assert "nextLink" not in second


def test_a_write_is_polled_to_its_end_by_azure_async_operation(double: Double) -> None:
    place = double.place("Microsoft.Network/virtualNetworks", "net")
    started = double.send("PUT", place, NETWORK)
    assert (started.status_code, started.json()["properties"]["provisioningState"]) == (201, "Creating")
    poll = started.headers["azure-asyncoperation"]
    assert poll.startswith("https://double.test/subscriptions/")
    assert polled(double, poll).json()["status"] == "InProgress"
    double.advance(1)
    ended = polled(double, poll).json()
    assert (ended["status"], "endTime" in ended) == ("Succeeded", True)
    assert double.ok("GET", place)["properties"]["provisioningState"] == "Succeeded"


def test_a_deletion_is_polled_to_its_end_by_location(double: Double) -> None:
    place = double.place("Microsoft.Network/virtualNetworks", "net")
    double.ok("PUT", place, NETWORK)
    started = double.send("DELETE", place)
    assert started.status_code == 202
    assert polled(double, started.headers["location"]).status_code == 202
    assert double.ok("GET", place)["properties"]["provisioningState"] == "Deleting"
    assert polled(double, started.headers["location"]).status_code == 204
    assert double.refused("GET", place)[1] == "ResourceNotFound"


def polled(double: Double, url: str) -> httpx.Response:
    return double.http.get(url, headers={"Authorization": f"Bearer {double.login.access_token(double.world.url)}"})


def test_an_outdated_etag_is_refused(double: Double) -> None:
    place = double.place("Microsoft.Network/virtualNetworks", "net")
    etag = double.ok("PUT", place, NETWORK)["etag"]
    double.ok("PUT", place, NETWORK, headers={"If-Match": etag})
    assert double.refused("PUT", place, NETWORK, headers={"If-Match": etag})[:2] == (412, "PreconditionFailed")
    assert double.refused("PUT", place, NETWORK, headers={"If-None-Match": "*"})[:2] == (412, "PreconditionFailed")


def test_a_group_that_is_going_takes_nothing_new(double: Double) -> None:
    assert double.send("DELETE", double.group).status_code == 202
    refused = double.refused("PUT", double.place(IDENTITY, "pods"), {"location": "westeurope"})
    assert refused[:2] == (409, "ResourceGroupBeingDeleted")
    double.finish()
    assert double.send("HEAD", double.group).status_code == 404


@pytest.mark.parametrize(
    ("properties", "status", "code"),
    [([1], 400, "InvalidRequestContent"), ({"addressSpace": [1]}, 500, "InternalServerError")],
)
def test_a_body_of_the_wrong_shape_gets_azures_envelope_and_changes_nothing(
    double: Double, properties: object, status: int, code: str
) -> None:
    place = double.place("Microsoft.Network/virtualNetworks", "net")
    wanted = {"location": "westeurope", "properties": properties}
    assert double.refused("PUT", place, wanted)[:2] == (status, code)
    assert double.refused("GET", place)[0] == 404


def test_a_request_keeps_its_client_request_id(double: Double) -> None:
    answer = double.send("GET", double.group, headers={"x-ms-client-request-id": "mine"})
    assert answer.headers["x-ms-client-request-id"] == "mine"
    assert answer.headers["x-ms-request-id"]


def test_the_metadata_document_names_everything_azure_native_reads(double: Double) -> None:
    cloud = double.http.get("/metadata/endpoints", params={"api-version": "2022-09-01"}).json()
    for name in ("name", "resourceManager", "microsoftGraphResourceId"):
        assert cloud[name]
    for name in ("loginEndpoint", "audiences", "tenant", "identityProvider"):
        assert cloud["authentication"][name]
    assert (cloud["suffixes"]["keyVaultDns"], cloud["suffixes"]["storage"]) == ("vault.azure.net", "core.windows.net")
    clouds = double.http.get("/metadata/endpoints", params={"api-version": "2019-05-01"}).json()
    assert clouds == [cloud]


def test_the_subscription_and_its_tenant_are_listed(double: Double) -> None:
    listed = double.ok("GET", "/subscriptions")["value"]
    assert [each["subscriptionId"] for each in listed] == [double.who.subscription_id]
    assert double.ok("GET", "/tenants")["value"][0]["tenantId"] == double.who.tenant_id
    assert double.ok("GET", double.subscription)["state"] == "Enabled"
