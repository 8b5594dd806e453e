"""`python -m conformance --folder DIR [--sandbox DIR] [--kubelet]`: a control plane until its input ends, or SIGTERM.

Its one line of output tells {"kubeconfig": path, "pids": [...]} once it is ready. With the home of a running sandbox,
the sandbox's clusters of AKS lead to it and its nodes follow their pools. With a kubelet, pods of Speech containers are
processes, whose preStop and grace period count; else kwok has all pods, and they are ready and gone at once.
"""

import argparse
import contextlib
import json
import signal
import ssl
import sys
import threading
from pathlib import Path

import httpx

from conformance import definitions, parts
from conformance.client import Client
from conformance.control_plane import AUTOSCALER_SECONDS, ControlPlane
from conformance.first_objects import install
from conformance.kubelet import PLAYED, Kubelet
from conformance.loop import Loop
from conformance.pools import Pools
from conformance.process import ControlPlaneError
from conformance.stand_ins import Balancers, Devices, Released, VaultSecrets, Volumes
from sandbox.engine_versions import EngineError
from sandbox.home import Home
from sandbox.progress import Progress
from sandbox.running import Server, running


def main() -> int:
    """Serves. Exit status 1: it did not start, with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m conformance", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--sandbox", type=Path)
    parser.add_argument("--autoscaler-seconds", type=float, default=AUTOSCALER_SECONDS)
    parser.add_argument("--kubelet", action="store_true")
    given = parser.parse_args()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    try:
        executables, published = parts.ensure(Progress(), parts.CONTROL_PLANE_PARTS), definitions.ensure(Progress())
        plane = ControlPlane(
            given.folder.resolve(),
            executables,
            given.autoscaler_seconds,
            played=PLAYED if given.kubelet else None,
        )
    except (ControlPlaneError, EngineError) as fault:
        print(fault, file=sys.stderr)
        return 1
    try:
        server = running(Home(given.sandbox.resolve())) if given.sandbox else None
        _serve(plane, published, server, ended, kubelet=given.kubelet)
    finally:
        plane.stop()
    return 0


def _serve(
    plane: ControlPlane, published: list[Path], server: Server | None, ended: threading.Event, *, kubelet: bool
) -> None:
    client = Client(plane.kubeconfig("stand-ins"))
    install(client, definitions.of_gateways(published, wanted=False))
    admin = plane.kubeconfig()
    loop = Loop([kind(client) for kind in (Balancers, Volumes, Released, Devices, VaultSecrets)])
    with contextlib.ExitStack() as joined:
        joined.callback(client.close)
        if kubelet:
            of_nodes = Kubelet(client, plane.folder / "containers")
            joined.callback(of_nodes.close)
            loop.add(of_nodes)
        if server:
            _lead(server, str(admin))
            joined.callback(_lead, server, None)
            loop.add(Pools(client, server.url, server.home.ca_pem))
        threading.Thread(target=_until_input_ends, args=[ended], daemon=True).start()
        print(json.dumps({"kubeconfig": str(admin), "pids": plane.pids}), flush=True)
        loop.run(ended)


def _lead(server: Server, kubeconfig: str | None) -> None:
    """Clusters of the sandbox hand out that kubeconfig; None: their own again, where the sandbox still runs."""
    trust = ssl.create_default_context(cafile=server.home.ca_pem)
    wanted = {"control_plane": kubeconfig}
    with contextlib.nullcontext() if kubeconfig else contextlib.suppress(httpx.TransportError):
        httpx.put(f"{server.url}/sandbox/settings", json=wanted, verify=trust, trust_env=False).raise_for_status()


def _until_input_ends(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


if __name__ == "__main__":
    sys.exit(main())
