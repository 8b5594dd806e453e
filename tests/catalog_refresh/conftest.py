"""A project of its own for each test, and services that answer what the test sets."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from azure.core.credentials import AccessToken

from operations import azure
from speech.catalog import documents
from speech.catalog.kinds import kinds
from speech.catalog.tags import tags
from speech.catalog.vm_sizes import vm_sizes
from speech.cli.catalog import refresh as refreshing
from speech.cli.catalog import service
from speech.cli.catalog.refresh import Refreshed
from tests.catalog_refresh import doubles
from tests.catalog_refresh.doubles import Double

NOISE = 11
"""Items before the first that is a price of ours."""
SUBSCRIPTION = "11111111-2222-4333-8444-555555555555"


class Credential:
    """Whoever runs the command, logged in."""

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        assert scopes == ("https://management.azure.com/.default",)
        return AccessToken("a-token", 4_000_000_000)


@dataclass
class Project:
    """A folder with Pulumi.yaml, from which the catalogue is read and refreshed."""

    folder: Path

    def refresh(
        self, *parts: str, region: str = "westeurope", write: bool = True, out: Path | None = None
    ) -> Refreshed:
        return refreshing.refresh(parts, [region], out, write=write)

    def document(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.folder / "catalog" / f"{name}.json").read_text())
        return content


Run = Callable[..., Double]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: python\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(documents.VARIABLE, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(service, "_RETRIES", {**service._RETRIES, "retry_backoff_factor": 0})
    place = azure.Azure("https://management.azure.com", SUBSCRIPTION, Credential())
    monkeypatch.setattr(azure, "azure", lambda _: place)
    documents.forget()
    yield Project(tmp_path)
    monkeypatch.undo()
    documents.forget()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a double as the service that a variable names, until the test is over."""
    with ExitStack() as stack:

        def start(variable: str, double: AbstractContextManager[Double] | Double) -> Double:
            running: Double = stack.enter_context(double.running())  # type: ignore[union-attr]
            monkeypatch.setenv(variable, running.url)
            return running

        yield start


@pytest.fixture
def prices() -> list[dict[str, Any]]:
    """What the Retail Prices API has when it has what the catalogue has, and things that are no price of ours."""
    found = [doubles.item(size.name, size.prices["westeurope"]) for size in vm_sizes() if "westeurope" in size.prices]
    noise = [
        doubles.item("Standard_D8s_v5", 0.9, productName="Virtual Machines Dsv5 Series Windows"),
        doubles.item("Standard_D8s_v5", 0.05, skuName="D8s v5 Spot", meterName="D8s v5 Spot"),
        doubles.item("Standard_D8s_v5", 0.04, skuName="D8s v5 Low Priority", meterName="D8s v5 Low Priority"),
        doubles.item("Standard_D8s_v5", 0.3, type="Reservation", reservationTerm="1 Year"),
        doubles.item("Standard_D8s_v5", 0.46, productName="Dsv5 Series Cloud Services", serviceName="Cloud Services"),
        doubles.item("Standard_D8s_v5", 0.7, effectiveStartDate="2099-01-01T00:00:00Z"),
        doubles.item("Standard_D8s_v5", 0.7, effectiveStartDate="2019-01-01T00:00:00Z"),
        doubles.item("Standard_D8s_v5", 0.384, "eastus"),
        doubles.item("Standard_D8s_v5", 0.42, currencyCode="EUR"),
        doubles.item("Standard_D8s_v5", 0.31, tierMinimumUnits=1000.0),
        doubles.item("Standard_D8s_v5", 0.0),
    ]
    assert len(noise) == NOISE
    return noise + found


@pytest.fixture
def skus() -> list[dict[str, Any]]:
    """What Microsoft.Compute lists when it lists what the catalogue has."""
    return [
        doubles.sku(
            size.name,
            size.family.upper(),
            size.vcpus,
            size.memory_gib,
            CpuArchitectureType="Arm64" if size.architecture == "arm64" else "x64",
            EphemeralOSDiskSupported=None if size.ephemeral_os_disk is None else str(size.ephemeral_os_disk),
            MaxResourceVolumeMB=str((size.temp_disk_gib or 0) * 1024),
            GPUs=str(size.gpus),
        )
        for size in vm_sizes()
    ]


@pytest.fixture
def listed() -> dict[str, list[str]]:
    """What the registry lists when it lists what the catalogue has."""
    return {
        kind.repository.rpartition("/")[2]: [*tags(kind.name).by_tag, "latest"]
        for kind in kinds().values()
        if not kind.retired
    }
