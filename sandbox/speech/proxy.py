"""The HTTP proxy between a container and its billing endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from sandbox.speech.configuration import Configuration, StartError
from sandbox.speech.network import Names

HTTP2_FAILED = (
    "Synthesis failed. StatusCode: Internal, Details: Error starting gRPC call. HttpRequestException: Requesting HTTP "
    "version 2.0 with version policy RequestVersionOrHigher while unable to establish HTTP/2 connection."
)
"""What a client reads where the container's own processes talk through the proxy (azure-docs #112998, 2023-08)."""

_NO_URI = "HTTP_PROXY is no URI such as http://proxy:8888."
"""Without what was given: it may hold a password."""

_OWN_NAMES = {"localhost", "127.0.0.1"}


@dataclass(frozen=True)
class Proxy:
    """HTTP_PROXY with HTTP_PROXY_CREDS."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    spares_localhost: bool = True
    """Whether NO_PROXY keeps the container's own processes off it."""

    def route(self, names: Names) -> httpx.Proxy | None:
        """How a client goes through it; none where it stands outside of the sandbox: nothing leaves this machine."""
        found = names.inside(self.host, self.port)
        if found is None:
            return None
        auth = (self.user, self.password) if self.user else None
        return httpx.Proxy(f"http://{found[0]}:{found[1]}", auth=auth)


def read_proxy(configuration: Configuration, env: Mapping[str, str]) -> Proxy | None:
    """The proxy that is set, if any. Raises StartError."""
    given = configuration.get("HTTP_PROXY")
    if not given:
        return None
    try:
        uri = urlsplit(given)
        host, port = uri.hostname, uri.port
    except ValueError as error:
        raise StartError(_NO_URI) from error
    if uri.scheme not in ("http", "https") or not host:
        raise StartError(_NO_URI)
    credentials = configuration.get("HTTP_PROXY_CREDS")
    if credentials and (credentials != credentials.lower() or ":" not in credentials):
        raise StartError("HTTP_PROXY_CREDS is user:password in lower case.")
    user, _, password = credentials.partition(":")
    spared = {name.strip().lower() for name in (env.get("NO_PROXY") or env.get("no_proxy") or "").split(",")}
    return Proxy(host, port or 80, user, password, spares_localhost=spared >= _OWN_NAMES)
