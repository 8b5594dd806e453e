"""docs/changes.md says what the engine does: a row of each verdict, tried again. `make changes` tries them all."""

from pathlib import Path

import pytest

from tests.walk.changes import EDITS, HEAD, table

pytestmark = pytest.mark.engine

PAGE = Path(__file__).resolve().parents[2] / "docs" / "changes.md"
TRIED = ("hours_a_month", "concurrent_streams", "audio", "vm_size", "eula", "private")


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| `")]


def test_a_row_of_each_verdict_is_as_the_page_says() -> None:
    edits = list({name: edit for name in TRIED for edit in reversed(EDITS) if edit.path.endswith(name)}.values())
    again = table(edits)
    verdicts = {row.split(" | ")[2] for row in rows(again)}
    assert verdicts == {"nothing", "in place", "rolling", "replacement", "refused", "refused by Azure"}
    assert set(rows(again)) <= set(rows(PAGE.read_text()))


def test_the_page_has_a_row_for_every_edit() -> None:
    page = PAGE.read_text()
    assert page.startswith(HEAD)
    shown = [tuple(row.removeprefix("| ").split(" | ")[:2]) for row in rows(page)]
    assert shown == [(f"`{edit.path}`", edit.shown) for edit in EDITS]
