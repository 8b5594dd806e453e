import pytest

from speech.catalog import aks, prices


def test_an_audio_hour_costs_a_dollar() -> None:
    assert prices.meter_usd("speech-to-text") == 1.00
    assert prices.meter("speech-to-text").unit == "audio hour"


def test_a_million_characters_cost_fifteen() -> None:
    assert prices.meter_usd("neural-text-to-speech") == 15.00
    assert prices.meter("neural-text-to-speech").unit == "million characters"


def test_a_price_that_no_source_has_is_none() -> None:
    assert prices.meter_usd("fast-transcription") is None
    assert prices.service("log-analytics-ingestion", "eastus") is None


def test_a_meter_or_service_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        prices.meter("video")
    with pytest.raises(KeyError):
        prices.service("video", "eastus")


def test_commitment_tiers_grow_and_their_hour_gets_cheaper() -> None:
    for name in ("speech-to-text", "custom-speech-to-text", "neural-text-to-speech"):
        tiers = prices.commitments(name)
        assert len(tiers) == 3
        each = [tier.usd_a_month / tier.included for tier in tiers]
        assert each == sorted(each, reverse=True)
        assert all(unit < (prices.meter_usd(name) or 0) for unit in each)


def test_two_thousand_hours_cost_1520_a_month() -> None:
    tier = prices.commitments("speech-to-text")[0]
    assert (tier.included, tier.usd_a_month, tier.overage_usd) == (2000, 1520, 0.76)


def test_nothing_is_sold_in_advance_for_language_identification() -> None:
    assert prices.commitments("language-identification") == ()


def test_a_region_without_its_own_price_gets_a_marked_estimate() -> None:
    here, elsewhere = (prices.service("disk-P15", region) for region in ("eastus", "westeurope"))
    assert here is not None
    assert elsewhere is not None
    assert (here.estimated, elsewhere.estimated) == (False, True)


def test_an_estimate_is_the_dearest_known_price() -> None:
    price = prices.service("container-instance-vcpu", "westeurope")
    assert price is not None
    assert price.usd == 0.0466


def test_a_price_of_everywhere_is_no_estimate() -> None:
    price = prices.service("public-ip", "uksouth")
    assert price is not None
    assert (price.usd, price.estimated) == (0.005, False)


def test_every_default_os_disk_has_a_price() -> None:
    for disk in aks.os_disks():
        assert prices.service(f"disk-{disk.tier}", "eastus") is not None


def test_the_premium_tier_costs_sixty_cents_an_hour() -> None:
    assert aks.tier_usd_an_hour("Premium") == 0.60


def test_the_date_of_the_prices_is_that_of_the_machines() -> None:
    assert prices.as_of() == "2026-06-18"
