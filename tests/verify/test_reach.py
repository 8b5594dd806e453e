"""By which way a container is reached, and what is said where there is none."""

import socket
from collections.abc import Iterator

import pytest

from operations.verify.check import Check
from operations.verify.reach import NoPodsYetError, NoTunnelError, Tunnels, reach
from operations.verify.relay import Dial
from operations.verify.target import Asking, Target, targets
from operations.verify.way import Way, tcp
from tests.manifests.made import exposed, planned

HOST = "transcribe-en.speech.contoso.example"


class Tunnel:
    """Leads to a listener, or to nothing."""

    def __init__(self, port: int | None = None) -> None:
        self._port = port

    def to(self, container: str, port: int) -> tuple[Dial, int]:
        if self._port is None:
            raise NoTunnelError(f"none of {container}'s 2 pods is ready")
        assert port == 5000
        return tcp("127.0.0.1", self._port), 2


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture(autouse=True)
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only addresses resolve."""
    resolve = socket.getaddrinfo

    def numbers_only(host: str, port: int, *more: object, **named: object) -> object:
        if not host.replace(".", "").isdigit():
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, port, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", numbers_only)


def public(**told: str) -> Target:
    [found] = targets(
        exposed("public", ("speech:acknowledge", ["open-endpoint"]), domain="speech.contoso.example"),
        {"transcribe-en": told} if told else {},
    )
    return found


def asked(target: Target, tunnels: Tunnels | None = None, **asking: object) -> tuple[list[str], Way | None]:
    found = list(reach(target, Asking(**{"ready_seconds": 0, **asking}), tunnels, lambda *_: None))
    checks = [f"{one.state} {one.name}: {one.said}" for one in found if isinstance(one, Check)]
    ways = [one for one in found if isinstance(one, Way)]
    return checks, ways[0] if ways else None


def test_a_name_that_does_not_resolve_fails_with_the_record_to_make() -> None:
    [check] = reach(public(), Asking(), None, lambda *_: None)
    assert isinstance(check, Check)
    assert (check.state, check.said) == ("fail", f"{HOST} does not resolve here")
    assert check.remedy == f"point {HOST} to the address of  kubectl -n speech get service"


def test_a_container_inside_of_a_cluster_is_reached_through_its_pods(listener: int) -> None:
    [target] = targets(planned(), {})
    checks, way = asked(target, Tunnel(listener))
    assert checks == ["pass tunnel: by port-forward to 2 ready pods"]
    assert way is not None
    assert (way.authority, way.pods, way.plain) == ("transcribe-en:5000", 2, False)


def test_pods_that_are_not_ready_are_no_way() -> None:
    [target] = targets(planned(), {})
    assert asked(target, Tunnel()) == (["fail tunnel: none of transcribe-en's 2 pods is ready"], None)


def test_an_api_that_refuses_is_not_asked_until_the_deadline() -> None:
    [target] = targets(planned(), {})
    assert asked(target, Tunnel(), ready_seconds=600)[0][0].startswith("fail tunnel: ")


def test_pods_that_come_within_the_deadline_are_waited_for(listener: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(Tunnel):
        asked = 0

        def to(self, container: str, port: int) -> tuple[Dial, int]:
            self.asked += 1
            if self.asked < 3:
                raise NoPodsYetError("ContainerCreating")
            return super().to(container, port)

    monkeypatch.setattr("operations.verify.reach.time.sleep", lambda _: None)
    [target] = targets(planned(), {})
    assert asked(target, Late(listener), ready_seconds=60)[0] == ["pass tunnel: by port-forward to 2 ready pods"]


def test_an_internal_address_that_is_closed_from_here_is_a_warning_and_its_pods_are_asked(listener: int) -> None:
    [target] = targets(exposed("internal"), {"transcribe-en": {"host_url": "ws://127.0.0.1:9"}})
    checks, way = asked(target, Tunnel(listener))
    assert checks == [
        "warn tcp: 127.0.0.1:9: Connection refused (from here; internal addresses open to the network only)",
        "pass tunnel: by port-forward to 2 ready pods",
    ]
    assert way is not None


def test_a_public_address_that_is_closed_fails_though_pods_would_answer(listener: int) -> None:
    checks, way = asked(public(host_url="ws://127.0.0.1:9"), Tunnel(listener))
    assert checks == ["fail tcp: 127.0.0.1:9: Connection refused"]
    assert way is None


def test_an_address_that_answers_is_called_without_anything_between(listener: int) -> None:
    checks, way = asked(public(host_url=f"ws://127.0.0.1:{listener}"))
    assert checks[0].startswith(f"pass tcp: 127.0.0.1:{listener} in ")
    assert way is not None
    with way.address() as address:
        assert address == f"127.0.0.1:{listener}"


def test_a_given_address_is_asked_by_the_containers_own_name(listener: int) -> None:
    _, way = asked(public(), addresses={"transcribe-en": ("127.0.0.1", listener)})
    assert way is not None
    assert (way.authority, way.plain) == (f"{HOST}:5000", False)


def test_a_stack_that_knows_no_address_yet_says_so() -> None:
    [target] = targets(exposed("internal"), {})
    assert asked(target)[0] == ["fail name: the stack has no address of it yet"]
