"""Where a run took place."""

import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
_KEPT = ("HOME", "LANG", "PATH", "TMPDIR", "XDG_CACHE_HOME", "SPEECH_PULUMI")
_GIB = 1024**3


def environment() -> dict[str, str]:
    """What measured processes see: this checkout first, and nothing that slows Python or keeps it from caching."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": str(REPOSITORY)}


def machine() -> Mapping[str, str]:
    """What numbers depend on, in words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}",
        "load before": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "command": " ".join(["python -m bench", *sys.argv[1:]]),
    }
