"""What becomes of a stack file that is right."""

import pytest

from speech.catalog.kinds import kinds
from speech.settings.containers import KindName
from speech.settings.parse import parse
from speech.settings.stack import Environment
from speech.settings.target import AksTarget
from tests.stacks import stack_file


def test_the_kinds_of_the_settings_are_those_of_the_catalogue() -> None:
    assert set(KindName) == set(kinds())


def test_settings_never_change_once_read() -> None:
    stack = parse(stack_file()).stack
    with pytest.raises(ValueError, match="frozen"):
        stack.location = "eastus"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("environment", "protect", "tier", "zones", "min_replicas"),
    [("dev", False, "Free", (), 1), ("test", False, "Free", (), 1), ("prod", True, "Standard", ("1", "2", "3"), 2)],
)
def test_an_environment_picks_its_defaults(
    environment: str,
    protect: bool,
    tier: str,
    zones: tuple[str, ...],
    min_replicas: int,
) -> None:
    stack = parse(stack_file(("speech:environment", environment))).stack
    assert stack.environment is Environment(environment)
    assert isinstance(stack.target, AksTarget)
    assert stack.account.protect is protect
    assert (stack.target.tier, stack.target.zones) == (tier, zones)
    assert stack.containers[0].scaling.min_replicas == min_replicas


def test_a_written_value_wins_over_the_environments_default() -> None:
    mapping = stack_file(("speech:environment", "prod"), ("speech:target", {"kind": "aks", "zones": []}))
    target = parse(mapping).stack.target
    assert isinstance(target, AksTarget)
    assert target.zones == ()
    assert target.tier == "Standard"


def test_settings_keep_no_secret_whether_encrypted_or_decrypted() -> None:
    from speech.settings.account import Account  # noqa: PLC0415

    for given in ({"secure": "AAAA"}, "planted-key"):
        account = Account.model_validate({"protect": False, "key": given})
        assert "planted-key" not in repr(account)
        assert "AAAA" not in account.model_dump_json()
        assert account.key is not None


def test_a_number_written_for_a_zone_is_a_fault_that_shows_the_quoted_form() -> None:
    mapping = stack_file(("speech:target", {"kind": "aks", "zones": ["1", "2"]}))
    target = parse(mapping).stack.target
    assert isinstance(target, AksTarget)
    assert target.zones == ("1", "2")
