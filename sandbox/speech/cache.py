"""A Redis-compatible cache of six commands, and how a container asks it: in place of valkey/valkey and redis."""

import asyncio
import time
from collections.abc import Callable

from sandbox.speech.network import Names

IMAGES = ("valkey", "redis")
PORT = 6379
_SECONDS = 5.0
_UNITS = {b"EX": 1, b"PX": 1000}
"""How many make a second."""


class CacheError(Exception):
    """The cache did not answer, or refused."""


class Store:
    """Keys with an end, and what each command answers in RESP."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._values: dict[bytes, tuple[bytes, float]] = {}
        self._commands: dict[bytes, Callable[..., bytes]] = {
            b"PING": lambda text=None: b"+PONG\r\n" if text is None else _bulk(text),
            b"SET": self._set,
            b"GET": lambda key: _bulk(self._get(key)),
            b"DEL": lambda *keys: _number(sum(self._drop(key) for key in keys)),
            b"EXPIRE": self._expire,
            b"INFO": self._info,
        }

    def answer(self, words: list[bytes]) -> bytes:
        """The reply to one command."""
        name, *arguments = words
        command = self._commands.get(name.upper())
        if command is None:
            return b"-ERR unknown command '%b'\r\n" % name
        try:
            return command(*arguments)
        except (TypeError, ValueError):
            return b"-ERR wrong arguments for '%b'\r\n" % name

    def _set(self, key: bytes, value: bytes, *expiry: bytes) -> bytes:
        unit, count = expiry or (b"EX", b"inf")
        if unit.upper() not in _UNITS:
            raise ValueError(unit)
        self._values[key] = (value, self._now() + float(count) / _UNITS[unit.upper()])
        return b"+OK\r\n"

    def _get(self, key: bytes) -> bytes | None:
        value, end = self._values.get(key, (None, 0.0))
        if value is not None and end <= self._now():
            del self._values[key]
            return None
        return value

    def _drop(self, key: bytes) -> bool:
        held = self._get(key) is not None
        self._values.pop(key, None)
        return held

    def _expire(self, key: bytes, seconds: bytes) -> bytes:
        value = self._get(key)
        if value is not None:
            self._values[key] = (value, self._now() + int(seconds))
        return _number(value is not None)

    def _info(self, *_: bytes) -> bytes:
        held = sum(self._get(key) is not None for key in list(self._values))
        return _bulk(f"# Server\r\nredis_mode:standalone\r\n# Keyspace\r\ndb0:keys={held}\r\n".encode())


def _bulk(text: bytes | None) -> bytes:
    return b"$-1\r\n" if text is None else b"$%d\r\n%b\r\n" % (len(text), text)


def _number(count: int) -> bytes:
    return b":%d\r\n" % count


async def converse(store: Store, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one client until it leaves."""
    try:
        while words := await _command(reader):
            writer.write(store.answer(words))
            await writer.drain()
    except (ValueError, asyncio.IncompleteReadError, ConnectionError):
        return
    finally:
        writer.close()


async def _command(reader: asyncio.StreamReader) -> list[bytes]:
    """A command as an array of bulk strings, or as a line of words; empty at the end. Raises ValueError."""
    line = await reader.readline()
    if not line.startswith(b"*"):
        return line.split()
    words = []
    for _ in range(int(line[1:])):
        await reader.readexactly(1)
        words.append(await _read_bulk(reader) or b"")
    return words


async def _read_bulk(reader: asyncio.StreamReader) -> bytes | None:
    """A string after its `$`."""
    length = int(await reader.readline())
    return (await reader.readexactly(length + 2))[:-2] if length >= 0 else None


async def ask(names: Names, endpoint: str, *words: str) -> bytes | None:
    """What the cache at `host:port` answers to one command. Raises CacheError."""
    host, _, port = endpoint.rpartition(":")
    if not host or not port.isdecimal() or "/" in host:
        raise CacheError(f"{endpoint!r} is no host:port without a scheme")
    try:
        async with asyncio.timeout(_SECONDS):
            reader, writer = await asyncio.open_connection(*names.address(host, int(port)))
            try:
                writer.write(b"*%d\r\n" % len(words) + b"".join(_bulk(word.encode()) for word in words))
                kind = await reader.readexactly(1)
                if kind == b"$":
                    return await _read_bulk(reader)
                text = (await reader.readline()).strip()
            finally:
                writer.close()
    except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError) as error:
        raise CacheError(f"{endpoint}: {error or 'no answer'}") from error
    if kind == b"-":
        raise CacheError(f"{endpoint}: {text.decode(errors='replace')}")
    return text
