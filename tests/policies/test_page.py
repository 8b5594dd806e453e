from sandbox.home import REPOSITORY
from tests.policies.page import PAGE, page


def test_the_page_of_policies_is_fresh() -> None:
    assert (REPOSITORY / PAGE).read_text() == page(), "run  make docs"
