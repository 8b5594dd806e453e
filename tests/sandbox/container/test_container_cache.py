"""The cache in place of valkey and redis."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.speech.cache import CacheError, Store, ask
from sandbox.speech.network import Names
from tests.sandbox.container.container_doubles import RunningContainer, run_container


class HeldTime:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def tell(store: Store, line: str) -> bytes:
    return store.answer(line.encode().split())


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["PING"], b"+PONG\r\n"),
        (["ping hello"], b"$5\r\nhello\r\n"),
        (["GET a"], b"$-1\r\n"),
        (["SET a 1", "GET a"], b"$1\r\n1\r\n"),
        (["SET a 1", "DEL a b"], b":1\r\n"),
        (["SET a 1", "DEL a", "GET a"], b"$-1\r\n"),
        (["EXPIRE a 5"], b":0\r\n"),
        (["SET a 1 EX"], b"-ERR wrong arguments for 'SET'\r\n"),
        (["SET a 1 NX 2"], b"-ERR wrong arguments for 'SET'\r\n"),
        (["EXPIRE a"], b"-ERR wrong arguments for 'EXPIRE'\r\n"),
        (["FLUSHALL"], b"-ERR unknown command 'FLUSHALL'\r\n"),
    ],
)
def test_a_command_is_answered_in_resp(lines: list[str], answer: bytes) -> None:
    store = Store()
    assert [tell(store, line) for line in lines][-1] == answer


@pytest.mark.parametrize("lines", [["SET a 1 EX 10"], ["SET a 1 PX 10000"], ["SET a 1", "EXPIRE a 10"]])
def test_a_key_is_gone_after_its_time(lines: list[str]) -> None:
    time = HeldTime()
    store = Store(time)
    for line in lines:
        tell(store, line)
    time.seconds = 9.9
    assert tell(store, "GET a") == b"$1\r\n1\r\n"
    time.seconds = 10
    assert tell(store, "GET a") == b"$-1\r\n"
    assert b"db0:keys=0" in tell(store, "INFO")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningContainer]:
    image = "contoso.azurecr.io/mirror/valkey/valkey:8.1.10-alpine@sha256:0a"
    with run_container(tmp_path_factory.mktemp("cache"), image=image, args=[]) as found:
        yield found


def test_a_client_sets_and_gets(running: RunningContainer) -> None:
    async def session() -> list[bytes | None]:
        return [
            await ask(Names(), running.address, *words)
            for words in (["PING"], ["SET", "k", "a b"], ["GET", "k"], ["GET", "none"])
        ]

    assert asyncio.run(session()) == [b"PONG", b"OK", b"a b", None]


def test_a_refusal_is_an_error_of_the_client(running: RunningContainer) -> None:
    with pytest.raises(CacheError, match="unknown command 'KEYS'"):
        asyncio.run(ask(Names(), running.address, "KEYS", "*"))


def test_a_probe_may_send_a_plain_line(running: RunningContainer) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as probe:
        probe.sendall(b"PING\r\n")
        assert probe.recv(100) == b"+PONG\r\n"


def test_nonsense_closes_its_own_connection_only(running: RunningContainer) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as probe:
        probe.sendall(b"*x\r\n")
        assert probe.recv(100) == b""
    assert asyncio.run(ask(Names(), running.address, "PING")) == b"PONG"


def test_a_cache_ends_with_sigterm_while_a_client_stays(tmp_path: Path) -> None:
    with (
        run_container(tmp_path, image="redis:7", args=[]) as cache,
        socket.create_connection(("127.0.0.1", cache.port), timeout=10),
    ):
        cache.process.terminate()
        assert cache.process.wait(10) == 0
