"""A gateway for tests: ends TLS before a container double, and keeps what its callers said."""

import contextlib
import selectors
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Front:
    """Where it listens, and the head of each request."""

    port: int
    heads: list[str] = field(default_factory=list)


@contextmanager
def front(address: str, context: ssl.SSLContext) -> Iterator[Front]:
    """Serves until the block is left."""
    host, _, port = address.partition(":")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found, ended = Front(listener.getsockname()[1]), threading.Event()

        def carry(plain: socket.socket) -> None:
            with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as client:
                head = client.recv(65536)
                found.heads.append(head.decode("latin-1"))
                with socket.create_connection((host, int(port))) as far:
                    far.sendall(head)
                    pump(client, far)

        def pump(client: ssl.SSLSocket, far: socket.socket) -> None:
            with selectors.DefaultSelector() as selector:
                for end in (client, far):
                    selector.register(end, selectors.EVENT_READ)
                while not ended.is_set():
                    ready = {key.fileobj for key, _ in selector.select(0.1)} | ({client} if client.pending() else set())
                    for end, other in ((client, far), (far, client)):
                        if end in ready:
                            chunk = end.recv(65536)
                            if not chunk:
                                return
                            other.sendall(chunk)

        def serve() -> None:
            while not ended.is_set():
                with contextlib.suppress(OSError):
                    client, _ = listener.accept()
                    threading.Thread(target=carry, args=(client,), daemon=True).start()

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        try:
            yield found
        finally:
            ended.set()
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", found.port), 1).close()
            server.join(5)
