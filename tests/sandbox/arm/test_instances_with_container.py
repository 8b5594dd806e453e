"""Container groups on the running server, with the real container double in them."""

import time
import uuid
from typing import Any

import httpx
import pytest

from sandbox.home import prepare
from tests.sandbox.arm.azure_clients import Azure

MCR = "mcr.microsoft.com/azure-cognitive-services/speechservices"
VERSIONS = {"ContainerInstance": "2024-05-01-preview", "Storage": "2024-01-01"}
SHARES = ("license", "output", "models")


class Place:
    """A resource group with an account, shares and groups; requests go as any client of Azure would send them."""

    def __init__(self, azure: Azure, group: str) -> None:
        self.azure, self.group = azure, group
        self.files = f"files{uuid.uuid4().hex[:12]}"
        self.account, self.key = "", ""
        self.send("PUT", "Storage", f"storageAccounts/{self.files}", SMALL_STORAGE)
        for share in SHARES:
            self.send("PUT", "Storage", f"storageAccounts/{self.files}/fileServices/default/shares/{share}", {})
        keys = self.send("POST", "Storage", f"storageAccounts/{self.files}/listKeys", {})
        self.file_key = keys["keys"][0]["value"]

    def send(self, method: str, service: str, path: str, body: object) -> Any:
        who, url = prepare(self.azure.server.home), self.azure.server.url
        at = f"/subscriptions/{who.subscription_id}/resourceGroups/{self.group}/providers/Microsoft.{service}/{path}"
        token = self.azure.credential.get_token(f"{url}/.default").token
        answer = self.azure.control.request(
            method,
            at,
            params={"api-version": VERSIONS[service]},
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def set_account(self, sku: str) -> None:
        """An account of that SKU, whose key and host containers get."""
        self.account = f"contoso-{uuid.uuid4().hex[:8]}"
        wanted = {
            "location": "westeurope",
            "kind": "SpeechServices",
            "sku": {"name": sku},
            "properties": {"customSubDomainName": self.account},
        }
        self.azure.speech.accounts.begin_create(self.group, self.account, wanted).result()
        self.key = self.azure.speech.accounts.list_keys(self.group, self.account).key1

    def container(self, name: str, image: str, mounts: dict[str, str], **variables: str) -> dict[str, Any]:
        listed: list[dict[str, str]] = [{"name": "Eula", "value": "accept"}]
        for key, value in variables.items():
            kind = "secureValue" if key == "ApiKey" else "value"
            listed.append({"name": key, kind: value})
        inside = {
            "image": f"{MCR}/{image}",
            "environmentVariables": listed,
            "volumeMounts": [{"name": volume, "mountPath": path} for path, volume in mounts.items()],
        }
        return {"name": name, "properties": inside}

    def put(self, speech: dict[str, Any], *init: dict[str, Any], **properties: Any) -> None:
        size = {"requests": {"cpu": 4, "memoryInGB": 16}}
        speech["properties"] |= {"resources": size, "ports": [{"port": 5000}]}
        file = {"storageAccountName": self.files, "storageAccountKey": self.file_key}
        wanted = {
            "osType": "Linux",
            "containers": [speech],
            "initContainers": list(init),
            "ipAddress": {"type": "Public", "ports": [{"port": 5000}]},
            "volumes": [{"name": each, "azureFile": {**file, "shareName": each}} for each in SHARES],
            **properties,
        }
        path = f"containerGroups/{speech['name']}"
        self.send("PUT", "ContainerInstance", path, {"location": "westeurope", "properties": wanted})

    def row(self, name: str) -> dict[str, Any]:
        rows = self.azure.control.get("/sandbox/workloads").json()
        return next((row for row in rows if row["group"] == name and row["resource_group"] == self.group), {})

    def answers(self, name: str) -> str:
        """What /ready says once the container of the group serves."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            address = self.row(name).get("address")
            if address:
                answer = httpx.get(f"http://{address}/ready", trust_env=False)
                if answer.status_code == httpx.codes.OK:
                    return str(answer.json()["ready"])
            time.sleep(0.1)
        pytest.fail(f"{self.row(name)}")


SMALL_STORAGE = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}}


@pytest.fixture
def place(azure: Azure, group: str) -> Place:
    return Place(azure, group)


def test_a_disconnected_container_serves_with_the_licence_that_its_init_container_fetched(place: Place) -> None:
    place.set_account("DC0")
    plan = {"hostingModel": "DisconnectedContainer", "planType": "STT", "current": {"tier": "T1", "count": 1}}
    place.azure.speech.commitment_plans.create_or_update(
        place.group, place.account, "disconnected", {"properties": plan}
    )
    image, mounts = "speech-to-text:5.1.0-amd64-en-us", {"/license": "license", "/output": "output"}
    fetch = place.container(
        "license",
        image,
        mounts,
        Billing=f"https://{place.account}.cognitiveservices.azure.com",
        ApiKey=place.key,
        DownloadLicense="True",
        Mounts__License="/license",
    )
    serve = place.container("disconnected", image, mounts, Mounts__License="/license", Mounts__Output="/output")
    place.put(serve, fetch)
    assert place.answers("disconnected") == "ready"
    assert place.row("disconnected")["init"] == [
        {"name": "license", "state": "Terminated", "reason": "Completed", "exit_code": 0}
    ]
    shares = place.azure.server.home.shares / place.files
    assert [path.name for path in (shares / "license").iterdir()] == ["license.json"]


def test_a_licence_that_is_not_given_keeps_the_container_waiting(place: Place) -> None:
    place.set_account("DC0")
    image, mounts = "speech-to-text:5.1.0-amd64-en-us", {"/license": "license", "/output": "output"}
    fetch = place.container(
        "license",
        image,
        mounts,
        Billing=f"https://{place.account}.cognitiveservices.azure.com",
        ApiKey=place.key,
        DownloadLicense="True",
        Mounts__License="/license",
    )
    serve = place.container("refused", image, mounts, Mounts__License="/license", Mounts__Output="/output")
    place.put(serve, fetch, restartPolicy="Never")
    deadline = time.monotonic() + 60
    while not (said := (place.row("refused").get("init") or [{}])[0].get("exit_code")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    shown = place.send("GET", "ContainerInstance", "containerGroups/refused", None)["properties"]
    assert (said, shown["instanceView"]["state"]) == (1, "Failed")
    log = place.send("GET", "ContainerInstance", "containerGroups/refused/containers/license/logs", None)["content"]
    assert "ContainerUseUnauthorized" in log
    assert place.key not in log


def test_a_custom_model_is_downloaded_once_into_its_share(place: Place) -> None:
    place.set_account("S0")
    model = str(uuid.uuid4())
    serve = place.container(
        "custom",
        "custom-speech-to-text:5.1.0-amd64",
        {"/usr/local/models": "models"},
        Billing=f"https://{place.account}.cognitiveservices.azure.com",
        ApiKey=place.key,
        ModelId=model,
    )
    place.put(serve)
    assert place.answers("custom") == "ready"
    properties = place.azure.server.home.shares / place.files / "models" / "properties.json"
    assert model in properties.read_text()
    usage = place.azure.control.get("/sandbox/metering").json()
    assert any(key.endswith(f"/accounts/{place.account}") for key in usage)
