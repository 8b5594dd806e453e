"""Documents of the user's own, laid over ours."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from speech.catalog import documents, kinds, limits, merging, overlay, prices, tags, vm_sizes
from tests.catalog.overlays import Lay, dated, lay

__all__ = ["lay"]
ROOT = Path(documents.__file__).parents[2]


def the_fault() -> str:
    (fault,) = documents.faults()
    return f"{Path(fault.path).name}  {fault.message}"


def test_without_documents_of_the_user_s_ours_are_read_as_they_are() -> None:
    for name in documents.names():
        assert documents.document(name) is documents.shipped(name)
    assert documents.faults() == ()


def test_a_tag_of_the_user_s_is_known_and_dated(lay: Lay) -> None:
    assert not tags.tags("speech-to-text").known("5.9.0-amd64-en-us")
    lay(tags=dated(kinds={"speech-to-text": {"tags": [{"versions": ["5.9.0"], "locales": ["en-US"]}]}}))
    known = tags.tags("speech-to-text")
    assert known.known("5.9.0-amd64-en-us")
    assert known.by_tag["5.9.0-amd64-en-us"].source == "our price sheet"
    assert known.as_of == "2026-11-20"


def test_rows_of_ours_stay_beside_those_of_the_user_s(lay: Lay) -> None:
    before = tags.tags("speech-to-text").by_tag
    lay(tags=dated(kinds={"speech-to-text": {"tags": [{"versions": ["5.9.0"], "locales": ["en-US"]}]}}))
    assert tags.tags("speech-to-text").by_tag.items() >= before.items()


def test_a_price_of_the_user_s_replaces_ours_in_its_region_alone(lay: Lay) -> None:
    ours = vm_sizes.vm_size("Standard_D8s_v5")
    assert ours is not None
    lay(vm_sizes=dated(sizes=[{"name": "Standard_D8s_v5", "usd_per_hour": {"westeurope": 0.25, "westus9": 0.5}}]))
    size = vm_sizes.vm_size("Standard_D8s_v5")
    assert size is not None
    assert (size.hourly_usd("westeurope"), size.hourly_usd("westus9")) == (0.25, 0.5)
    assert size.hourly_usd("eastus") == ours.hourly_usd("eastus")
    assert (size.price_dates["westeurope"], size.price_dates["eastus"]) == ("2026-11-20", "2026-06-18")
    assert size.vcpus == 8


def test_a_plan_s_date_is_that_of_the_oldest_price_that_it_uses(lay: Lay) -> None:
    lay(vm_sizes=dated(sizes=[{"name": "Standard_D8s_v5", "usd_per_hour": {"westeurope": 0.25}}]))
    assert prices.as_of("westeurope", ["Standard_D8s_v5"]) == "2026-11-20"
    assert prices.as_of("westeurope", ["Standard_D8s_v5", "Standard_D4as_v5"]) == "2026-06-18"
    assert prices.as_of("eastus", ["Standard_D8s_v5"]) == "2026-06-18"
    assert prices.as_of("eastus", ["Standard_D8s_v99"]) == prices.as_of()


def test_a_price_is_taken_back_by_null(lay: Lay) -> None:
    lay(vm_sizes=dated(sizes=[{"name": "Standard_D8s_v5", "usd_per_hour": {"westeurope": None}}]))
    size = vm_sizes.vm_size("Standard_D8s_v5")
    assert size is not None
    assert size.hourly_usd("westeurope") is None


def test_a_size_of_the_user_s_needs_its_shape_and_a_known_family(lay: Lay) -> None:
    lay(vm_sizes=dated(sizes=[{"name": "Standard_D64s_v5", "series": "Dsv5", "vcpus": 64, "memory_gib": 256.0}]))
    size = vm_sizes.vm_size("Standard_D64s_v5")
    assert size is not None
    assert (size.vcpus, size.avx2, dict(size.prices)) == (64, True, {})
    assert size.sources[-1] == "our price sheet"


def test_a_price_of_a_service_has_its_own_date_in_its_region(lay: Lay) -> None:
    lay(prices=dated(services=[{"name": "disk-P10", "usd": {"westeurope": 21.0}}]))
    mine, ours = prices.service("disk-P10", "westeurope"), prices.service("disk-P10", "eastus")
    assert mine is not None
    assert ours is not None
    assert (mine.usd, mine.as_of, mine.source, mine.estimated) == (21.0, "2026-11-20", "our price sheet", False)
    assert (ours.usd, ours.as_of) == (19.71, "2025-07-07")


def test_a_figure_of_a_kind_is_replaced_and_its_neighbours_stay(lay: Lay) -> None:
    before = kinds.kind("speech-to-text")
    lay(kinds=dated(kinds=[{"name": "speech-to-text", "image_gib": {"value": 6}}]))
    kind = kinds.kind("speech-to-text")
    assert (kind.image_gib, kind.port, kind.planning) == (6, before.port, before.planning)
    evidence = kind.evidence["image_gib"]
    assert (evidence.source, evidence.as_of, evidence.note) == ("our price sheet", "2026-11-20", None)
    assert kind.evidence["planning"] == before.evidence["planning"]


def test_a_short_name_of_a_source_may_be_one_of_ours_and_mean_another(lay: Lay) -> None:
    before = limits.limit("vault.name").source
    row = {"name": "container-instances.vcpu", "maximum": 60, "source": "names", "as_of": "2026-11-01"}
    lay(limits=dated(sources={"names": "a letter of the support"}, limits=[row]))
    assert limits.limit("container-instances.vcpu").source == "a letter of the support"
    assert limits.limit("vault.name").source == before


def test_the_folder_beside_pulumi_yaml_is_read_and_the_named_one_lies_over_it(lay: Lay, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "catalog").mkdir(parents=True)
    (project / "Pulumi.yaml").write_text("name: x\n")
    price = {"name": "Standard_D8s_v5", "usd_per_hour": {"westeurope": 0.1, "eastus": 0.1}}
    (project / "catalog" / "vm_sizes.json").write_text(json.dumps(dated(sizes=[price])))
    lay(vm_sizes=dated(sizes=[{"name": "Standard_D8s_v5", "usd_per_hour": {"eastus": 0.2}}]))
    code = (
        "from speech.catalog.vm_sizes import vm_size; size = vm_size('Standard_D8s_v5');"
        "print(size.hourly_usd('westeurope'), size.hourly_usd('eastus'))"
    )
    below = project / "stacks"
    below.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=below,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["0.1", "0.2"]


def test_a_relative_folder_counts_from_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: x\n")
    (tmp_path / "facts").mkdir()
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    monkeypatch.setenv(documents.VARIABLE, "facts")
    documents.forget()
    assert documents.overlay_folders() == (tmp_path / "facts",)
    monkeypatch.undo()
    documents.forget()


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"vmsizes": {}}, 'vmsizes.json  is no document of the catalogue: did you mean "vm_sizes.json"?'),
        ({"tags": "{"}, "tags.json  is no JSON (line 1, column 2)"),
        ({"tags": '{"as_of": "2026-11-20", "as_of": "2026-11-21"}'}, 'tags.json  has the key "as_of" twice'),
        ({"prices": '{"services": [NaN]}'}, "prices.json  has NaN, which is no number: unknown is null"),
        ({"tags": "[]"}, "tags.json  is no document: it begins with a brace"),
        ({"tags": {"source": "x"}}, "tags.json: as_of  is missing: every fact of the catalogue has a date"),
        ({"tags": {"as_of": "2099-01-01", "source": "x"}}, 'tags.json: as_of  is "2099-01-01", which is no date'),
        ({"tags": dated(kinds=[])}, "tags.json: kinds  must be an object: it is laid over ours key by key"),
        ({"limits": dated(limits={})}, "limits.json: limits  must be a list of rows"),
        ({"limits": dated(limits=[{"maximum": 3}])}, "limits.json: limits[0]  has no name"),
        ({"limits": dated(limit=[])}, "limits.json: limit  is no key of this row"),
        (
            {"tags": dated(kinds={"speech-to-text": {"tags": [{"versions": ["newest"], "locales": ["en-US"]}]}})},
            'tags.json: kinds.speech-to-text.tags[0].versions[0]  is "newest": it must match',
        ),
        (
            {"vm_sizes": dated(sizes=[{"name": "Standard_D8s_v5", "usd_per_hour": {"westeurope": 0}}])},
            "vm_sizes.json: sizes[Standard_D8s_v5].usd_per_hour.westeurope  is 0: it must be more than 0; unknown is null",
        ),
        (
            {"vm_sizes": dated(sizes=[{"name": "Standard_D8s_v5", "usd_per_hour": [0.1]}])},
            "vm_sizes.json: sizes[Standard_D8s_v5].usd_per_hour  must be an object by region",
        ),
        (
            {"vm_sizes": dated(sizes=[{"name": "Standard_D8s_v8", "series": "Dsv8", "vcpus": 8, "memory_gib": 32.0}])},
            'vm_sizes.json: sizes[Standard_D8s_v8].series  is "Dsv8", which is no family: add its row',
        ),
    ],
)
def test_a_fault_names_file_path_reason_and_remedy(lay: Lay, files: dict[str, Any], words: str) -> None:
    lay(**files)
    assert the_fault().startswith(words)


def test_a_file_with_a_fault_is_left_out_and_others_are_read(lay: Lay) -> None:
    lay(
        limits=dated(limits=[{"name": "container-instances.vcpu", "maximum": 60}]),
        prices=dated(services=[{"name": "disk-P10", "usd": {"westeurope": -1}}]),
    )
    assert limits.limit("container-instances.vcpu").maximum == 60
    assert documents.document("prices") == documents.shipped("prices")
    assert the_fault().startswith("prices.json: services[disk-P10].usd.westeurope")


def test_a_named_folder_that_is_not_there_is_a_fault(lay: Lay) -> None:
    lay().rmdir()
    documents.forget()
    assert the_fault() == "mine  there is no such folder, which SPEECH_CATALOG names: create it, or unset the variable"


def test_every_table_of_rows_can_be_laid_over() -> None:
    def tables(content: Any) -> set[str]:
        if not isinstance(content, dict):
            return set()
        found = {key for key, rows in content.items() if isinstance(rows, list) and rows and isinstance(rows[0], dict)}
        return found.union(*map(tables, content.values()))

    for name in documents.names():
        assert tables(documents.shipped(name)) <= set(merging.ROWS[name]), name


@pytest.mark.parametrize("name", documents.names())
def test_ours_laid_over_ours_is_ours(name: str) -> None:
    ours = documents.shipped(name)
    keyed = {table for table, keys in merging.ROWS[name].items() if keys}
    over = {key: rows for key, rows in ours.items() if key in keyed and name != "vm_sizes"}
    result = merging.merged(name, ours, {"as_of": ours["as_of"], "source": ours["source"], **over})
    assert result.faults == []
    if name != "prices":
        assert result.content == ours


def test_a_later_document_s_prices_of_a_region_have_its_date_and_not_the_earlier_one_s(tmp_path: Path) -> None:
    lower, upper = tmp_path / "lower", tmp_path / "upper"
    size = {"name": "Standard_D8s_v5", "usd_per_hour": {"westeurope": 0.25}}
    told = {"westeurope": {"source": "the API", "as_of": "2026-11-21"}}
    for folder, content in ((lower, dated(sizes=[size])), (upper, dated(priced=told, sizes=[size]))):
        folder.mkdir()
        (folder / "vm_sizes.json").write_text(json.dumps(content))
    found = overlay.laid_over((lower, upper))
    assert found.faults == ()
    row = next(row for row in found.documents["vm_sizes"]["sizes"] if row["name"] == "Standard_D8s_v5")
    assert "asked" not in row
    assert found.documents["vm_sizes"]["priced"]["westeurope"]["as_of"] == "2026-11-21"
