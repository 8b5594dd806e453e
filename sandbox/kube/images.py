"""Which containers the container double plays."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from sandbox.speech.configuration import StartError
from sandbox.speech.kinds import read_image

_CACHES = frozenset({"redis", "valkey"})
_SHELLS = frozenset({"ash", "bash", "busybox", "sh"})


def is_played(container: Mapping[str, Any]) -> bool:
    """Whether it is a Speech container or a cache, and starts what its image starts: a shell script is not played."""
    command = container.get("command") or [""]
    if PurePosixPath(command[0]).name in _SHELLS:
        return False
    image = str(container.get("image", ""))
    if image.partition("@")[0].rpartition("/")[2].partition(":")[0] in _CACHES:
        return True
    try:
        read_image(image)
    except StartError:
        return False
    return True
