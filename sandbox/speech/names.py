"""Where a container's connections to others really go: the sandbox's own name service."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Names:
    """The JSON file {"host:port": "127.0.0.1:port"}, read again at each connection; without one, names are kept."""

    path: str = ""

    def address(self, host: str, port: int) -> tuple[str, int]:
        """Where to connect instead of `host:port`: what the file says, else as written."""
        found = self._table().get(f"{host}:{port}")
        if found is None:
            return host, port
        name, _, number = found.rpartition(":")
        return name, int(number)

    def _table(self) -> dict[str, str]:
        if not self.path:
            return {}
        try:
            table = json.loads(Path(self.path).read_text())
        except (OSError, ValueError):  # not written yet, or half written
            return {}
        return table if isinstance(table, dict) else {}
