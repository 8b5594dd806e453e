"""A double of a Speech container, as one local process: `python -m sandbox.container`.

It reads one JSON document from standard input, so that no key stands in a process list:

    {"image": reference, "args": [...], "env": {...}, "port": 0, "hosts": {"metering": "127.0.0.1:PORT"}, "ca": path,
     "cluster": uid, "volumes": {"/output": local folder}, "names": path, "loading_seconds": 0, "grace_seconds": 5,
     "metering_seconds": 600}

`image`, `args` and `env` are what a host would give the real container; `port` 0 takes a free one; `cluster` is the one
in whose network it is. It prints the line {"port": N, "container_port": 5000} once it listens on 127.0.0.1, the second
being the port that the real container would listen on, logs to standard error, and serves until SIGTERM or the end of
standard input. Exit status 0 after a stop, 1 where the container would not start. Runs that fetch or list something and
the diagnostic image serve nothing: they print no line and end by themselves.
"""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial
from types import FrameType

import uvicorn

from sandbox.speech import cache
from sandbox.speech.app import speech_app
from sandbox.speech.configuration import StartError
from sandbox.speech.console import log_to_console
from sandbox.speech.container import SpeechContainer
from sandbox.speech.kinds import repository_of
from sandbox.speech.launch import Launch, read_launch
from sandbox.speech.start import container_port, diagnose, prepare

_log = logging.getLogger("Microsoft.CloudAI.Containers.Host")


class DrainingServer(uvicorn.Server):
    """Stops like a container: no new connection, running streams end by themselves within the grace, exit status 0."""

    def __init__(self, config: uvicorn.Config, container: SpeechContainer, grace_seconds: float) -> None:
        super().__init__(config)
        self._container = container
        self._grace_seconds = grace_seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  the server's own signature
        """Stop, without raising the signal again afterwards as the base class does."""
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wait for the streams, then close what is left."""
        for server in self.servers:
            server.close()
        try:
            await asyncio.wait_for(self._container.decoders.idle.wait(), self._grace_seconds)
        except TimeoutError:
            _log.warning("Streams were still running after %g seconds.", self._grace_seconds)
        await super().shutdown(sockets)


def serve(launch: Launch) -> int:
    """Run a Speech container until told to stop; the exit status. Raises StartError."""
    prepared = asyncio.run(prepare(launch))
    if isinstance(prepared, int):
        return prepared
    config = uvicorn.Config(
        speech_app(prepared),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=1,
    )
    server = DrainingServer(config, prepared, launch.grace_seconds)
    with socket.create_server(("127.0.0.1", launch.port)) as listener:
        _at_end_of_input(partial(server.handle_exit, signal.SIGTERM, None))
        _tell(listener, container_port(launch))
        server.run(sockets=[listener])
    return 0


def serve_cache(launch: Launch) -> int:
    """Run a cache until told to stop; the exit status."""

    async def run() -> None:
        stopped, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, stopped.set)
        _at_end_of_input(partial(loop.call_soon_threadsafe, stopped.set))
        with socket.create_server(("127.0.0.1", launch.port)) as listener:
            server = await asyncio.start_server(partial(cache.converse, cache.Store()), sock=listener)
            _tell(listener, cache.PORT)
            await stopped.wait()
            server.close()  # and no waiting for clients: they may stay for ever

    asyncio.run(run())
    return 0


def _tell(listener: socket.socket, inside: int) -> None:
    port = listener.getsockname()[1]
    _log.info("Now listening on: http://127.0.0.1:%d (a simulation)", port)
    sys.stdout.write(json.dumps({"port": port, "container_port": inside}) + "\n")
    sys.stdout.flush()


def _at_end_of_input(stop: Callable[[], object]) -> None:
    def wait() -> None:
        # Not through sys.stdin: its lock, held by a waiting thread, breaks the interpreter's end.
        while os.read(sys.stdin.fileno(), 4096):
            continue
        stop()

    threading.Thread(target=wait, daemon=True).start()


def run(launch: Launch) -> int:
    """What the image of a launch does; the exit status. Raises StartError."""
    repository = repository_of(launch.image)
    if repository == "diagnostic":
        return asyncio.run(diagnose(launch))
    return serve_cache(launch) if repository in cache.IMAGES else serve(launch)


def main() -> int:
    """Read the launch and run it; the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the server takes over
    log_to_console("Information")
    try:
        return run(read_launch(sys.stdin))
    except (StartError, OSError) as error:  # of the system: the port is taken, the authority's file is missing
        _log.critical("%s", error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
