"""Which version a `pulumi` is: asked once, then known by the file's size and time."""

import contextlib
import json
import os
import re
import subprocess
from pathlib import Path

Version = tuple[int, int, int]


class EngineError(Exception):
    """Why there is no engine, and what helps. Its text has both, a line each."""


def cache() -> Path:
    """The per-user cache, shared by every checkout."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "speech-containers"


def shown(version: Version | None) -> str:
    """`3.259.0`."""
    return ".".join(map(str, version)) if version else "it does not run"


def version_of(path: Path) -> Version | None:
    """Version of the `pulumi` at `path`, None if it does not run. A file that was seen before is not asked again."""
    try:
        stat = path.stat()
    except OSError:
        return None
    mark = [stat.st_mtime_ns, stat.st_size]
    seen = _seen()
    entry = seen.get(str(path), [])
    if entry[:2] != mark:
        entry = [*mark, ask_version(path)]
        _remember({**{name: old for name, old in seen.items() if Path(name).exists()}, str(path): entry})
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", str(entry[2]))
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def ask_version(path: Path) -> str:
    """What `pulumi version` answers, empty if it does not run."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(  # noqa: S603 - a pulumi that the user or we have put there
            [path, "version"], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _seen() -> dict[str, list[object]]:
    try:
        seen: dict[str, list[object]] = json.loads((cache() / "checked.json").read_text())
    except (OSError, ValueError):
        return {}
    return seen


def _remember(seen: dict[str, list[object]]) -> None:
    # Where the cache cannot be written the next start asks again: slower, not wrong.
    with contextlib.suppress(OSError):
        cache().mkdir(parents=True, exist_ok=True)
        fresh = cache() / f"checked.json.{os.getpid()}"
        fresh.write_text(json.dumps(seen))
        fresh.replace(cache() / "checked.json")
