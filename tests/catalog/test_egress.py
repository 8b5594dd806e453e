import pytest

from speech.catalog import egress, regions


def hosts(cloud: str, region: str, *uses: str, custom_domain: str | None = None) -> list[str | None]:
    return [destination.host for destination in egress.egress(cloud, region, uses, custom_domain)]


def test_metering_goes_to_the_region_and_to_the_custom_domain() -> None:
    assert hosts("public", "westeurope", "metering", custom_domain="contoso") == [
        "westeurope.api.cognitive.microsoft.com",
        "contoso.cognitiveservices.azure.com",
    ]


def test_without_a_custom_domain_only_the_regional_host_is_needed() -> None:
    assert hosts("public", "westeurope", "metering") == ["westeurope.api.cognitive.microsoft.com"]


def test_metering_hosts_agree_with_the_clouds() -> None:
    for region in regions.regions().values():
        named = hosts(region.cloud.name, region.name, "metering", custom_domain="x")
        assert named == [region.metering_host, region.cloud.account_host.format(name="x")]


def test_images_come_from_the_registry_and_its_data_hosts() -> None:
    assert hosts("public", "eastus", "registry") == ["mcr.microsoft.com", "*.data.mcr.microsoft.com"]
    assert "mcr.azure.cn" in hosts("china", "chinaeast2", "registry")


def test_a_destination_of_two_uses_is_listed_once() -> None:
    assert hosts("public", "eastus", "aks", "identity").count("login.microsoftonline.com") == 1


def test_destinations_stand_in_the_order_of_the_uses() -> None:
    assert hosts("public", "eastus", "key-vault", "metering") == [
        "*.vault.azure.net",
        "eastus.api.cognitive.microsoft.com",
    ]


def test_a_private_cluster_does_without_the_public_api_host() -> None:
    assert not any("hcp" in (host or "") for host in hosts("public", "eastus", "aks"))
    assert hosts("public", "eastus", "aks-public-api") == ["*.hcp.eastus.azmk8s.io"]


def test_hosts_of_model_files_are_not_known() -> None:
    assert hosts("public", "eastus", "model-download") == [None]


def test_a_use_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        egress.egress("public", "eastus", ["telemetry"])


def test_every_use_has_a_destination_in_the_public_cloud() -> None:
    assert all(hosts("public", "eastus", use) for use in egress.all_uses())


def test_no_template_is_left_unfilled() -> None:
    for cloud, region in (("public", "eastus"), ("usgovernment", "usgovvirginia"), ("china", "chinaeast2")):
        for host in hosts(cloud, region, *egress.all_uses(), custom_domain="contoso"):
            assert "{" not in (host or "")


def test_every_destination_says_why_and_by_whose_word() -> None:
    for destination in egress.egress("public", "eastus", egress.all_uses(), "contoso"):
        assert destination.reason
        assert destination.source
