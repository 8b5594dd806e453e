"""A double of a Speech container, as one local process: `python -m sandbox.container`.

It reads one JSON document from standard input, so that no key stands in a process list:

    {"image": reference, "args": [...], "env": {...}, "port": 0, "hosts": {"metering": "127.0.0.1:PORT"}, "ca": path,
     "cluster": uid, "volumes": {"/output": local folder}, "names": path, "loading_seconds": 0, "grace_seconds": 5,
     "metering_seconds": 600}

`image`, `args` and `env` are what a host would give the real container; `port` 0 takes a free one; `cluster` is the one
in whose network it is. It prints the line {"port": N} once it listens on 127.0.0.1, logs to standard error, and serves
until SIGTERM or the end of standard input. Exit status 0 after a stop, 1 where the container would not start.
"""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import FrameType

import uvicorn

from sandbox.speech.app import speech_app
from sandbox.speech.billing import billing_client, unreachable
from sandbox.speech.console import log_to_console
from sandbox.speech.container import SpeechContainer
from sandbox.speech.kinds import read_image
from sandbox.speech.metering import INTERVAL_SECONDS, Identity, Metering, SystemClock
from sandbox.speech.settings import StartError, check, read_configuration

_log = logging.getLogger("Microsoft.CloudAI.Containers.Host")


@dataclass(frozen=True)
class Launch:
    """The document on standard input."""

    image: str
    args: list[str] = field(repr=False)
    env: dict[str, str] = field(repr=False)
    port: int = 0
    hosts: dict[str, str] = field(default_factory=dict)
    ca: str = ""
    cluster: str = ""
    """The uid of the cluster in whose network it is; empty: outside of Azure."""
    volumes: dict[str, str] = field(default_factory=dict)
    """{mount path in the container: local folder}."""
    names: str = ""
    """A JSON file {"host:port": "127.0.0.1:port"}, read again at each connection that the container makes to another
    one; what it does not hold is connected to as written."""
    loading_seconds: float = 0
    grace_seconds: float = 5
    """How long a stop waits for running streams."""
    metering_seconds: float = INTERVAL_SECONDS


def read_launch(lines: Iterable[str]) -> Launch:
    """The first JSON document of some lines. Raises StartError without the document's words: they hold a key."""
    text = ""
    for line in lines:
        text += line
        try:
            return Launch(**json.loads(text))
        except json.JSONDecodeError:
            continue
        except TypeError as error:
            raise StartError(
                f"The launch document has other fields than {', '.join(Launch.__annotations__)}."
            ) from error
    raise StartError("Standard input holds no JSON document.")


def build(launch: Launch) -> SpeechContainer:
    """The container of a launch. Raises StartError."""
    image = read_image(launch.image)
    settings = check(read_configuration(launch.args, launch.env), launch.env)
    log_to_console(settings.log_level)
    address = launch.hosts.get("metering")
    submit = billing_client(settings, address, launch.ca, launch.cluster) if address else unreachable
    clock = SystemClock()
    metering = Metering(Identity(uuid.uuid4().hex[:12], image), submit, clock, launch.metering_seconds)
    _log.info("Submitting metering to '%s'.", settings.billing)
    return SpeechContainer.started(image, settings, metering, clock, launch.loading_seconds)


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


def serve(launch: Launch) -> None:
    """Run until told to stop. Raises StartError."""
    container = build(launch)
    config = uvicorn.Config(
        speech_app(container),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=1,
    )
    server = DrainingServer(config, container, launch.grace_seconds)
    with socket.create_server(("127.0.0.1", launch.port)) as listener:
        threading.Thread(target=_stop_at_end_of_input, args=[server], daemon=True).start()
        port = listener.getsockname()[1]
        _log.info("Now listening on: http://127.0.0.1:%d (a simulation)", port)
        sys.stdout.write(json.dumps({"port": port}) + "\n")
        sys.stdout.flush()
        server.run(sockets=[listener])


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    # Not through sys.stdin: its lock, held by a waiting thread, breaks the interpreter's end.
    while os.read(sys.stdin.fileno(), 4096):
        continue
    server.should_exit = True


def main() -> int:
    """Read the launch and serve; the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the server takes over
    log_to_console("Information")
    try:
        serve(read_launch(sys.stdin))
    except (StartError, OSError) as error:  # of the system: the port is taken, the authority's file is missing
        _log.critical("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
