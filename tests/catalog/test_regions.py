from speech.catalog import regions


def test_33_public_regions_have_speech() -> None:
    names = [region.name for region in regions.regions().values() if region.cloud.name == "public"]
    assert len(names) == 33


def test_sovereign_regions_belong_to_their_clouds() -> None:
    clouds = {region.name: region.cloud.name for region in regions.regions().values()}
    assert clouds["usgovvirginia"] == "usgovernment"
    assert clouds["chinanorth3"] == "china"


def test_a_region_may_be_written_as_it_is_displayed() -> None:
    assert regions.region("West Europe") is regions.region("westeurope")


def test_a_region_without_speech_is_none() -> None:
    assert regions.region("spaincentral") is None
    assert regions.region("southindia") is None


def test_a_misspelt_region_has_a_nearest_one() -> None:
    assert regions.nearest_region("westeurop") == "westeurope"
    assert regions.nearest_region("West Eurpe") == "westeurope"


def test_the_metering_host_goes_by_region_and_cloud() -> None:
    hosts = [
        region.metering_host
        for name in ("westeurope", "usgovvirginia", "chinaeast2")
        if (region := regions.region(name))
    ]
    assert hosts == [
        "westeurope.api.cognitive.microsoft.com",
        "usgovvirginia.api.cognitive.microsoft.us",
        "chinaeast2.api.cognitive.azure.cn",
    ]


def test_every_cloud_names_its_private_zones() -> None:
    for cloud in regions.clouds().values():
        assert set(cloud.private_dns) == {"account", "vault", "registry", "cluster"}


def test_disconnected_containers_are_sold_in_the_public_cloud_only() -> None:
    assert [name for name, cloud in regions.clouds().items() if cloud.sells_disconnected] == ["public"]
    assert "DC0" not in regions.clouds()["china"].skus


def test_custom_training_hardware_is_not_everywhere() -> None:
    trains = {region.name for region in regions.regions().values() if region.custom_training}
    assert "westeurope" in trains
    assert "swedencentral" not in trains
