"""Whether a container can be reached as its clients reach it: its name, its port, its certificate."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Protocol

from operations.verify.check import Check, failed, passed, warned
from operations.verify.relay import Dial
from operations.verify.target import Asking, Target
from operations.verify.way import CONNECT_SECONDS, Way, tcp, tls

_PAUSE_SECONDS = 2.0
_DAYS_TO_WARN = 21
"""Automatic renewals come earlier: cert-manager's a month before the end of 90 days."""


class NoTunnelError(Exception):
    """No way through the cluster's API. The text says why and the remedy."""


class NoPodsYetError(NoTunnelError):
    """No pod runs, which may change."""


class Tunnels(Protocol):
    """Ways through a cluster's API to the pods of a container."""

    def to(self, container: str, port: int) -> tuple[Dial, int]:
        """Connections in turn to its ready pods, else to those that have begun; and how many are ready.

        Raises NoTunnelError.
        """


To = Callable[[str, int], tuple[Dial, int]]
"""As `Tunnels.to`."""


class UnreachableError(Exception):
    """Clients cannot get there. `check` says why."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.said)
        self.check = check


Tell = Callable[[str, float], None]
"""Takes what is waited for, and the seconds left."""


def reach(target: Target, asking: Asking, tunnels: Tunnels | None, tell: Tell) -> Iterator[Check | Way]:
    """The checks as they are made, and at last the way, where there is one."""
    missing = unproven(target, asking)
    try:
        if target.name in asking.addresses:
            yield from _by_address(target, asking)
        elif tunnels is not None and (missing or not _from_here(target)):
            yield from _by_tunnel(target, _patient(tunnels, asking.ready_seconds, tell), missing)
            return
        else:
            yield from _directly(target)
    except UnreachableError as error:
        if tunnels is None or target.plan.exposure.kind != "internal" or target.name in asking.addresses:
            yield error.check
            return
        # Whoever verifies need not stand where clients do.
        yield warned(error.check.name, f"{error.check.said} (from here; internal addresses open to the network only)")
        yield from _by_tunnel(target, _patient(tunnels, asking.ready_seconds, tell), None)
        return
    if missing:
        yield warned("call", f"nothing was asked: the gateway wants {missing[0]} of callers", missing[1])
        return
    yield from _encrypted(target, asking)


def unproven(target: Target, asking: Asking) -> tuple[str, str] | None:
    """What the gateway asks of callers and was not given, and how to give it."""
    entrance = target.plan.exposure.entrance
    if entrance is None:
        return None
    clients, given = entrance.clients, {name.lower() for name in asking.headers}
    if clients.certificate_authority and asking.certificate is None:
        return "a certificate", "--client-cert FILE: the caller's certificate and key, PEM"
    if clients.api_keys and clients.api_keys.header.lower() not in given:
        return "a key", f"--header {clients.api_keys.header}=env:VARIABLE"
    if clients.jwt and "authorization" not in given:
        return "a token", "--header Authorization=env:VARIABLE, which holds  Bearer <token>"
    return None


def _from_here(target: Target) -> bool:
    """Whether clients' own way is tried at all. The names of a cluster resolve inside of it only."""
    return target.plan.exposure.kind != "cluster" or bool(_resolved(target))


def _resolved(target: Target) -> list[str]:
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return sorted({str(row[4][0]) for row in found})


def _directly(target: Target) -> Iterator[Check]:
    if target.host is None:
        raise UnreachableError(
            failed("name", "the stack has no address of it yet", f"pulumi up --refresh --stack {target.plan.stack}")
        )
    if not _is_address(target.host):
        found = _resolved(target)
        if not found:
            raise UnreachableError(failed("name", f"{target.host} does not resolve here", _no_name(target)))
        yield passed("name", f"{target.host} is {', '.join(found)}")
    yield _connected(target, target.host, target.port)


def _by_address(target: Target, asking: Asking) -> Iterator[Check]:
    host, port = asking.addresses[target.name]
    yield _connected(target, host, port, f"{host}:{port}, given for {target.authority}")


def _connected(target: Target, host: str, port: int, words: str | None = None) -> Check:
    begin = datetime.now(tz=UTC)
    try:
        tcp(host, port)().close()
    except TimeoutError:
        said = f"{words or f'{host}:{port}'} does not answer within {CONNECT_SECONDS:g} s"
        raise UnreachableError(failed("tcp", said, _closed(target))) from None
    except OSError as error:
        said = f"{words or f'{host}:{port}'}: {error.strerror or error}"
        raise UnreachableError(failed("tcp", said, target.logs)) from None
    seconds = (datetime.now(tz=UTC) - begin).total_seconds()
    return passed("tcp", f"{words or f'{host}:{port}'} in {1000 * seconds:.0f} ms", seconds=seconds)


def _by_tunnel(target: Target, to: To, missing: tuple[str, str] | None) -> Iterator[Check | Way]:
    port = target.container.port or target.port
    if missing:
        said = f"not asked: it wants {missing[0]} of callers. Its pods are asked in its place"
        yield warned("gateway", said, missing[1])
    try:
        dial, pods = to(target.container.name, port)
        dial().close()
    except (NoTunnelError, OSError) as error:
        yield failed("tunnel", str(error), f"kubectl -n {target.plan.names['namespace']} get pods")
        return
    ready = f"{pods} ready {'pod' if pods == 1 else 'pods'}" if pods else "pods of which none is ready yet"
    yield passed("tunnel", f"by port-forward to {ready}", pods=pods)
    yield Way(f"{target.container.name}:{port}", dial, pods=pods or None)


def _patient(tunnels: Tunnels, seconds: float, tell: Tell) -> To:
    """Asks again for pods until some run, for so long."""

    def to(container: str, port: int) -> tuple[Dial, int]:
        deadline = time.monotonic() + seconds
        while True:
            try:
                return tunnels.to(container, port)
            except NoPodsYetError as error:
                left = deadline - time.monotonic()
                if left < _PAUSE_SECONDS:
                    raise
                tell(f"waits: {error}", left)
                time.sleep(_PAUSE_SECONDS)

    return to


def _encrypted(target: Target, asking: Asking) -> Iterator[Check | Way]:
    """TLS where clients speak it, then the way."""
    host, port = asking.addresses.get(target.name, (target.host or target.name, target.port))
    authority, dial = target.authority, tcp(host, port)
    if not target.tls:
        direct = target.name not in asking.addresses and not asking.headers
        yield Way(authority, dial, plain=direct, headers=asking.headers)
        return
    encrypted = tls(dial, target.host or target.name, asking.certificate)
    try:
        with encrypted() as made:
            yield _days(made, target)
    except ssl.SSLCertVerificationError as error:
        yield failed("tls", f"the certificate: {error.verify_message}", _no_trust(target))
        return
    except OSError as error:
        yield failed("tls", f"{authority}: {error.strerror or error}", target.logs)
        return
    yield Way(authority, encrypted, headers=asking.headers)


def _days(made: socket.socket, target: Target) -> Check:
    known = made.getpeercert() if isinstance(made, ssl.SSLSocket) else None
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str((known or {})["notAfter"])), tz=UTC)
    days = (ends - datetime.now(tz=UTC)).days
    version = made.version() if isinstance(made, ssl.SSLSocket) else None
    said = f"{version}, a certificate for this host, good for {days} days more"
    if days < _DAYS_TO_WARN:
        return warned("tls", said, f"renew it: kubectl -n {target.plan.names['namespace']} get certificate,secret")
    return passed("tls", said, days=days)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _no_name(target: Target) -> str:
    if target.plan.exposure.entrance:
        return f"point *.{target.plan.exposure.domain} to the gateway: kubectl get gateway -A -o wide"
    if target.plan.exposure.domain:
        return f"point {target.host} to the address of  kubectl -n {target.plan.names['namespace']} get service"
    return f"--address {target.name}=HOST:PORT, where a tunnel leads to it"


def _closed(target: Target) -> str:
    if target.plan.exposure.clients:
        return f"this machine must be in speech:network.clients.cidrs ({', '.join(target.plan.exposure.clients)})"
    return f"--address {target.name}=HOST:PORT, where a tunnel leads to it"


def _no_trust(target: Target) -> str:
    return (
        f"a certificate for {target.host} from an authority that this machine trusts"
        " (another of your own: SSL_CERT_FILE=FILE speech verify ...)"
    )
