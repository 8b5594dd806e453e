"""A listener on loopback through which a client reaches a container it could not reach, or not by that name.

The Speech SDK takes a host and nothing else: no other address for a name, on some platforms no header, no certificate
of its own. So it is given a plain loopback host, and each of its connections goes on by `dial`, with the head of its
first request as the far end must see it.
"""

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

Dial = Callable[[], socket.socket]
"""Opens a connection to the far end. Raises OSError."""

_HEAD_BYTES = 65_536
_HEAD_SECONDS = 30.0
_CHUNK = 65_536
_LOOK_SECONDS = 0.5
_END = b"\r\n\r\n"


@contextmanager
def relay(dial: Dial, host: str, headers: Mapping[str, str]) -> Iterator[str]:
    """Serve on loopback, and give the `host:port` to call. `host` is what the far end reads in the header Host."""
    stopping = threading.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        server = threading.Thread(target=_serve, args=(listener, dial, host, headers, stopping), daemon=True)
        server.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stopping.set()
            # Closing a listener wakes no accept() on Linux: a last connection does.
            with contextlib.suppress(OSError):
                socket.create_connection(listener.getsockname(), 1).close()
            server.join(5)


def _serve(
    listener: socket.socket, dial: Dial, host: str, headers: Mapping[str, str], stopping: threading.Event
) -> None:
    while True:
        client, _ = listener.accept()
        if stopping.is_set():
            client.close()
            return
        threading.Thread(target=_carry, args=(client, dial, host, headers, stopping), daemon=True).start()


def _carry(client: socket.socket, dial: Dial, host: str, headers: Mapping[str, str], stopping: threading.Event) -> None:
    """One connection, until either side ends it."""
    with client, contextlib.suppress(OSError):
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head, _, rest = _head(client).partition(_END)
        if not head:
            return
        with contextlib.closing(dial()) as far:
            far.sendall(_as_seen(head, host, headers) + _END + rest)
            _pump(client, far, stopping)


def _head(client: socket.socket) -> bytes:
    client.settimeout(_HEAD_SECONDS)
    found = b""
    while _END not in found and len(found) < _HEAD_BYTES:
        chunk = client.recv(_CHUNK)
        if not chunk:
            return b""
        found += chunk
    client.settimeout(None)
    return found


def _as_seen(head: bytes, host: str, headers: Mapping[str, str]) -> bytes:
    first, *lines = head.split(b"\r\n")
    replaced = {"host", *(name.lower() for name in headers)}
    kept = [line for line in lines if line.partition(b":")[0].strip().lower().decode("latin-1") not in replaced]
    added = [f"{name}: {value}".encode("latin-1") for name, value in {"Host": host, **headers}.items()]
    return b"\r\n".join([first, *added, *kept])


def _pump(client: socket.socket, far: socket.socket, stopping: threading.Event) -> None:
    ends = {client: far, far: client}
    with selectors.DefaultSelector() as selector:
        for end in ends:
            selector.register(end, selectors.EVENT_READ)
        while not stopping.is_set():
            # What TLS has decrypted already makes no socket readable.
            decrypted = [end for end in ends if getattr(end, "pending", int)()]
            for end in decrypted or _readable(selector, ends):
                chunk = end.recv(_CHUNK)
                if not chunk:
                    return
                ends[end].sendall(chunk)


def _readable(selector: selectors.BaseSelector, ends: Iterable[socket.socket]) -> list[socket.socket]:
    found = {key.fileobj for key, _ in selector.select(_LOOK_SECONDS)}
    return [end for end in ends if end in found]
