"""What a comment and an issue look like: read against files of words."""

import json
import re
from pathlib import Path

import pytest

from operations.pipeline.engine import Change, Preview, Violation
from operations.pipeline.looking import Look
from sandbox.home import REPOSITORY
from speech.cli.pipeline import document, text
from speech.files import stack_file

WORDS = Path(__file__).with_name("words")
STACKS = REPOSITORY / "stacks"
NOTHING = Preview((), (), ())


def changed(**preview: tuple[object, ...]) -> Look:
    """The playground with twice the streams."""
    file = STACKS / "Pulumi.dev-westeurope.yaml"
    after = stack_file.planned(file, ["speech:containers[0].demand.concurrent_streams=24"])
    found = Preview(**{"changes": (), "violations": (), "errors": (), **preview})  # type: ignore[arg-type]
    return Look("dev-westeurope", "changed", stack_file.planned(file), after, preview=found)


def looks() -> list[Look]:
    """One of each sort."""
    return [
        changed(
            changes=(
                Change("update", "azure-native:containerservice:AgentPool", "speech-speech-pool", ("maxCount", "tags")),
                Change("replace", "azure-native:keyvault:Vault", "speech-kv", ("location",)),
                Change("create", "kubernetes:core/v1:Service", "speech-read", ("spec",)),
                Change("delete", "kubernetes:core/v1:Secret", "speech-old", ()),
            ),
            violations=(
                Violation("images-are-pinned", False, "speech-read", "spec.image: moves"),
                Violation("groups-are-private", True, "speech-group", "ipAddress.type: Public"),
            ),
        ),
        Look("prod-eastus2", "changed", faults=("  speech:billing.eula   missing",)),
        Look("prod-westeurope", "same", preview=Preview((), (), ("azure-native: ``` not logged in",))),
        Look("test-westeurope", "gone"),
    ]


def words(said: str) -> str:
    """With a word in the place of the plans, which change with the catalogue and have tests of their own."""
    said = re.sub(r"~[\d,]+-[\d,]+ \(\+[\d,]+\)", "COST", said)
    return re.sub(r"```\n +base +this change\n.*?\n```", "PLANS", said, flags=re.DOTALL) + "\n"


def test_a_comment_has_a_row_a_stack_and_its_details() -> None:
    assert words(text.comment(looks())) == (WORDS / "comment.md").read_text()


def test_a_changed_stack_shows_both_plans_side_by_side() -> None:
    said = text.comment(looks()[:1])
    assert "*    streams        12                 24" in said
    assert "base               this change" in said


def test_an_issue_has_what_differs_and_what_to_do() -> None:
    title, said, solved = text.drift([*looks()[:1], Look("dev-eastus2", "same", preview=NOTHING)])
    assert not solved
    assert f"# {title}\n\n{said}\n" == (WORDS / "issue.md").read_text()


def test_without_drift_the_issue_is_solved() -> None:
    assert text.drift([Look("one", "same", preview=NOTHING)]) == (
        "No drift",
        "1 stack: each is as its file says.",
        True,
    )


def test_a_stack_with_hundreds_of_changes_shows_the_first_and_counts_the_others() -> None:
    many = tuple(Change("create", "a:b:C", f"one-{number}", ()) for number in range(100))
    said = text.comment([changed(changes=many)])
    assert "+ a:b:C one-59\n… and 40 more" in said
    assert "| +100 |" in said


def test_what_is_quoted_never_ends_the_quotation() -> None:
    assert text.comment(looks()).count("```") % 2 == 0


def test_json_has_the_difference_at_the_peak() -> None:
    before, after = (planned[1].cost for planned in (looks()[0].before, looks()[0].after) if planned)
    assert before.total
    assert after.total
    cost = json.loads(document.document(looks()))["stacks"][0]["monthly_cost_usd"]
    assert cost["difference"] == pytest.approx(after.total.high - before.total.high, abs=0.02)
    assert cost["after"] == pytest.approx(after.total.high, abs=0.02)
