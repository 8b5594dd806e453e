"""A main container that is a script is not run: its end is taken from what such a script watches, a sidecar."""

import http.client
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from sandbox.kube.container_run import NEVER, ContainerRun
from sandbox.kube.kinds import Document

_PAUSE_SECONDS = 0.3
_ANSWER_SECONDS = 1.0
_ENOUGH_ENDS, _TOO_MANY_ENDS = 2, 6


class Watching:
    """What the script would find out. `volumes` has the folders of the claims that a container mounts."""

    def __init__(self, sidecar: ContainerRun, volumes: Callable[[Document], list[Path]]) -> None:
        self.because = ""
        """Why the script is taken to have succeeded."""
        self._sidecar, self._volumes = sidecar, volumes
        self._left: list[dict[str, int]] = []
        self._next_look = 0.0
        sidecar.on_end = self._note_end

    @property
    def verdict(self) -> bool | None:
        """Whether the script is taken to have succeeded; None while it would go on."""
        if self.because:
            return True
        return False if self._sidecar.ends >= _TOO_MANY_ENDS else None

    @property
    def due(self) -> float:
        """When to look again, of the monotonic clock."""
        return self._next_look if self._sidecar.listens and not self.because else NEVER

    def look(self) -> None:
        """Asks the sidecar, at most every 0.3 s."""
        process = self._sidecar.process
        if process and process.listens and process.port and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + _PAUSE_SECONDS
            if answers(process.port, "/ready"):
                self.because = f"{self._sidecar.name} answered /ready with 200"

    def _note_end(self) -> None:
        if self._sidecar.exit_status:  # a script could not see that it failed: this is stricter
            self._left.clear()
            return
        files = [path for folder in self._volumes(self._sidecar.container) for path in folder.rglob("*")]
        self._left.append({str(path): path.stat().st_size for path in files if path.is_file()})
        recent = self._left[-_ENOUGH_ENDS:]
        if len(recent) == _ENOUGH_ENDS and recent[0] == recent[1] != {}:
            self.because = f"{self._sidecar.name} ended twice and left the same files"


def answers(port: int, path: str) -> bool:
    """Whether a probe of this path succeeds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", path)
        return HTTPStatus.OK <= connection.getresponse().status < HTTPStatus.BAD_REQUEST
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
