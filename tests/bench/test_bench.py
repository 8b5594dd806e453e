"""`make bench` as its user sees it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def bench(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A run whose temporary files lie in `folder`."""
    return subprocess.run(
        [sys.executable, "-m", "bench", *words],
        cwd=REPOSITORY,
        env={**os.environ, "TMPDIR": str(folder)},
        text=True,
        capture_output=True,
        timeout=240,
        check=False,
    )


def test_the_plan_is_measured_against_pythons_start_and_imports_no_sdk(tmp_path: Path) -> None:
    done = bench("plan", "--rounds", "1", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "speech plan, 4 containers" in done.stdout
    assert "against python's start" in done.stdout
    assert "none of Pulumi or Azure" in done.stdout


@pytest.mark.engine
def test_the_sandbox_stack_is_the_same_by_hand_and_nothing_is_left_of_the_run(tmp_path: Path) -> None:
    done = bench("sandbox", "--rounds", "1", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "the same in each" in done.stdout
    assert "toolkit against by hand" in done.stdout
    assert list(tmp_path.iterdir()) == []
    assert _processes_that_name(tmp_path) == []


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    done = bench("speed", folder=tmp_path)
    assert done.returncode == 2
    assert "no such part: speed" in done.stderr


def _processes_that_name(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes()
        except OSError:
            continue
        if str(folder).encode() in words:
            found.append(words.decode(errors="replace"))
    return found
