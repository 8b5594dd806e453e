import pytest

from speech.catalog.vm_sizes import VmSize, nearest, vm_size, vm_sizes


def size(name: str) -> VmSize:
    found = vm_size(name)
    assert found is not None
    return found


def test_letter_case_of_a_size_does_not_matter() -> None:
    assert size("standard_d8S_V5") is size("Standard_D8s_v5")


def test_a_size_that_is_not_listed_is_none() -> None:
    assert vm_size("Standard_D8s_v99") is None


def test_a_misspelt_size_has_a_nearest_one() -> None:
    assert nearest("Standard_D8_v5") == "Standard_D8s_v5"


@pytest.mark.parametrize("name", ["Standard_D8s_v3", "Standard_DS13_v2", "Standard_D8as_v4"])
def test_a_documented_base_clock_below_2_6_ghz_is_a_fault(name: str) -> None:
    assert "2.6 GHz" in (size(name).clock_fault() or "")


def test_the_fault_names_the_clock() -> None:
    assert (size("Standard_D8s_v3").clock_fault() or "").startswith("has a base clock of 2.1 GHz")


@pytest.mark.parametrize("name", ["Standard_D8s_v5", "Standard_F16s_v2", "Standard_D8as_v5"])
def test_a_documented_turbo_of_2_6_ghz_passes_without_a_word(name: str) -> None:
    assert size(name).clock_fault() is None
    assert size(name).clock_warning() is None


@pytest.mark.parametrize("name", ["Standard_D8s_v6", "Standard_D16as_v6", "Standard_F8as_v7"])
def test_no_clock_at_all_passes_with_a_warning(name: str) -> None:
    assert size(name).clock_fault() is None
    assert "inferred" in (size(name).clock_warning() or "")


def test_an_arm_size_is_refused_for_its_architecture_not_its_clock() -> None:
    arm = size("Standard_D8ps_v5")
    assert arm.clock_fault() is None
    assert "ARM64" in (arm.host_fault() or "")


def test_no_arm_size_has_avx2_and_no_page_documents_it_for_the_others() -> None:
    for candidate in vm_sizes():
        assert candidate.avx2_basis == ("none" if candidate.architecture == "arm64" else "inferred"), candidate.name
        assert candidate.avx2 == (candidate.architecture == "x64")


def test_a_good_size_has_no_host_fault() -> None:
    assert size("Standard_D8as_v5").host_fault() is None


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Standard_D8as_v5", "standardDASv5Family"),
        ("Standard_D16s_v5", "standardDSv5Family"),
        ("Standard_F8s_v2", "standardFSv2Family"),
        ("Standard_D8as_v6", "standardDav6Family"),
        ("Standard_NC16as_T4_v3", "Standard NCASv3_T4 Family"),
    ],
)
def test_quota_families_are_named_as_in_the_usages_api(name: str, family: str) -> None:
    assert size(name).family == family


def test_retirements_are_dated() -> None:
    assert size("Standard_F8s_v2").retires == "2028-11-15"
    assert size("Standard_DS13_v2").retires == "2028-05-01"
    assert size("Standard_D8s_v5").retires is None


def test_burstable_sizes_are_marked() -> None:
    assert {candidate.series for candidate in vm_sizes() if candidate.burstable} == {"Bsv2"}


def test_list_prices_of_east_us() -> None:
    prices = {name: size(f"Standard_{name}").hourly_usd("eastus") for name in ("F8s_v2", "D8s_v5", "D8as_v5", "E8s_v5")}
    assert prices == {"F8s_v2": 0.338, "D8s_v5": 0.384, "D8as_v5": 0.344, "E8s_v5": 0.504}


def test_a_windows_price_is_not_taken_for_a_linux_one() -> None:
    contaminated = size("Standard_D8as_v5")
    assert contaminated.hourly_usd("northeurope") is None
    assert contaminated.estimated_usd("northeurope") == 0.384


def test_a_region_without_prices_is_estimated_by_the_dearest() -> None:
    known = size("Standard_D8s_v5")
    assert known.hourly_usd("brazilsouth") is None
    assert known.estimated_usd("brazilsouth") == max(known.prices.values())


def test_an_ephemeral_disk_fits_the_larger_of_cache_and_temporary_disk() -> None:
    assert size("Standard_D8ds_v5").ephemeral_os_disk_gib == 300
    assert size("Standard_F8s_v2").ephemeral_os_disk_gib == 128
    assert size("Standard_D8s_v5").ephemeral_os_disk_gib is None


def test_a_series_costs_the_same_for_each_core() -> None:
    """A guard against a price of another operating system in one row."""
    by_series: dict[tuple[str, str], list[float]] = {}
    for candidate in vm_sizes():
        for region, usd in candidate.prices.items():
            by_series.setdefault((candidate.series, region), []).append(usd / candidate.vcpus)
    for key, each in by_series.items():
        assert max(each) / min(each) < 1.12, key


@pytest.mark.parametrize(
    ("name", "vcpus", "memory_gib", "gpu", "gpus"),
    [
        ("Standard_NC8as_T4_v3", 8, 56, "NVIDIA T4", 1),
        ("Standard_NC64as_T4_v3", 64, 440, "NVIDIA T4", 4),
        ("Standard_NC24ads_A100_v4", 24, 220, "NVIDIA A100", 1),
        ("Standard_NC96ads_A100_v4", 96, 880, "NVIDIA A100", 4),
        ("Standard_NV36ads_A10_v5", 36, 440, "NVIDIA A10", 1),
        ("Standard_NV72ads_A10_v5", 72, 880, "NVIDIA A10", 2),
    ],
)
def test_sizes_with_gpus_have_whole_ones_of_a_t4_or_newer(
    name: str, vcpus: int, memory_gib: float, gpu: str, gpus: int
) -> None:
    found = size(name)
    assert (found.vcpus, found.memory_gib, found.gpu, found.gpus) == (vcpus, memory_gib, gpu, gpus)
    assert found.host_fault() is None


def test_a_size_has_gpus_where_it_names_one() -> None:
    assert all((candidate.gpu is not None) == (candidate.gpus > 0) for candidate in vm_sizes())
