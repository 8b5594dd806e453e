"""Starts, finds and stops the sandbox's one server process."""

import json
import os
import signal
import ssl
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.error import URLError
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

from sandbox.home import Home, is_locked, locked, prepare

_ANSWER_SECONDS = 5.0
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_PAUSE_SECONDS = 0.02


class ServerFailedError(Exception):
    """The server did not start. The text holds the end of its log."""


@dataclass(frozen=True)
class Server:
    """A running server. `url` has no trailing slash."""

    url: str
    home: Home
    port: int
    pid: int


def running(home: Home) -> Server | None:
    """The server of this home, if one answers."""
    try:
        told = json.loads(home.server_file.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    if told["pid"] is None:
        return None
    with suppress(URLError, TimeoutError, ConnectionError):
        trust = HTTPSHandler(context=ssl.create_default_context(cafile=home.ca_pem))
        direct = build_opener(ProxyHandler({}), trust)
        with direct.open(f"{told['url']}/sandbox/health", timeout=_ANSWER_SECONDS) as answer:
            if json.load(answer)["pid"] == told["pid"]:
                return Server(url=told["url"], home=home, port=told["port"], pid=told["pid"])
    return None


def start(home: Home) -> Server:
    """Starts the server unless it runs already. Two callers at once get the same server.

    Raises ServerFailedError when it does not answer within 30 s.
    """
    prepare(home)
    with locked(home, "start"):
        found = running(home)
        if found:
            return found
        log = home.logs / "server.log"
        with log.open("ab") as sink:
            process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-m", "sandbox.server", "--home", str(home.root)],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            found = running(home)
            if found and found.pid == process.pid:
                return found
            if process.poll() is not None:
                break
            time.sleep(_PAUSE_SECONDS)
        process.kill()
        process.wait()
        raise ServerFailedError(f"The sandbox server did not start. The end of {log}:\n{log.read_text()[-2000:]}")


def stop(home: Home) -> bool:
    """Stops the server and all it started. False: none ran."""
    if not home.root.exists():
        return False
    with locked(home, "start"):
        found = running(home)
        if not found:
            return False
        os.kill(found.pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while is_locked(home, "server"):
            if time.monotonic() > deadline:
                os.kill(found.pid, signal.SIGKILL)
                deadline = float("inf")
            time.sleep(_PAUSE_SECONDS)
        with suppress(ChildProcessError):
            os.waitpid(found.pid, 0)
        return True
