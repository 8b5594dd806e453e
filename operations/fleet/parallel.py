"""How many stacks run at once, unless somebody says it."""

import os

STACKS_A_CORE = 2
"""An engine and its program keep a core busy for about four seconds in all (docs/performance.md) and wait for Azure for
minutes: two a core hardly meet."""
GIB_A_STACK = 0.75
"""Engine, program and plugins of one stack; the sandbox's need 0.22 (docs/fleet.md), the real plugins are larger."""
MOST = 16
"""More would meet Resource Manager's limits of requests before they gain anything."""
_KIB_A_GIB = 1024**2


def parallel(cores: int, free_gib: float) -> int:
    """At least one."""
    return max(1, min(MOST, cores * STACKS_A_CORE, int(free_gib / GIB_A_STACK)))


def here() -> int:
    """For this machine as it is now."""
    return parallel(_cores(), _free_gib())


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _free_gib() -> float:
    try:
        with open("/proc/meminfo") as lines:  # noqa: PTH123  # no file but a question to the kernel
            found = next(line for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        return float(MOST)
    return int(found.split()[1]) / _KIB_A_GIB
