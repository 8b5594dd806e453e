"""The ARM application called in process: no port, no TLS, a clock that the test moves."""

import uuid
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import httpx
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sandbox.arm.app import arm_routes
from sandbox.arm.login import Login
from sandbox.arm.model import World
from sandbox.arm.store import Store
from sandbox.home import Credentials

VERSIONS = {
    "microsoft.resources": "2024-03-01",
    "microsoft.cognitiveservices": "2025-06-01",
    "microsoft.keyvault": "2024-11-01",
    "microsoft.managedidentity": "2023-01-31",
    "microsoft.authorization": "2022-04-01",
    "microsoft.containerservice": "2025-09-01",
    "microsoft.network": "2024-05-01",
    "microsoft.compute": "2024-07-01",
    "microsoft.insights": "2021-05-01-preview",
    "microsoft.operationalinsights": "2023-09-01",
    "microsoft.storage": "2024-01-01",
    "microsoft.containerregistry": "2023-01-01-preview",
    "microsoft.consumption": "2024-08-01",
    "microsoft.containerinstance": "2024-05-01-preview",
}
"""The versions azure-native 3.29 sends."""


class Double:
    """Requests with token and api-version filled in; `finish` ends what runs."""

    def __init__(self) -> None:
        self.who = Credentials(*(str(uuid.uuid4()) for _ in range(6)))
        self.world = World(Store(), self.who, "https://double.test", "authority")
        self.login = Login(self.world)
        self.http = TestClient(Starlette(routes=arm_routes(self.world)), base_url="https://double.test")
        self.subscription = f"/subscriptions/{self.who.subscription_id}"
        self.group = f"{self.subscription}/resourceGroups/speech"
        self.authorization = f"Bearer {self.login.access_token(self.world.url)}"

    def __enter__(self) -> Self:
        self.http.__enter__()
        self.ok("PUT", self.group, {"location": "westeurope"})
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.http.__exit__(kind, value, at)
        self.world.store.close()

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        version: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        namespace = path.lower().rpartition("/providers/")[2].split("/")[0] if "/providers/" in path else ""
        return self.http.request(
            method,
            path,
            params={"api-version": version or VERSIONS.get(namespace, VERSIONS["microsoft.resources"])},
            json=body,
            headers={"Authorization": self.authorization, **(headers or {})},
        )

    def ok(self, method: str, path: str, body: object = None, **how: Any) -> Any:
        """The answer's document; the request must succeed. What it set going is finished."""
        answer = self.send(method, path, body, **how)
        assert answer.is_success, answer.text
        self.finish()
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, body: object = None, **how: Any) -> tuple[int, str, str]:
        """(status, code, message) of a request that must be refused."""
        answer = self.send(method, path, body, **how)
        assert answer.is_error, answer.text
        error = answer.json().get("error") or answer.json()
        return answer.status_code, error["code"], error["message"]

    def finish(self) -> None:
        """Lets every running operation end."""
        self.advance(1)
        self.send("GET", self.subscription)

    def advance(self, seconds: float) -> None:
        self.http.post("/sandbox/clock", json={"advance_seconds": seconds})

    def settings(self, **values: object) -> None:
        assert self.http.put("/sandbox/settings", json=values).is_success

    def place(self, kind: str, name: str) -> str:
        """The id of a resource in the group: `place("Microsoft.Network/natGateways", "out")`."""
        return f"{self.group}/providers/{kind}/{name}"

    def vault(self, method: str, vault: str, path: str, body: object = None) -> httpx.Response:
        """A request to a vault's data plane, by the sandbox's own service principal."""
        token = self.login.access_token("https://vault.azure.net")
        headers = {"Host": f"{vault}.vault.azure.net", "Authorization": f"Bearer {token}"}
        return self.http.request(method, path, json=body, headers=headers)
