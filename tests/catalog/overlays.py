"""Folders with documents of a user's own, for tests."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from speech.catalog import documents

Lay = Callable[..., Path]


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lay]:
    """Lays documents over ours, as in lay(tags={...}); what is text is written as it is."""
    folder = tmp_path / "mine"

    def write(**files: Any) -> Path:
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            (folder / f"{name}.json").write_text(content if isinstance(content, str) else json.dumps(content))
        monkeypatch.setenv(documents.VARIABLE, str(folder))
        documents.forget()
        return folder

    yield write
    monkeypatch.undo()
    documents.forget()


def dated(**rows: Any) -> dict[str, Any]:
    """A document of a day and a source."""
    return {"as_of": "2026-11-20", "source": "our price sheet", **rows}
