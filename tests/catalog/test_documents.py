"""The data itself: every document obeys its schema, every row names a source and a date."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from speech.catalog import aks, documents, egress, kinds, limits, prices, regions, tags, vm_sizes
from speech.catalog.schema import SCHEMAS

DATA = Path(documents.__file__).with_name("data")
ROOT = DATA.parents[2]


def dicts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            yield from dicts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from dicts(inner, f"{path}[{index}]")


def test_every_document_has_a_schema() -> None:
    assert set(documents.names()) == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_document_obeys_its_schema(name: str) -> None:
    SCHEMAS[name].model_validate_json((DATA / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_source_is_a_key_of_the_document(name: str) -> None:
    content = documents.document(name)
    for path, row in dicts(content):
        named = row.get("source", [])
        for source in [named] if isinstance(named, str) else named:
            assert source in content["sources"], path


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_source_is_listed_in_vain(name: str) -> None:
    content = documents.document(name)
    named = {source for _, row in dicts(content) for source in _listed(row.get("source", []))}
    assert set(content["sources"]) == named


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_date_is_a_date_that_has_been(name: str) -> None:
    for path, row in dicts(documents.document(name)):
        if "as_of" in row:
            assert date(2019, 1, 1) <= date.fromisoformat(row["as_of"]) <= datetime.now(UTC).date(), path


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_has_a_source_has_a_date(name: str) -> None:
    for path, row in dicts(documents.document(name)):
        assert ("source" in row) == ("as_of" in row), path


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_document_stays_below_a_megabyte(name: str) -> None:
    assert (DATA / f"{name}.json").stat().st_size < 1_000_000


def test_no_two_rows_have_one_name() -> None:
    for name, key in (("kinds", "kinds"), ("vm_sizes", "sizes"), ("prices", "services"), ("limits", "limits")):
        named = [row["name"] for row in documents.document(name)[key]]
        assert len(named) == len(set(named)), name


def test_a_size_s_prices_stand_in_the_order_of_the_regions() -> None:
    content = documents.document("vm_sizes")
    families = {family["series"] for family in content["families"]}
    for size in content["sizes"]:
        assert len(size["usd_per_hour"]) == len(content["price_regions"]), size["name"]
        assert size["series"] in families
        known = dict(zip(content["price_regions"], size["usd_per_hour"], strict=True))
        assert all(known[region] is None for region in size.get("estimated", {})), size["name"]


def test_all_loads_together_take_under_20_ms() -> None:
    def load() -> float:
        for cached in (documents.document, kinds.kinds, tags.tags, vm_sizes.vm_sizes, regions.regions, regions.clouds):
            cached.cache_clear()
        start = perf_counter()
        for name in kinds.kinds():
            tags.tags(name)
        vm_sizes.vm_sizes()
        aks.allocatable(8, 32, 30, "1.35")
        prices.service("public-ip", "eastus")
        limits.limits()
        egress.egress("public", "eastus", egress.all_uses())
        regions.regions()
        return perf_counter() - start

    assert min(load() for _ in range(5)) < 0.02


def test_the_readers_need_the_standard_library_alone() -> None:
    code = (
        "import sys; from speech.catalog import aks, egress, kinds, limits, prices, regions, tags, vm_sizes;"
        "print(sorted({name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names - {'speech', '__main__'}))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _listed(source: str | list[str]) -> list[str]:
    return [source] if isinstance(source, str) else source
