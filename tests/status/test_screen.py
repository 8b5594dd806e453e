"""A report fits one screen, says the worst first, and every line tells what to do."""

from datetime import UTC, datetime, timedelta

import pytest

from operations.status.finding import UNKNOWN, Problem, Report, Row
from operations.status.screen import ago, lines

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RUNS = Row("transcribe-en", "speech-to-text:5.1.0-amd64-en-us", 3, 3, 5, 0, NOW - timedelta(hours=26), "runs")
FAILS = Row("read-en", "neural-text-to-speech:3.11.0-amd64-en-us-arianeural", 0, 1, 1, 12,
            NOW - timedelta(minutes=4), "CrashLoopBackOff")  # fmt: skip
EULA = Problem("read-en", "the licence terms are not accepted",
               "pulumi config set --path speech:billing.eula accept --stack prod-westeurope",
               NOW - timedelta(minutes=4))  # fmt: skip
MOST = Problem("transcribe-en", "its autoscaler is at its most, 5 pods: further streams are refused",
               "speech plan prod-westeurope --explain", None, warns=True)  # fmt: skip
FACTS = {
    "update": "update succeeded 2026-11-20 09:58 UTC",
    "account": "contoso-speech-weu, open to 2 ranges, key1 34 days old",
    "nodes": "4 of 4 ready",
}

SCREEN = """\
prod-westeurope   AKS in westeurope
update   update succeeded 2026-11-20 09:58 UTC
account  contoso-speech-weu, open to 2 ranges, key1 34 days old
nodes    4 of 4 ready

container      image                pods      restarts  since   state
transcribe-en  speech-to-text:5.1…  3/3 of 5  0         26 h    runs
read-en        neural-text-to-spe…  0/1       12        4 min   CrashLoopBackOff

1 problem, 1 warning
fail  read-en, for 4 min: the licence terms are not accepted
      pulumi config set --path speech:billing.eula accept --stack prod-westeurope
warn  transcribe-en: its autoscaler is at its most, 5 pods: further streams are refused
      speech plan prod-westeurope --explain
not asked  nodes: 403 forbidden"""


def test_the_screen() -> None:
    report = Report(
        "prod-westeurope", "AKS in westeurope", FACTS, (RUNS, FAILS), (EULA, MOST), ("nodes: 403 forbidden",)
    )
    assert "\n".join(lines(report, NOW)) == SCREEN


def test_eight_containers_with_three_problems_fit_80_by_24() -> None:
    rows = tuple(Row(f"container-{number}", RUNS.image, 3, 3, 5, 0, NOW, "runs") for number in range(8))
    report = Report("prod-westeurope", "AKS in westeurope", FACTS, rows, (EULA, MOST, MOST))
    shown = list(lines(report, NOW))
    assert len(shown) <= 24
    assert max(len(line) for line in shown[:14]) <= 80


def test_a_stack_that_is_well_says_so_and_a_warning_fails_nothing() -> None:
    assert list(lines(Report("dev", "AKS", rows=(RUNS,)), NOW))[-1] == "all is well"
    assert Report("dev", "AKS", problems=(MOST,)).well
    assert not Report("dev", "AKS", problems=(EULA,)).well


def test_a_stack_of_which_nobody_can_tell_is_not_well() -> None:
    row = Row("transcribe-en", RUNS.image, 0, 3, 5, 0, None, UNKNOWN)
    report = Report("dev", "AKS", rows=(row,), unknown=("the cluster: it does not answer",))
    assert not report.well
    shown = list(lines(report, NOW))
    assert "nobody could tell what runs" in shown
    assert "?/3 of 5" in shown[3]


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=44), "44 s"),
        (timedelta(seconds=119), "119 s"),
        (timedelta(minutes=4), "4 min"),
        (timedelta(hours=26), "26 h"),
        (timedelta(days=12), "12 d"),
    ],
)
def test_times_are_in_the_largest_unit_that_says_enough(age: timedelta, words: str) -> None:
    assert ago(NOW - age, NOW) == words


def test_a_time_that_nobody_knows_is_a_dash() -> None:
    assert ago(None, NOW) == "-"
