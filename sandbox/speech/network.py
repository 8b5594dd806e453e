"""Where a container is, and where its connections to others really go."""

import json
from dataclasses import dataclass, field
from ipaddress import ip_address
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

    def inside(self, host: str, port: int) -> tuple[str, int] | None:
        """The same for what may as well stand on the internet; none where it does: nothing leaves this machine."""
        found = self.address(host, port)
        return found if _is_loopback(found[0]) else None

    def _table(self) -> dict[str, str]:
        if not self.path:
            return {}
        try:
            table = json.loads(Path(self.path).read_text())
        except (OSError, ValueError):  # not written yet, or half written
            return {}
        return table if isinstance(table, dict) else {}


@dataclass(frozen=True)
class Network:
    """What a container reaches others by."""

    billing: str = ""
    """The address of the sandbox's billing endpoint, `127.0.0.1:PORT`; empty: no way there."""
    ca: str = ""
    """The file of the authority that hosts inside of the sandbox are trusted by."""
    cluster: str = ""
    """The uid of the cluster in whose network it is."""
    names: Names = field(default_factory=Names)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
