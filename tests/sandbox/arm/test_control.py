"""The sandbox's own endpoints: clock, settings, faults, journal and metering."""

import uuid

import pytest

from tests.sandbox.arm.arm_double import Double

ACCOUNT = "Microsoft.CognitiveServices/accounts"
SPEECH = {"location": "westeurope", "kind": "SpeechServices", "sku": {"name": "S0"}, "properties": {}}
REPORT = {"meter": {"name": "AudioSecondsTranscribed", "quantity": 12.5}}


def account(double: Double, name: str = "acc", domain: str = "contoso", **changes: object) -> dict[str, str]:
    place = double.place(ACCOUNT, name)
    double.ok("PUT", place, {**SPEECH, "properties": {"customSubDomainName": domain}, **changes})
    return dict(double.ok("POST", f"{place}/listKeys"))


def report(double: Double, host: str, key: str, quantity: float = 12.5) -> tuple[int, object]:
    body = {**REPORT, "meter": {"name": "AudioSecondsTranscribed", "quantity": quantity}}
    headers = {"Host": host, "Ocp-Apim-Subscription-Key": key}
    answer = double.http.post("/sandbox/metering", json=body, headers=headers)
    return answer.status_code, answer.json().get("status")


def test_a_planted_status_is_answered_as_often_as_asked_and_no_more(double: Double) -> None:
    fault = {
        "kind": "status",
        "method": "GET",
        "path": "resourceGroups/speech$",
        "status": 429,
        "code": "TooManyRequests",
        "message": "slow down",
        "retry_after": 7,
        "times": 2,
    }
    assert double.http.post("/sandbox/faults", json=fault).is_success
    assert double.send("PUT", double.group, {"location": "westeurope"}).is_success
    for _ in range(2):
        answer = double.send("GET", double.group)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert double.send("GET", double.group).status_code == 200


def test_a_planted_failure_ends_the_operation_and_leaves_the_resource(double: Double) -> None:
    place = double.place("Microsoft.Network/natGateways", "out")
    fault = {"kind": "operation", "path": "natGateways", "code": "QuotaExceeded", "message": "over quota"}
    double.http.post("/sandbox/faults", json=fault)
    started = double.send("PUT", place, {"location": "westeurope", "sku": {"name": "Standard"}})
    assert started.status_code == 201
    double.finish()
    token = double.login.access_token(double.world.url)
    ended = double.http.get(
        started.headers["azure-asyncoperation"], headers={"Authorization": f"Bearer {token}"}
    ).json()
    assert (ended["status"], ended["error"]) == ("Failed", {"code": "QuotaExceeded", "message": "over quota"})
    assert double.ok("GET", place)["properties"]["provisioningState"] == "Failed"
    assert double.ok("PUT", place, {"location": "westeurope", "sku": {"name": "Standard"}})


def test_an_operation_takes_as_long_as_asked(double: Double) -> None:
    double.http.post("/sandbox/faults", json={"kind": "operation", "path": "natGateways", "seconds": 600})
    place = double.place("Microsoft.Network/natGateways", "out")
    double.send("PUT", place, {"location": "westeurope", "sku": {"name": "Standard"}})
    double.advance(590)
    assert double.ok("GET", place)["properties"]["provisioningState"] == "Creating"
    double.advance(20)
    assert double.ok("GET", place)["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.parametrize("fault", [{"kind": "fire"}, {"kind": "status", "status": 500}, {"kind": "slow"}])
def test_a_fault_that_says_too_little_is_refused(double: Double, fault: dict[str, object]) -> None:
    assert double.http.post("/sandbox/faults", json=fault).status_code == 400


def test_an_unknown_setting_is_refused_with_the_known_ones(double: Double) -> None:
    answer = double.http.put("/sandbox/settings", json={"colour": "blue"})
    assert answer.status_code == 400
    assert "vcpu_limits" in answer.json()["error"]


def test_a_setting_is_taken_back_by_null(double: Double) -> None:
    double.settings(page_length=1)
    double.settings(page_length=None)
    assert "page_length" not in double.http.get("/sandbox/settings").json()


def test_the_journal_holds_requests_in_order_without_secrets(double: Double) -> None:
    vault, secret = double.place("Microsoft.KeyVault/vaults", "kv-speech"), f"planted-{uuid.uuid4()}"
    properties = {"tenantId": double.who.tenant_id, "sku": {"family": "A", "name": "standard"}}
    double.ok("PUT", vault, {"location": "westeurope", "properties": properties})
    double.ok("PUT", f"{vault}/secrets/key", {"properties": {"value": secret, "contentType": "text"}})
    answer = double.http.get("/sandbox/journal")
    puts = [each for each in answer.json() if each["method"] == "PUT"]
    assert [each["path"] for each in puts] == [double.group, vault, f"{vault}/secrets/key"]
    assert puts[-1]["body"] == {"properties": {"value": "***", "contentType": "text"}}
    assert (puts[-1]["status"], puts[-1]["api_version"]) == (201, "2024-11-01")
    assert secret not in answer.text
    later = double.http.get("/sandbox/journal", params={"after": puts[1]["number"]}).json()
    assert [each["path"] for each in later if each["method"] == "PUT"] == [f"{vault}/secrets/key"]


def test_usage_is_added_up_for_the_account_of_the_host(double: Double) -> None:
    keys = account(double)
    assert report(double, "contoso.cognitiveservices.azure.com", keys["key1"]) == (200, "Valid")
    assert report(double, "westeurope.api.cognitive.microsoft.com", keys["key2"]) == (200, "Valid")
    used = double.http.get("/sandbox/metering").json()
    assert list(used.values()) == [{"AudioSecondsTranscribed": 25.0}]


def test_a_key_is_checked_against_the_account_of_the_host(double: Double) -> None:
    mine, theirs = account(double), account(double, "other", "fabrikam")
    host = "contoso.cognitiveservices.azure.com"
    assert report(double, host, "nonsense") == (401, "Invalid")
    assert report(double, host, theirs["key1"]) == (401, "Mismatch")
    assert report(double, "eastus.api.cognitive.microsoft.com", mine["key1"])[0] == 404
    double.ok("POST", f"{double.place(ACCOUNT, 'acc')}/regenerateKey", {"keyName": "Key1"})
    assert report(double, host, mine["key1"]) == (401, "Invalid")
    assert report(double, host, mine["key2"]) == (200, "Valid")


def test_a_free_account_runs_out(double: Double) -> None:
    keys = account(double, sku={"name": "F0"})
    host = "contoso.cognitiveservices.azure.com"
    assert report(double, host, keys["key1"], 5 * 3600 + 1) == (200, "Valid")
    assert report(double, host, keys["key1"]) == (200, "OutOfQuota")
