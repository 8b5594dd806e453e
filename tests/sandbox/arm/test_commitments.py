"""Commitment plans, licences of disconnected containers and models of custom ones, asked without a server."""

import uuid
from typing import Any

import httpx
import pytest

from sandbox.arm.speech_models import base_models, display_models
from tests.sandbox.arm.arm_double import Double

ACCOUNT = "Microsoft.CognitiveServices/accounts"
DAY = 86_400.0
CONNECTED = {"hostingModel": "ConnectedContainer", "planType": "STT", "current": {"tier": "T1", "count": 1}}
DISCONNECTED = {**CONNECTED, "hostingModel": "DisconnectedContainer"}


def account(double: Double, sku: str = "S0", name: str = "speech") -> str:
    place = double.place(ACCOUNT, name)
    properties = {"customSubDomainName": f"contoso-{name}"}
    double.ok(
        "PUT",
        place,
        {"location": "westeurope", "kind": "SpeechServices", "sku": {"name": sku}, "properties": properties},
    )
    return place


def plan(double: Double, place: str, name: str = "plan", **properties: object) -> dict[str, Any]:
    made: dict[str, Any] = double.ok("PUT", f"{place}/commitmentPlans/{name}", {"properties": properties})
    return made["properties"]


def refused(double: Double, place: str, name: str = "plan", **properties: object) -> str:
    return double.refused("PUT", f"{place}/commitmentPlans/{name}", {"properties": properties})[1]


def ask(
    double: Double, path: str, body: object, *, name: str = "speech", key: str = "", method: str = "POST"
) -> httpx.Response:
    """A request of a container to the account's host, with the right key unless another is given."""
    place = double.place(ACCOUNT, name)
    headers = {
        "Host": f"contoso-{name}.cognitiveservices.azure.com",
        "Ocp-Apim-Subscription-Key": key or double.ok("POST", f"{place}/listKeys")["key1"],
    }
    return double.http.request(method, f"/sandbox/{path}", json=body, headers=headers)


def to_the_first_of_march(double: Double) -> None:
    """Sets the double's clock to 2027-03-01, 12:00 UTC."""
    double.advance(1_803_902_400 - double.http.get("/sandbox/clock").json()["now"])


def test_a_connected_plan_runs_to_the_end_of_its_month(double: Double) -> None:
    to_the_first_of_march(double)
    made = plan(double, account(double), **CONNECTED)
    assert made["current"]["quota"] == {"quantity": 2000, "unit": "Hour"}
    assert (made["current"]["startDate"], made["current"]["endDate"]) == ("2027-03-01", "2027-03-31")


def test_a_disconnected_plan_runs_to_the_end_of_its_year(double: Double) -> None:
    to_the_first_of_march(double)
    made = plan(double, account(double, "DC0"), **{**DISCONNECTED, "planType": "NTTS"})
    assert made["current"]["quota"] == {"quantity": 80_000_000, "unit": "Character"}
    assert made["current"]["endDate"] == "2027-12-31"


@pytest.mark.parametrize(("sku", "properties"), [("S0", DISCONNECTED), ("DC0", CONNECTED), ("F0", CONNECTED)])
def test_a_hosting_model_needs_the_sku_that_goes_with_it(
    double: Double, sku: str, properties: dict[str, object]
) -> None:
    assert refused(double, account(double, sku), **properties) == "SkuNotEligible"


def test_disconnected_containers_need_an_approved_subscription(double: Double) -> None:
    """Row "approval": the form's address is told."""
    place = account(double, "DC0")
    double.settings(disconnected_approved=False)
    assert refused(double, place, **DISCONNECTED) == "SkuNotEligible"
    body = {"location": "westeurope", "kind": "SpeechServices", "sku": {"name": "DC0"}, "properties": {}}
    status, code, text = double.refused("PUT", double.place(ACCOUNT, "other"), body)
    assert (status, code, "aka.ms/csdisconnectedcontainers" in text) == (400, "SkuNotEligible", True)
    offered = double.ok("GET", f"{TIERS.format(double.subscription)}")["value"]
    assert {each["hostingModel"] for each in offered} == {"Web", "ConnectedContainer"}


TIERS = "{}/providers/Microsoft.CognitiveServices/locations/westeurope/commitmentTiers"


def test_the_tiers_that_are_listed_are_the_ones_that_can_be_bought(double: Double) -> None:
    offered = double.ok("GET", TIERS.format(double.subscription))["value"]
    places = {sku: account(double, sku, sku.lower()) for sku in ("S0", "DC0")}
    for number, each in enumerate(offered):
        properties = {name: each[name] for name in ("hostingModel", "planType")}
        place = f"{places[each['skuName']]}/commitmentPlans/plan-{number}"
        double.ok("PUT", place, {"properties": {**properties, "current": {"tier": each["tier"], "count": 1}}})
        double.ok("DELETE", place)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"hostingModel": "Cloud"}, "InvalidHostingModel"),
        ({"planType": "LID"}, "InvalidCommitmentTier"),
        ({"current": {"tier": "T9", "count": 1}}, "InvalidCommitmentTier"),
        ({"current": {"tier": "T1", "count": 0}}, "InvalidCommitmentCount"),
        ({"current": {"tier": "T1", "count": 11}}, "InvalidCommitmentCount"),
        ({"next": {"tier": "T4"}}, "InvalidCommitmentTier"),
    ],
)
def test_a_plan_that_is_not_offered_is_refused(double: Double, fault: dict[str, object], code: str) -> None:
    assert refused(double, account(double), **{**CONNECTED, **fault}) == code


def test_an_account_has_one_plan_of_a_kind(double: Double) -> None:
    place = account(double)
    plan(double, place, **CONNECTED)
    assert refused(double, place, "again", **CONNECTED) == "CommitmentPlanAlreadyExists"
    plan(double, place, "voices", **{**CONNECTED, "planType": "NTTS"})


def test_within_its_period_a_commitment_only_grows(double: Double) -> None:
    place = account(double)
    plan(double, place, **{**CONNECTED, "current": {"tier": "T2", "count": 2}})
    for less in ({"tier": "T2", "count": 1}, {"tier": "T1", "count": 2}):
        assert refused(double, place, **{**CONNECTED, "current": less}) == "CommitmentPeriodCannotBeChanged"
    grown = plan(double, place, **{**CONNECTED, "current": {"tier": "T2", "count": 3}})
    assert grown["current"]["quota"]["quantity"] == 30_000
    assert [each["units"] for each in double.http.get("/sandbox/purchases").json()] == [2, 1]


def test_a_plan_renews_with_what_comes_next_and_else_ends(double: Double) -> None:
    to_the_first_of_march(double)
    place = account(double)
    plan(double, place, **CONNECTED, autoRenew=True, next={"tier": "T2", "count": 1})
    plan(double, place, "voices", **{**CONNECTED, "planType": "NTTS"})
    double.advance(35 * DAY)
    renewed = double.ok("GET", f"{place}/commitmentPlans/plan")["properties"]
    assert (renewed["current"]["tier"], renewed["current"]["startDate"]) == ("T2", "2027-04-01")
    ended = double.ok("GET", f"{place}/commitmentPlans/voices")["properties"]
    assert ended["current"]["endDate"] == "2027-03-31"


def test_deleting_a_plan_gives_nothing_back(double: Double) -> None:
    place = account(double)
    plan(double, place, **CONNECTED)
    double.ok("DELETE", f"{place}/commitmentPlans/plan")
    plan(double, place, **CONNECTED)
    assert [each["plan_type"] for each in double.http.get("/sandbox/purchases").json()] == ["STT", "STT"]


def test_the_sku_of_an_account_with_plans_stays(double: Double) -> None:
    place = account(double)
    plan(double, place, **CONNECTED)
    assert double.refused("PATCH", place, {"sku": {"name": "DC0"}})[1] == "SkuNotEligible"


def test_a_licence_is_bound_to_image_and_version_and_ends_with_the_period(double: Double) -> None:
    to_the_first_of_march(double)
    plan(double, account(double, "DC0"), **DISCONNECTED)
    licence = ask(double, "license", {"image": "speech-to-text", "version": "5.1.0"}).json()
    assert (licence["image"], licence["version"]) == ("speech-to-text", "5.1.0")
    assert licence["expires"] == "2027-12-31T00:00:00+00:00"


@pytest.mark.parametrize("image", ["custom-speech-to-text", "neural-text-to-speech", "language-detection"])
def test_a_plan_licenses_no_other_kind(double: Double, image: str) -> None:
    plan(double, account(double, "DC0"), **DISCONNECTED)
    answer = ask(double, "license", {"image": image, "version": "1"})
    assert (answer.status_code, answer.json()["status"]) == (403, "ContainerUseUnauthorized")


def test_no_licence_without_a_running_plan_or_with_a_connected_account(double: Double) -> None:
    to_the_first_of_march(double)
    wanted = {"image": "speech-to-text", "version": "5.1.0"}
    plan(double, account(double, name="connected"), **CONNECTED)
    assert ask(double, "license", wanted, name="connected").status_code == 403
    place = account(double, "DC0")
    assert ask(double, "license", wanted).status_code == 403
    plan(double, place, **DISCONNECTED)
    assert ask(double, "license", wanted).status_code == 200
    double.advance(400 * DAY)
    assert ask(double, "license", wanted).status_code == 403


def test_a_licence_asks_for_the_right_key_as_metering_does(double: Double) -> None:
    plan(double, account(double, "DC0"), **DISCONNECTED)
    other = double.ok("POST", f"{account(double, name='other')}/listKeys")["key1"]
    wanted = {"image": "speech-to-text", "version": "5.1.0"}
    assert ask(double, "license", wanted, key="wrong").json() == {"status": "Invalid"}
    assert ask(double, "license", wanted, key=other).json() == {"status": "Mismatch"}


def test_the_base_models_of_a_locale_have_the_lineage_of_the_first_pages(double: Double) -> None:
    """Row "lineage": 2.2.0 has 20181201 v3.3, 20190520 v4.14, 20190701 v4.17."""
    account(double)
    found = ask(double, "models", {"locale": "en-US"}).json()["models"]
    names = [each["name"] for each in found]
    assert names[:3] == ["20181201 v3.3", "20190520 v4.14 Unified", "20190701 v4.17 Unified"]
    assert {each["locale"] for each in found} == {"en-us"}
    assert ask(double, "models", {"locale": "xx-XX"}).json() == {"models": []}


def test_a_model_is_found_by_its_id(double: Double) -> None:
    account(double)
    base = base_models("de-de")[0]
    assert ask(double, f"models/{base['id']}", None, method="GET").json() == base
    custom = str(uuid.uuid4())
    assert ask(double, f"models/{custom}", None, method="GET").json()["kind"] == "custom"
    assert ask(double, "models/no-model", None, method="GET").status_code == 404


def test_with_models_of_its_own_the_double_knows_no_others(double: Double) -> None:
    account(double)
    mine = "1F2E3D4C-0000-4000-8000-000000000000"
    double.settings(models={mine: {"locale": "sv-se", "created": "2024-02-01T00:00:00Z"}})
    assert ask(double, f"models/{mine}", None, method="GET").json()["locale"] == "sv-se"
    assert ask(double, f"models/{uuid.uuid4()}", None, method="GET").status_code == 404


def test_display_models_are_found_by_types_and_by_ids(double: Double) -> None:
    account(double)
    newest = ask(double, "display-models", {"locale": "en-us", "types": ["Punct", "Rescore"]}).json()["models"]
    assert [each["type"] for each in newest] == ["Punct", "Rescore"]
    every = ask(double, "display-models", {"locale": "en-us", "types": ["FullDisplay"]}).json()["models"]
    assert [each["type"] for each in every] == ["Punct", "Rescore", "Resegment", "Wfstitn"]
    wanted = {"Punct": display_models("en-us", ["Punct"])[0]["id"]}
    assert ask(double, "display-models", {"ids": wanted}).json()["models"] == newest[:1]
    assert ask(double, "display-models", {"ids": {"Punct": "0" * 64}}).status_code == 404


def test_a_disconnected_account_has_no_models(double: Double) -> None:
    """speech-container-cstt (2026-01-30): the S0 account trains and downloads, the DC0 account licenses."""
    plan(double, account(double, "DC0"), **{**DISCONNECTED, "planType": "CUSTOMSTT"})
    for path, body in (("models", {"locale": "en-us"}), (f"models/{uuid.uuid4()}", None)):
        answer = ask(double, path, body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "SkuNotEligible")
