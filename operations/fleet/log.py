"""One log a stack: what the engine said, line by line, without what the environment keeps secret."""

import os
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

_SECRET = re.compile(r"(SECRET|PASSPHRASE|PASSWORD|TOKEN|_KEY|SAS)$")
_SHORTEST = 6
"""What is shorter is no secret worth the name, and would hide words."""
_HIDDEN = "[secret]"


class Log:
    """Appends to a file that its owner alone may read. Safe for several threads.

    The engine hides secrets of configuration and state itself; those of its environment it does not know.
    """

    def __init__(self, path: Path, environment: Mapping[str, str] = os.environ) -> None:
        self._path = path
        self._secrets = sorted(
            {value for name, value in environment.items() if _SECRET.search(name) and len(value) >= _SHORTEST},
            key=len,
            reverse=True,
        )
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._file = os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", buffering=1)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._file.close()

    def begin(self, what: str) -> None:
        """A heading with the time (UTC)."""
        self.line(f"--- {what}, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")

    def line(self, text: str) -> None:
        """One line."""
        with self._lock:
            self._file.write(f"{self.hidden(text)}\n")

    def hidden(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return text
