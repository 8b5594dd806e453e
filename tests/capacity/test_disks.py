"""Where a node's system and its images lie."""

import pytest

from speech.capacity.disks import Disk, disk, needed_gib, usd_a_month
from speech.catalog.vm_sizes import VmSize, vm_size


def size(name: str) -> VmSize:
    found = vm_size(name)
    assert found is not None
    return found


def test_a_node_has_room_for_the_images_that_run_and_for_those_that_replace_them() -> None:
    assert needed_gib([10], most_pods=1) == 60 + 20
    assert needed_gib([10, 4, 8], most_pods=2) == 60 + 2 * (10 + 8), "the largest that run at once"


def test_images_lie_on_the_nodes_own_disk_where_it_has_room() -> None:
    assert disk(size("Standard_D8ds_v5"), 80, "auto") == Disk(128, "P10", ephemeral=True)  # 300 GiB of its own
    assert disk(size("Standard_D8ds_v5"), 400, "auto") == Disk(512, "P20", ephemeral=False)


def test_a_managed_disk_is_what_aks_gives_by_cores_unless_the_images_need_more() -> None:
    assert disk(size("Standard_D8as_v5"), 80, "auto") == Disk(256, "P15", ephemeral=False)  # concepts-storage, 2024-05
    assert disk(size("Standard_D8as_v5"), 300, "auto") == Disk(512, "P20", ephemeral=False)
    assert disk(size("Standard_D8ds_v5"), 80, "managed") == Disk(256, "P15", ephemeral=False)


def test_an_ephemeral_disk_is_not_to_be_had_where_a_size_has_no_place_for_it() -> None:
    assert disk(size("Standard_D8as_v5"), 80, "ephemeral") is None
    assert disk(size("Standard_D8ds_v5"), 80, "ephemeral") == Disk(128, "P10", ephemeral=True)


@pytest.mark.parametrize(("region", "estimated"), [("eastus", False), ("westeurope", True)])
def test_a_disks_price_is_an_estimate_where_only_another_region_has_one(region: str, estimated: bool) -> None:
    price = usd_a_month(Disk(256, "P15", ephemeral=False), region)
    assert price is not None
    assert price.estimated is estimated
    assert price.low == pytest.approx(38.01, abs=0.01)  # retail prices, eastus, 2026-09-20
    assert (price.known is None) is estimated


def test_an_ephemeral_disk_costs_nothing_beside_its_node() -> None:
    price = usd_a_month(Disk(128, "P10", ephemeral=True), "westeurope")
    assert price is not None
    assert price.known == (0, 0)
