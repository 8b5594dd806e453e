"""What docs/catalog.md shows is true."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from speech.catalog import documents, merging, overlay

PAGE = (Path(__file__).parents[2] / "docs" / "catalog.md").read_text()
EXAMPLES = [json.loads(text) for text in re.findall(r"^    \{\n(?:^      .*\n)+^    \}$", PAGE, re.MULTILINE)]


def documents_of(example: dict[str, Any]) -> str:
    (name,) = (
        name
        for name in documents.names()
        if (set(example) - {"as_of", "source"}) <= set(documents.shipped(name))
        and type(example[next(key for key in example if key not in {"as_of", "source"})])
        is type(documents.shipped(name)[next(key for key in example if key not in {"as_of", "source"})])
    )
    return name


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["source"])
def test_every_example_can_be_laid_over_ours(example: dict[str, Any]) -> None:
    name = documents_of(example)
    content, faults = overlay.with_document(documents.shipped(name), name, example)
    assert faults == []
    assert content != documents.shipped(name)


def test_the_table_names_every_document_and_every_table_of_rows() -> None:
    part = PAGE.partition("| file | rows |")[2].partition("\n\n")[0]
    for name, tables in merging.ROWS.items():
        assert f"`{name}.json`" in part, name
        for table in tables:
            assert f"`{table}`" in part or f".{table}`" in part or table == "sentiment_paths", (name, table)


def test_the_fault_that_is_shown_is_the_one_that_is_told() -> None:
    shown = " ".join(PAGE.rpartition("remedy:\n\n")[2].split())
    row = {"name": "Standard_D8s_v8", "series": "Dsv8", "vcpus": 8, "memory_gib": 32.0}
    over = {"as_of": "2026-11-20", "source": "x", "sizes": [row]}
    _, (fault,) = overlay.with_document(documents.shipped("vm_sizes"), "vm_sizes", over)
    assert " ".join(f"catalog/vm_sizes.json: {fault.path}  {fault.message}".split()) == shown
