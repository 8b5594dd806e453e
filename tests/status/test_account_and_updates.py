"""What Azure and the engine tell of a stack: the account, its commitments, its keys, the last update."""

from datetime import UTC, datetime
from typing import Any

import pytest

from operations.status.account import Found, judged
from operations.status.finding import Part, Problem
from operations.status.updates import key_since, last_update
from speech.capacity import planner
from speech.settings.parse import parse
from tests.stacks import stack_file

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def part(account: dict[str, Any] | None, since: datetime | None = None, **more: Any) -> Part:
    stack = parse(stack_file()).stack
    return judged(stack, planner.plan(stack, "test"), Found(account, **more), since, NOW)


def only(found: Part) -> Problem:
    (problem,) = found.problems
    return problem


def account(**properties: Any) -> dict[str, Any]:
    return {"id": "/subscriptions/s/a", "properties": {"provisioningState": "Succeeded", **properties}}


def test_an_account_that_works_is_a_fact_with_the_age_of_its_key() -> None:
    found = part(account(), datetime(2026, 10, 18, tzinfo=UTC))
    assert found.problems == ()
    assert found.facts == {"account": "contoso-speech-test, open to every address, key1 34 days old"}


def test_an_account_that_is_gone_may_be_restored() -> None:
    problem = only(part(None))
    assert "it is not in rg-speech-test; a deleted one is kept for 48 hours" in problem.said
    assert "on_soft_deleted restore" in problem.remedy


def test_switched_off_keys_are_a_problem() -> None:
    assert "its keys are switched off" in only(part(account(disableLocalAuth=True))).said


def test_an_account_that_is_not_made_yet_says_so() -> None:
    assert only(part(account(provisioningState="Failed"))).said == "its provisioning state is Failed"


def test_a_private_account_without_an_approved_endpoint_is_reached_by_nobody() -> None:
    pending = {"properties": {"privateLinkServiceConnectionState": {"status": "Pending"}}}
    problem = only(part(account(publicNetworkAccess="Disabled", privateEndpointConnections=[pending])))
    assert problem.said == "nothing reaches it: public access is off, its private endpoints are Pending"


def test_a_key_that_somebody_renewed_is_told_before_containers_stop() -> None:
    problem = only(part(account(), active_key_is_the_stacks=False))
    assert "somebody renewed the key that containers use" in problem.said
    assert problem.remedy == "pulumi up --stack test   brings them the new one"


def test_an_old_key_warns_with_the_command_that_renews_it() -> None:
    problem = only(part(account(), datetime(2025, 1, 1, tzinfo=UTC)))
    assert (problem.remedy, problem.warns) == ("speech keys rotate test", True)


@pytest.mark.parametrize(("ends", "warns"), [("2026-12-01T00:00:00Z", True), ("2026-11-01T00:00:00Z", False)])
def test_a_commitment_that_ends_is_told(ends: str, warns: bool) -> None:
    commitment = {"name": "stt", "properties": {"autoRenew": False, "current": {"endDate": ends}}}
    problem = only(part(account(), commitments=[commitment]))
    assert (problem.warns, "is not renewed" in problem.said) == (warns, True)


def test_a_commitment_that_renews_itself_is_none() -> None:
    commitment = {"name": "stt", "properties": {"autoRenew": True, "current": {"endDate": "2026-12-01T00:00:00Z"}}}
    assert part(account(), commitments=[commitment]).problems == ()


def test_an_update_that_failed_is_a_problem_since_then() -> None:
    problem = only(last_update("test", [{"kind": "update", "result": "failed", "endTime": "2026-11-21T11:00:00.000Z"}]))
    assert "the last update failed" in problem.said
    assert problem.since == datetime(2026, 11, 21, 11, tzinfo=UTC)


def test_an_update_that_succeeded_is_a_fact() -> None:
    found = last_update("test", [{"kind": "update", "result": "succeeded", "endTime": "2026-11-21T11:00:00.000Z"}])
    assert (found.facts, found.problems) == ({"update": "update succeeded 2026-11-21 11:00 UTC"}, ())


def test_a_stack_that_was_never_up_says_so() -> None:
    assert only(last_update("test", [])).said == "it was never brought up"


def test_the_age_of_a_key_is_that_of_its_version_in_the_vault() -> None:
    secret = {
        "type": "azure-native:keyvault:Secret",
        "outputs": {"name": "speech-key1", "properties": {"attributes": {"created": 1795277029}}},
    }
    assert key_since([secret], "key1") == datetime.fromtimestamp(1795277029, tz=UTC)
    assert key_since([secret], "key2") is None
