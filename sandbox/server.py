"""The sandbox's one server process: the doubles of Azure and Kubernetes, and the hosts that run workloads.

    python -m sandbox.server --home DIR [--port N]

It listens on 127.0.0.1 over TLS, writes `server.json` when it does, and stops with all its children on SIGTERM.
"""

import argparse
import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from sandbox.arm.app import arm_routes
from sandbox.arm.inside import cluster_by_uid, vault_secret
from sandbox.arm.instances.host import Host
from sandbox.arm.instances.launching import Ways
from sandbox.arm.model import World
from sandbox.arm.store import Store
from sandbox.home import Home, issue_server_certificate, locked, prepare, write_private
from sandbox.kube.app import kubernetes_app
from sandbox.kube.launching import Containers
from sandbox.kube.node import Node
from sandbox.kube.stand_alone import StandAloneClusters
from sandbox.kube.store import Store as KubeStore

_GRACE_SECONDS = 1


def application(home: Home, world: World, port: int) -> Starlette:
    """Everything the server answers."""
    store = KubeStore(home.kube_store)
    clusters = StandAloneClusters(home.kube_clusters, store, world.url, home.ca_pem, partial(cluster_by_uid, world))
    containers = Containers(f"127.0.0.1:{port}", home.ca_pem, home.logs, home.volumes)
    node = Node(store, clusters.access, partial(vault_secret, world.store), containers)
    host = Host(world.store, Ways(f"127.0.0.1:{port}", home.ca_pem, home.logs, home.shares, home.groups))

    def changed() -> None:
        node.wake()
        host.wake()

    async def workloads(_: Request) -> Response:
        return JSONResponse(await run_in_threadpool(lambda: [*node.workloads(), *host.workloads()]))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        node.start()
        host.start()
        _tell(home, port, os.getpid())
        try:
            yield
        finally:
            _tell(home, port, None)
            await asyncio.gather(run_in_threadpool(node.stop), run_in_threadpool(host.stop))
            store.close()
            world.store.close()

    routes: list[BaseRoute] = [
        Route("/sandbox/workloads", workloads),
        *clusters.routes,
        Mount("/kubernetes/{cluster_uid}", kubernetes_app(store, clusters.access, node)),
        *arm_routes(world, changed),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def serve(home: Home, port: int | None) -> None:
    """Serves until SIGTERM. Raises SystemExit where the port is taken."""
    who = prepare(home)
    with locked(home, "server"), _listen(port or _kept_port(home)) as listener:
        port = listener.getsockname()[1]
        store, authority = Store(home.arm_store), home.ca_pem.read_text()
        world = World(store=store, who=who, url=f"https://127.0.0.1:{port}", authority=authority)
        config = uvicorn.Config(
            application(home, world, port),
            ssl_certfile=issue_server_certificate(home),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        uvicorn.Server(config).run(sockets=[listener])


def _listen(port: int) -> socket.socket:
    # Named as TCP, or asyncio leaves Nagle's algorithm on: 40 ms on each answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as taken:
        raise SystemExit(
            f"Port {port}, which the sandbox's state refers to, is taken by another program. Stop it and try again."
        ) from taken
    listener.listen()
    return listener


def _kept_port(home: Home) -> int:
    """The port of the last run, so that state and kubeconfigs stay valid; 0, any free one, the first time."""
    if home.server_file.exists():
        return int(json.loads(home.server_file.read_text())["port"])
    return 0


def _tell(home: Home, port: int, pid: int | None) -> None:
    told = {"pid": pid, "port": port, "url": f"https://127.0.0.1:{port}"}
    write_private(home.server_file, json.dumps(told).encode())


def main() -> None:
    """Reads the command line and serves."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.server", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int)
    given = parser.parse_args()
    serve(Home(given.home.resolve()), given.port)


if __name__ == "__main__":
    main()
