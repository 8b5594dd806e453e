"""What is done without in a process that ends within seconds."""

import subprocess
import sys

PROGRAM = """
import atexit, gc
from components import short_lived
atexit.register(lambda: print(gc.isenabled(), gc.get_freeze_count() > 1000))
short_lived.leave_garbage()
"""


def test_a_program_ends_without_a_search_for_garbage() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["False", "True"]
