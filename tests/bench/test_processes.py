"""How one process is measured."""

import os
import sys
from pathlib import Path

import pytest

from bench.processes import FailedRunError, Measured, measure


def python(program: str) -> Measured:
    return measure([sys.executable, "-c", program], folder=Path.cwd(), environment=dict(os.environ))


def test_memory_is_the_processs_own_and_not_that_of_whoever_starts_it() -> None:
    ballast = bytearray(200 * 2**20)
    assert python("pass").peak_mib < 100
    assert len(ballast) > 0


def test_memory_that_a_process_took_for_a_moment_counts() -> None:
    assert python("bytearray(150 * 2**20)").peak_mib > 150


def test_time_by_the_clock_and_time_of_the_processor_are_told_apart() -> None:
    slept = python("import time; time.sleep(0.3)")
    assert slept.seconds >= 0.3
    assert slept.processor_seconds < slept.seconds


def test_what_fails_is_not_measured_and_its_words_are_shown() -> None:
    with pytest.raises(FailedRunError, match="no measure of mine") as failed:
        python("raise SystemExit('no measure of mine')")
    assert "exit status 1" in str(failed.value)


def test_what_cannot_be_started_says_so() -> None:
    with pytest.raises(FailedRunError, match="could not be started"):
        measure(["/nowhere/at/all"], folder=Path.cwd(), environment={})
