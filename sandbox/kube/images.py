"""Which containers the container double plays."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from sandbox.speech import cache
from sandbox.speech.configuration import StartError
from sandbox.speech.kinds import read_image, repository_of

_OTHERS = frozenset({"diagnostic", *cache.IMAGES})
_SHELLS = frozenset({"ash", "bash", "busybox", "sh"})


def is_played(container: Mapping[str, Any]) -> bool:
    """Whether its image is one of Speech or a cache, and it starts what the image starts: a script is not played."""
    command = container.get("command") or [""]
    if PurePosixPath(command[0]).name in _SHELLS:
        return False
    image = str(container.get("image", ""))
    if repository_of(image) in _OTHERS:
        return True
    try:
        read_image(image)
    except StartError:
        return False
    return True
