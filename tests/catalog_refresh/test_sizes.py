"""Sizes from Microsoft.Compute."""

import copy
import json
from typing import Any

import pytest

from sandbox.home import REPOSITORY
from speech.catalog.vm_sizes import vm_size, vm_sizes
from speech.cli.catalog import retail
from speech.cli.catalog.skus import VARIABLE
from speech.files import stack_file
from speech.files.stack_file import FailedError
from speech.settings.faults import InvalidStackError
from tests.catalog_refresh.conftest import SUBSCRIPTION, Project, Run
from tests.catalog_refresh.doubles import Double, compute, item, sku
from tests.catalog_refresh.doubles import retail as retail_double

Skus = list[dict[str, Any]]


def one(skus: Skus, name: str) -> dict[str, Any]:
    return next(each for each in skus if each["name"] == name)


def able(skus: Skus, name: str, capability: str, value: str) -> None:
    found = one(skus, name)["capabilities"]
    found[:] = [each for each in found if each["name"] != capability] + [{"name": capability, "value": value}]


def test_what_is_listed_as_it_is_known_changes_zones_alone(project: Project, run: Run, skus: Skus) -> None:
    before = vm_sizes()
    run(VARIABLE, compute(skus))
    found = project.refresh("sizes")
    assert {each.figure for each in found.changes} == {"zones westeurope"}
    size = vm_size("Standard_D8s_v5")
    assert size is not None
    assert dict(size.zones) == {"westeurope": ("1", "2", "3")}
    assert [(each.name, each.vcpus, each.as_of, each.sources) for each in vm_sizes()] == [
        (each.name, each.vcpus, each.as_of, each.sources) for each in before
    ]


def test_the_request_carries_subscription_region_and_token(project: Project, run: Run, skus: Skus) -> None:
    double = run(VARIABLE, compute(skus))
    project.refresh("sizes")
    path, query, headers = double.asked[0]
    assert path == f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/skus"
    assert query["$filter"] == "location eq 'westeurope'"
    assert headers["Authorization"] == "Bearer a-token"
    assert len(double.asked) == 2


def test_an_unknown_size_of_a_known_family_is_added_with_its_price(
    project: Project, run: Run, skus: Skus, prices: list[dict[str, Any]]
) -> None:
    skus.append(sku("Standard_D96s_v5", "standardDSv5Family", 96, 384, MaxResourceVolumeMB="0"))
    run(VARIABLE, compute(skus))
    run(retail.VARIABLE, retail_double([*prices, item("Standard_D96s_v5", 5.52)]))
    found = project.refresh("sizes", "prices")
    size = vm_size("Standard_D96s_v5")
    assert size is not None
    assert (size.vcpus, size.memory_gib, size.family, size.avx2) == (96, 384, "standardDSv5Family", True)
    assert (size.hourly_usd("westeurope"), size.price_dates["westeurope"]) == (5.52, found.as_of)
    assert (size.as_of, size.sources[-1]) == (found.as_of, "Microsoft.Compute resource SKUs (" + size.sources[-1][33:])
    rows = [row for row in project.document("vm_sizes")["sizes"] if row["name"] == "Standard_D96s_v5"]
    assert len(rows) == 1


def test_a_second_refresh_finds_nothing_new(
    project: Project, run: Run, skus: Skus, prices: list[dict[str, Any]]
) -> None:
    skus.append(sku("Standard_D96s_v5", "standardDSv5Family", 96, 384))
    run(VARIABLE, compute(skus))
    run(retail.VARIABLE, retail_double([*prices, item("Standard_D96s_v5", 5.52)]))
    project.refresh("sizes", "prices")
    before = project.document("vm_sizes")
    assert project.refresh("sizes", "prices").changes == ()
    assert project.document("vm_sizes") == before


def test_a_size_of_an_unknown_family_is_left_out_and_told(project: Project, run: Run, skus: Skus) -> None:
    skus.append(sku("Standard_D8s_v9", "standardDSv9Family", 8, 32))
    run(VARIABLE, compute(skus))
    found = project.refresh("sizes")
    assert vm_size("Standard_D8s_v9") is None
    assert found.notes == ("1 other families are listed: without CPU, clock and AVX2 they are left out",)


def test_a_size_that_a_region_does_not_offer_is_kept_and_marked(project: Project, run: Run, skus: Skus) -> None:
    run(VARIABLE, compute([each for each in skus if each["name"] != "Standard_F8s_v2"]))
    project.refresh("sizes")
    size = vm_size("Standard_F8s_v2")
    assert size is not None
    assert size.zones["westeurope"] is None
    assert size.hourly_usd("eastus") == 0.338


def test_what_a_subscription_may_not_have_is_not_offered(project: Project, run: Run, skus: Skus) -> None:
    skus = copy.deepcopy(skus)
    one(skus, "Standard_F8s_v2")["restrictions"] = [{"type": "Location", "reasonCode": "NotAvailableForSubscription"}]
    one(skus, "Standard_D8s_v5")["restrictions"] = [{"type": "Zone", "restrictionInfo": {"zones": ["2"]}}]
    run(VARIABLE, compute(skus))
    project.refresh("sizes")
    refused, narrowed = vm_size("Standard_F8s_v2"), vm_size("Standard_D8s_v5")
    assert refused is not None
    assert narrowed is not None
    assert (refused.zones["westeurope"], narrowed.zones["westeurope"]) == (None, ("1", "3"))


def test_a_plan_takes_no_size_that_the_region_does_not_offer_and_refuses_a_named_one(
    project: Project, run: Run, skus: Skus
) -> None:
    file = project.folder / "Pulumi.dev.yaml"
    file.write_text((REPOSITORY / "stacks" / "Pulumi.sandbox.yaml").read_text())
    (before,) = stack_file.planned(file)[1].node_pools
    skus = copy.deepcopy([each for each in skus if each["name"] != before.vm_size])
    one(skus, "Standard_D8s_v5")["restrictions"] = [{"type": "Zone", "restrictionInfo": {"zones": ["2"]}}]
    run(VARIABLE, compute(skus))
    project.refresh("sizes")
    (after,) = stack_file.planned(file)[1].node_pools
    assert after.vm_size != before.vm_size
    target = "  speech:target:\n    kind: aks\n"
    assert target in file.read_text()
    file.write_text(file.read_text().replace(target, f"{target}    vm_size: {before.vm_size}\n"))
    with pytest.raises(InvalidStackError) as refused:
        stack_file.planned(file)
    (fault,) = refused.value.faults
    assert fault.path == "speech:target.vm_size"
    assert fault.message.startswith(f"{before.vm_size} is not offered in westeurope, or not to the subscription")
    size = vm_size("Standard_D8s_v5")
    assert size is not None
    assert size.place_fault("westeurope", ["1", "2"]) == "is not offered in zone 2 of westeurope: only in 1, 3"
    assert size.place_fault("westeurope", ["1", "3"]) is None
    assert size.place_fault("eastus", ["1", "2"]) is None


def test_a_shape_that_differs_is_taken_with_its_source_and_date(project: Project, run: Run, skus: Skus) -> None:
    able(skus, "Standard_F8s_v2", "MemoryGB", "17")
    able(skus, "Standard_F8s_v2", "MaxResourceVolumeMB", str(65 * 1024))
    run(VARIABLE, compute(skus))
    found = project.refresh("sizes")
    size = vm_size("Standard_F8s_v2")
    assert size is not None
    assert (size.memory_gib, size.temp_disk_gib, size.os_cache_gib) == (17, 65, 128)
    assert size.as_of == found.as_of
    assert ("Standard_F8s_v2", "memory_gib", 16.0, 17.0) in {
        (each.row, each.figure, each.old, each.new) for each in found.changes if not isinstance(each.new, list)
    }


def test_an_ephemeral_disk_is_learnt_where_all_sizes_of_the_family_agree(
    project: Project, run: Run, skus: Skus
) -> None:
    known = vm_size("Standard_F8as_v7")
    assert known is not None
    assert known.ephemeral_os_disk is None
    names = [size.name for size in vm_sizes() if size.series == "Fasv7"]
    for name in names:
        able(skus, name, "EphemeralOSDiskSupported", "True")
    run(VARIABLE, compute(skus))
    project.refresh("sizes")
    size = vm_size("Standard_F8as_v7")
    assert size is not None
    assert size.ephemeral_os_disk is True
    assert set(known.sources) < set(size.sources)


def test_a_list_without_any_of_our_sizes_is_an_error(project: Project, run: Run) -> None:
    run(VARIABLE, compute([sku("Standard_D8s_v9", "standardDSv9Family", 8, 32)]))
    with pytest.raises(FailedError, match=r"lists no size of the catalogue in westeurope\. Nothing was changed"):
        project.refresh("sizes")


@pytest.mark.parametrize("value", ["many", None])
def test_a_shape_that_cannot_be_read_is_an_error(project: Project, run: Run, skus: Skus, value: str | None) -> None:
    found = one(skus, "Standard_F8s_v2")["capabilities"]
    found[:] = [each for each in found if each["name"] != "vCPUs"] + (
        [{"name": "vCPUs", "value": value}] if value else []
    )
    run(VARIABLE, compute(skus))
    with pytest.raises(FailedError, match="lists Standard_F8s_v2 with no readable"):
        project.refresh("sizes")
    assert not (project.folder / "catalog").exists()


def test_a_list_of_another_form_is_an_error(project: Project, run: Run) -> None:
    run(VARIABLE, Double(lambda _, __: (200, {}, json.dumps(["x"]).encode())))
    with pytest.raises(FailedError, match="answers with something else than a JSON object"):
        project.refresh("sizes")
