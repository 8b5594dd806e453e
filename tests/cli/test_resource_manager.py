"""Where Azure Resource Manager answers, and how its lists are read."""

from typing import Any

import pytest

from speech import resource_manager
from speech.resource_manager import ResourceManager, listed

PUBLIC = ResourceManager("https://management.azure.com", "login.microsoftonline.com")
PAGES: dict[str, Any] = {
    "https://management.azure.com/tiers": {"value": [1], "nextLink": "https://management.azure.com/tiers?page=2"},
    "https://management.azure.com/tiers?page=2": {"value": [2]},
    "https://management.azure.com/elsewhere": {"value": [1], "nextLink": "https://somebody.example/tiers"},
}


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("westeurope", "https://management.azure.com"),
        ("West Europe", "https://management.azure.com"),
        ("chinaeast2", "https://management.chinacloudapi.cn"),
        ("usgovvirginia", "https://management.usgovcloudapi.net"),
        ("nowhere", "https://management.azure.com"),
    ],
)
def test_every_cloud_has_a_resource_manager_of_its_own(location: str, url: str) -> None:
    assert resource_manager.resource_manager(location, None).url == url


def test_metadata_that_the_provider_was_pointed_at_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"resourceManager": "https://here:1/", "authentication": {"loginEndpoint": "https://here:1/login"}}
    asked: list[str] = []
    monkeypatch.setattr(resource_manager, "read", lambda url: asked.append(url) or told)
    found = resource_manager.resource_manager("westeurope", "here:1")
    assert found == ResourceManager("https://here:1", "https://here:1/login")
    assert asked == ["https://here:1/metadata/endpoints?api-version=2022-09-01"]


@pytest.mark.parametrize(("path", "found"), [("tiers", [1, 2]), ("elsewhere", [1])])
def test_a_list_is_read_to_its_end_and_its_token_goes_to_no_other_host(
    monkeypatch: pytest.MonkeyPatch, path: str, found: list[int]
) -> None:
    monkeypatch.setattr(resource_manager, "read", lambda url, _: PAGES[url])
    assert listed(PUBLIC, path, "token") == found
