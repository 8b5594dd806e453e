"""Runs a process and tells its time and its memory."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Linux counts the memory of the process that starts another as that other's own, until it runs its program: so a bare
# Python starts what is measured, never this one.
_STARTER = """
import json, os, sys, time
nowhere = os.open(os.devnull, os.O_WRONLY)
began = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nowhere, 1)])
_, status, used = os.wait4(child, 0)
json.dump(
    {
        "seconds": time.perf_counter() - began,
        "processor_seconds": used.ru_utime + used.ru_stime,
        "peak_kib": used.ru_maxrss,
        "status": os.waitstatus_to_exitcode(status),
    },
    sys.stdout,
)
"""
_SECONDS = 300
_KIB_IN_MIB = 1024


class FailedRunError(Exception):
    """What was to be measured did not work. The text holds what it said."""


@dataclass(frozen=True)
class Measured:
    """One run of a process and of those that it waited for: wall time, processor time, memory of the largest."""

    seconds: float
    processor_seconds: float
    peak_mib: float


def measure(command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str]) -> Measured:
    """Run the command, whose first word is an absolute path, to its end. Raises FailedRunError unless it ends well."""
    words = [str(word) for word in command]
    with subprocess.Popen(  # noqa: S603  # our own words
        [sys.executable, "-I", "-S", "-c", _STARTER, *words],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as starter:
        try:
            told, complaints = starter.communicate(timeout=_SECONDS)
        except BaseException:
            os.killpg(starter.pid, signal.SIGKILL)
            raise
    if starter.returncode:
        raise FailedRunError(f"{words[0]} could not be started\n{complaints}")
    found = json.loads(told)
    if found["status"]:
        raise FailedRunError(f"{' '.join(words)} ended with exit status {found['status']}\n{complaints}")
    return Measured(found["seconds"], found["processor_seconds"], found["peak_kib"] / _KIB_IN_MIB)
