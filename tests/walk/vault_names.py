"""The name of a vault on this machine: a proxy that leads every connection to the sandbox's own server."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socket import SHUT_WR, create_connection, socket
from urllib.parse import urlsplit

OUR_OWN = "127.0.0.1,localhost"


@contextmanager
def leading_to(server: str) -> Iterator[dict[str, str]]:
    """What a program's environment needs so that `https://<vault>.vault.azure.net` is the sandbox's; ended at the end."""
    there = urlsplit(server)

    class Tunnel(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            with create_connection((there.hostname, there.port or 443)) as far:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_carry, args=(far, self.connection))
                back.start()
                _carry(self.connection, far)
                back.join()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield {"https_proxy": f"http://127.0.0.1:{proxy.server_address[1]}", "no_proxy": OUR_OWN}
        finally:
            proxy.shutdown()
            thread.join()


def _carry(source: socket, target: socket) -> None:
    try:
        while some := source.recv(65536):
            target.sendall(some)
        target.shutdown(SHUT_WR)
    except OSError:
        return
