"""An Azure to speak to: the double's server, and the plugin told where it is."""

import ssl
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.home import prepare
from sandbox.plugins.azure_native.provider import AzureNative
from sandbox.running import Server
from tests.engine_harness import Project
from tests.sandbox.plugins.engine_double import Engine


class Azure:
    """The double's server: configuration of a plugin that speaks to it, and a hand on its control endpoints."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.who = prepare(server.home)
        self.http = httpx.Client(base_url=server.url, verify=ssl.create_default_context(cafile=server.home.ca_pem))
        self.config = {
            "metadataHost": server.url,
            "subscriptionId": self.who.subscription_id,
            "tenantId": self.who.tenant_id,
            "clientId": self.who.client_id,
            "clientSecret": self.who.client_secret,
        }
        entries = self.http.get("/sandbox/journal").json()
        self._start = entries[-1]["number"] if entries else 0

    def engine(self, token: str, name: str = "speech", plugin: AzureNative | None = None) -> Engine:
        """One resource type's calls, answered with the double behind."""
        return Engine(token, name, plugin, **self.config)

    def fault(self, **fault: Any) -> None:
        """Plant a fault for the next matching request."""
        assert self.http.post("/sandbox/faults", json=fault).is_success

    def settings(self, **settings: Any) -> None:
        assert self.http.put("/sandbox/settings", json=settings).is_success

    def requests(self, under: str = "") -> list[str]:
        """`METHOD last-segment status` of the requests to ARM and to vaults since this object was made."""
        entries = self.http.get("/sandbox/journal", params={"after": self._start}).json()
        return [
            f"{entry['method']} {entry['path'].rpartition('/')[2]} {entry['status']}"
            for entry in entries
            if under.lower() in entry["path"].lower()
        ]


@pytest.fixture
def azure(sandbox_server: Server, monkeypatch: pytest.MonkeyPatch) -> Azure:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox_server.home.ca_pem))
    return Azure(sandbox_server)


@pytest.fixture
def group(azure: Azure) -> str:
    """A resource group of the test's own, by name."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    azure.engine("resources:ResourceGroup").create({"resourceGroupName": name, "location": "westeurope"})
    return name


@pytest.fixture
def project(sandbox_server: Server, tmp_path: Path) -> Project:
    """A Pulumi project against the module's server, with an empty stack."""
    return Project(tmp_path / f"trial-{uuid.uuid4().hex[:8]}", sandbox_server)


@pytest.fixture
def everything_left(sandbox_server: Server) -> Callable[[], list[str]]:
    """Names of the files under the sandbox's home, its own store aside, that hold a text."""

    def search(text: str) -> list[str]:
        home = sandbox_server.home
        own = {home.arm_store.name, home.credentials.name}
        files = [path for path in home.root.rglob("*") if path.is_file() and path.name.split("-")[0] not in own]
        return [path.name for path in files if text.encode() in path.read_bytes()]

    return search
