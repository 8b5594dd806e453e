from pathlib import Path

from tests.matrix.cells import ALWAYS, HOSTS, KINDS, REFUSED, cells
from tests.matrix.page import PAGE, page

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_page_of_containers_is_fresh() -> None:
    assert (REPOSITORY / PAGE).read_text() == page(), "run  make docs"


def test_every_kind_runs_on_one_host_and_every_host_runs_one_kind_in_every_run() -> None:
    assert {kind for kind, _ in ALWAYS} == set(KINDS)
    assert {host for _, host in ALWAYS} == set(HOSTS)
    assert not set(ALWAYS) & set(REFUSED)


def test_the_matrix_has_every_kind_on_every_host() -> None:
    assert len(list(cells())) == len(KINDS) * len(HOSTS) == 32
