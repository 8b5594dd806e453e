"""The memory of a process with all that it has started."""

import os
import subprocess
import sys
import time

from bench.memory import Peak, family

CHILD = "ballast = bytearray(b'x' * (150 * 2**20)); print('there', flush=True); input()"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"


def test_what_a_child_holds_counts() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "there\n"
        assert len(family(process.pid)) == 2
        with Peak(process.pid) as peak:
            while not peak.processes:
                assert process.poll() is None
                time.sleep(0.01)
        process.stdin.write("\n")
    assert peak.mib > 150


def test_whoever_starts_a_process_is_not_of_its_family() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True) as process:
        assert family(process.pid) == {process.pid}
        assert process.pid in family(os.getpid())
