from speech.catalog import aks


def test_an_eight_core_node_has_7_82_cpu_to_give() -> None:
    assert aks.allocatable(8, 32, max_pods=30, kubernetes="1.35").cpu == 7.82


def test_four_and_sixteen_core_nodes_follow_the_documented_columns() -> None:
    assert aks.allocatable(4, 16, max_pods=30, kubernetes="1.35").cpu == 3.86
    assert aks.allocatable(16, 64, max_pods=30, kubernetes="1.35").cpu == 15.74


def test_cpu_between_two_columns_is_interpolated() -> None:
    assert aks.allocatable(12, 48, max_pods=30, kubernetes="1.35").cpu == 12 - 0.22


def test_cpu_beyond_the_table_goes_on_with_its_last_slope() -> None:
    assert aks.allocatable(96, 384, max_pods=30, kubernetes="1.35").cpu == 96 - 1.06


def test_the_page_s_own_example_of_8_gb_and_30_pods() -> None:
    node = aks.allocatable(2, 8, max_pods=30, kubernetes="1.29")
    assert abs(node.memory_gib - 7.25) < 0.05  # the page rounds to 0.65 and 0.1 GB


def test_reserved_memory_is_capped_at_a_quarter() -> None:
    node = aks.allocatable(2, 4, max_pods=70, kubernetes="1.29")
    assert node.memory_gib == round(4 - 1 - 100 / 1024, 2)


def test_the_page_s_example_for_versions_before_1_29() -> None:
    node = aks.allocatable(2, 7, max_pods=30, kubernetes="1.28.9")
    assert abs(7 - node.memory_gib - 2.35) < 0.025  # the page reads 750 Mi as 0.75 GB


def test_more_than_128_gib_is_reserved_at_2_percent_before_1_29() -> None:
    small, large = (aks.allocatable(64, gib, max_pods=30, kubernetes="1.28").memory_gib for gib in (128, 228))
    assert round(large - small, 2) == 98


def test_the_default_250_pods_cost_memory_that_30_keep() -> None:
    few, many = (aks.allocatable(8, 32, pods, "1.35").memory_gib for pods in (30, 250))
    assert round(few - many, 1) == 4.3


def test_a_planning_pod_still_fits_an_eight_core_node_after_the_daemonsets() -> None:
    node = aks.usable(8, 32, max_pods=30, kubernetes="1.35")
    assert node.cpu >= 7
    assert node.memory_gib >= 16


def test_a_16_gib_pod_does_not_fit_a_16_gib_node() -> None:
    assert aks.allocatable(8, 16, max_pods=30, kubernetes="1.35").memory_gib < 16


def test_what_is_left_of_a_tiny_node_is_never_negative() -> None:
    left = aks.usable(1, 1, max_pods=30, kubernetes="1.35")
    assert left.cpu >= 0
    assert left.memory_gib == 0


def test_default_os_disks_grow_with_the_cores() -> None:
    assert [aks.os_disk(vcpus).gib for vcpus in (4, 8, 15, 16, 64, 96)] == [128, 256, 256, 512, 1024, 1024]


def test_the_standard_tier_costs_ten_cents_an_hour_and_has_an_sla() -> None:
    assert aks.tier("standard").usd_per_hour == 0.10
    assert aks.tier("Standard").sla
    assert not aks.tier("Free").sla
