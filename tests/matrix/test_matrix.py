"""Every kind of container on every kind of host, by the real engine and the real clients: `make matrix`.

Only the cells that are marked `always` run with the other tests.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.verify import Target, verify
from speech.capacity.planner import plan
from speech.catalog.kinds import kind
from speech.settings.base import Decrypted
from speech.settings.faults import InvalidStackError, render
from speech.settings.parse import parse
from tests.matrix.cells import Cell, cells
from tests.matrix.hosts import Place

EVERYTHING = os.environ.get("SPEECH_MATRIX") == "all"
DEPLOYED = [cell for cell in cells() if cell.refusal is None and (EVERYTHING or cell.always)]
NOT_DEPLOYED = [cell for cell in cells() if cell.refusal is not None]


def _name(cell: Cell) -> str:
    return cell.name


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path, request.param)
    try:
        yield made
    finally:
        made.end()


@pytest.mark.engine
@pytest.mark.parametrize("place", DEPLOYED, indirect=True, ids=_name)
def test_it_is_deployed_verified_changed_and_destroyed(place: Place) -> None:
    stack, cell = place.stack, place.cell
    stack.up()
    _verify(place)
    assert stack.up().changes == {}, "a second run changes nothing"

    place.set("speech:containers[0].options.logging.level", "Warning")
    changed = stack.up().changes
    assert cell.host == "docker" or changed, "the container's own settings reach the host"
    _verify(place)

    stack.destroy()
    assert stack.state() == []
    assert stack.ask("workloads") == []


@pytest.mark.parametrize("cell", NOT_DEPLOYED, ids=_name)
def test_it_is_refused_with_the_reason(cell: Cell) -> None:
    assert cell.refusal
    file = cell.stack_file()
    if "speech:registry" in file:
        file["speech:registry"]["password"] = Decrypted("x")
    with pytest.raises(InvalidStackError) as refused:
        plan(parse(file).stack, "matrix")
    assert cell.refusal in "\n".join(render(refused.value.faults))


def _verify(place: Place) -> None:
    """By pages and a real client; what runs once has run to a good end."""
    cell = place.cell
    said = place.start_script() if cell.host == "docker" else ""
    if kind(cell.kind).once:
        assert place.ended_well(said), said or place.stack.ask("workloads")
        return
    told = place.stack.outputs()["containers"]["one"]
    found = place.addresses()
    assert found, place.stack.ask("workloads")
    status = "Valid" if kind(cell.kind).status_path else None
    targets = [
        Target("one", cell.kind, address, status=status, ssml_voice=told["ssml_voice"] or "") for address in found
    ]
    out = io.StringIO()
    assert verify(targets, out), out.getvalue()
