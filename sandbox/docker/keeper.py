"""Keeps one container double running after the command that started it has ended.

The launch document comes on standard input; the port is written into the file that the one argument names.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path


def keep(launch: str, told: Path | None = None) -> int:
    """Runs the double until it ends, or SIGTERM; its exit status."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "sandbox.container"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    if process.stdin is None or process.stdout is None:
        raise AssertionError("both were asked for")
    process.stdin.write(f"{launch}\n")
    process.stdin.flush()  # left open: its end would stop the container
    line = process.stdout.readline()
    if line and told:
        fresh = told.with_name(f".{told.name}.{os.getpid()}")
        fresh.write_text(str(json.loads(line)["port"]))
        fresh.replace(told)
    return process.wait()


if __name__ == "__main__":
    sys.exit(keep(sys.stdin.readline(), Path(sys.argv[1])))
