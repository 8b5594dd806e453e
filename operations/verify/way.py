"""How requests get to a container: a connection, and the name by which the far end is asked."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from operations.verify.relay import Dial, relay

CONNECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Way:
    """A way that has been tried."""

    authority: str
    """`host:port`, as clients name it."""
    dial: Dial
    """Opens a connection, encrypted where clients encrypt."""
    plain: bool = False
    """Whether a client may call `authority` itself: nothing stands between that it could not say."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    pods: int | None = None
    """How many pods it leads to, where that is known: those behind a tunnel."""

    @contextmanager
    def address(self) -> Iterator[str]:
        """The `host:port` to give to a client that speaks neither TLS nor knows headers, for as long as it is held."""
        if self.plain:
            yield self.authority
        else:
            with relay(self.dial, self.authority, self.headers) as near:
                yield near


def tcp(host: str, port: int) -> Dial:
    """Connections to a host, given up after five seconds."""

    def dial() -> socket.socket:
        made = socket.create_connection((host, port), CONNECT_SECONDS)
        made.settimeout(None)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    return dial


def tls(dial: Dial, name: str, certificate: Path | None) -> Dial:
    """The same, encrypted for the host `name`, whose certificate must be good for it. Dialling raises ssl.SSLError."""
    context = ssl.create_default_context()
    if certificate is not None:
        context.load_cert_chain(certificate)

    def encrypted() -> socket.socket:
        plain = dial()
        plain.settimeout(CONNECT_SECONDS)
        try:
            made = context.wrap_socket(plain, server_hostname=name)
        except BaseException:
            plain.close()
            raise
        made.settimeout(None)
        return made

    return encrypted
