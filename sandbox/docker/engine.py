"""Containers that outlive the command: what each is, and the process that keeps it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sandbox.docker.flags import Run, read_run
from sandbox.docker.keeper import keep
from sandbox.home import Home

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
_PAUSE_SECONDS = 0.02


class DockerError(Exception):
    """What Docker's daemon would refuse. The text as Docker prints it."""


class Engine:
    """The containers, volumes and networks of one folder of the sandbox's home."""

    def __init__(self, home: Home) -> None:
        self._home, self._root = home, home.root / "docker"
        self._root.mkdir(parents=True, exist_ok=True)

    def run(self, run: Run) -> int:
        """Runs to the end, or leaves a process behind. The exit status."""
        name = run.name or f"container-{time.monotonic_ns():x}"
        if (self._file(name)).exists():
            raise DockerError(f'Conflict. The container name "/{name}" is already in use')
        if run.entrypoint:
            print(f"sandbox: not run: {run.image} {run.entrypoint} {' '.join(run.words)}", file=sys.stderr)
            return 0
        launch = json.dumps(self._launch(run))
        if not run.detached:
            return keep(launch)
        log = (self._root / f"{name}.log").open("ab")
        told = self._root / f"{name}.port"
        told.unlink(missing_ok=True)
        keeper = subprocess.Popen(  # noqa: S603  # our own module
            [sys.executable, "-P", "-m", "sandbox.docker.keeper", str(told)],
            stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, text=True,
        )  # fmt: skip
        log.close()
        if keeper.stdin is None:
            raise AssertionError("it was asked for")
        keeper.stdin.write(launch + "\n")
        keeper.stdin.close()
        row = {
            "name": name, "image": run.image, "pid": keeper.pid, "host_port": run.host_port, "port": run.port,
            "networks": list(run.networks) or ["bridge"], "memory": run.memory, "cpus": run.cpus,
        }  # fmt: skip
        self._file(name).write_text(json.dumps(row))
        self._await(told, keeper)
        self._name_everybody()
        print(name)
        return 0

    def create(self, words: Sequence[str]) -> None:
        """Keeps the words of a container that does not run yet; for its owner alone, they may hold a key."""
        run = read_run(words)
        if self._file(run.name).exists() or self._created(run.name).exists():
            raise DockerError(f'Conflict. The container name "/{run.name}" is already in use')
        self._created(run.name).touch(mode=0o600)
        first = [] if run.networks else ["--network", "bridge"]
        self._created(run.name).write_text(json.dumps([*first, *words]))
        print(run.name)

    def start(self, name: str) -> int:
        """Runs what was created. The exit status. Raises DockerError."""
        if not self._created(name).exists():
            raise DockerError(f"No such container: {name}")
        words = json.loads(self._created(name).read_text())
        self._created(name).unlink()
        return self.run(read_run(["--detach", *words]))

    def containers(self) -> list[dict[str, Any]]:
        """A row a container: name, image, pid, ports, networks, and `address`: where it listens on this machine."""
        rows = [json.loads(file.read_text()) for file in sorted(self._root.glob("*.container"))]
        return [{**row, "address": self._address(row["name"])} for row in rows]

    def remove(self, name: str) -> None:
        """Stops and forgets. Raises DockerError."""
        if not self._file(name).exists():
            raise DockerError(f"No such container: {name}")
        pid = json.loads(self._file(name).read_text())["pid"]
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        while _lives(pid) and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)
        self._file(name).unlink()
        (self._root / f"{name}.port").unlink(missing_ok=True)
        self._name_everybody()

    def connect(self, network: str, name: str) -> None:
        """Another network for a container, before it runs or while it does."""
        if self._created(name).exists():
            words = json.loads(self._created(name).read_text())
            self._created(name).write_text(json.dumps(["--network", network, *words]))
            return
        row = json.loads(self._file(name).read_text())
        self._file(name).write_text(json.dumps({**row, "networks": [*row["networks"], network]}))
        self._name_everybody()

    def network(self, name: str) -> Path:
        """The mark of a network; it exists where the network does."""
        return self._root / f"{name}.network"

    def _launch(self, run: Run) -> dict[str, Any]:
        server = json.loads(self._home.server_file.read_text()) if self._home.server_file.exists() else {}
        return {
            "image": run.image,
            "args": list(run.words),
            "env": run.env,
            "port": 0,
            "hosts": {"metering": f"127.0.0.1:{server['port']}"} if server.get("pid") else {},
            "ca": str(self._home.ca_pem),
            "volumes": {path: str(self._volume(source)) for path, source in run.volumes.items()},
            "names": str(self._root / "names.json"),
        }

    def _volume(self, source: str) -> Path:
        """A folder of the host as it is, a name as a folder of the sandbox's."""
        folder = Path(source) if "/" in source else self._root / "volumes" / source.replace("\\", "_").replace(":", "")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _name_everybody(self) -> None:
        """Containers find each other by name. Networks are not kept apart: docs/sandbox.md says so."""
        names = {f"{row['name']}:{port}": row["address"] for row in self.containers() for port in _ports(row)}
        fresh = self._root / f".names.{os.getpid()}"
        fresh.write_text(json.dumps(names))
        fresh.replace(self._root / "names.json")

    def _await(self, told: Path, keeper: "subprocess.Popen[str]") -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not told.exists() and keeper.poll() is None and time.monotonic() < deadline:
            time.sleep(_PAUSE_SECONDS)

    def _address(self, name: str) -> str | None:
        told = self._root / f"{name}.port"
        return f"127.0.0.1:{told.read_text()}" if told.exists() else None

    def _created(self, name: str) -> Path:
        return self._root / f"{name}.created"

    def _file(self, name: str) -> Path:
        return self._root / f"{name}.container"


def _ports(row: Mapping[str, Any]) -> Iterator[int]:
    if row["address"]:
        # Redis' own port where none is published: the cache is the one container without.
        yield row["port"] or 6379


def _lives(pid: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def install(home: Home) -> Path:
    """A folder with an executable `docker`, for PATH: never beside the other stand-ins, it would hide the real one."""
    folder = home.root / "docker" / "bin"
    folder.mkdir(parents=True, exist_ok=True)
    shim = folder / "docker"
    shim.write_text(f'#!/bin/sh\nSPEECH_SANDBOX_HOME="{home.root}" exec "{sys.executable}" -P -m sandbox.docker "$@"\n')
    shim.chmod(0o755)
    return folder


def clear(home: Home) -> None:
    """Stops every container of a home and forgets its volumes."""
    engine = Engine(home)
    for row in engine.containers():
        engine.remove(row["name"])
    shutil.rmtree(home.root / "docker")
