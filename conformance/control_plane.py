"""etcd, the API server, the controller manager, the scheduler and kwok, on free ports of the loopback interface."""

import contextlib
import socket
import ssl
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from conformance import credentials, kwok_stages
from conformance.process import ControlPlaneError, Process

_START_SECONDS = 60.0
_TRIES = 3
AUTOSCALER_SECONDS = 15.0
"""As AKS has it, and Kubernetes."""
_SERVICES, _PODS, _NODE = "10.0.0.0/16", "10.244.0.0/16", "10.224.0.4"
"""AKS's default ranges, and an address in its own network that all nodes share."""


class ControlPlane:
    """A running control plane with no nodes; `stop` ends every process of it."""

    def __init__(
        self,
        folder: Path,
        executables: Mapping[str, Path],
        autoscaler_seconds: float = AUTOSCALER_SECONDS,
        *,
        played: str | None = None,
    ) -> None:
        """Starts it, with its files in the empty folder; pod autoscalers look at their metrics every so many seconds.

        Raises ControlPlaneError where a part does not start.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self.credentials = credentials.make(folder)
        self._executables = executables
        self._stages = kwok_stages.files(folder, without=played)
        self._autoscaler_seconds = autoscaler_seconds
        self._processes: list[Process] = []
        for left in reversed(range(_TRIES)):
            try:
                self._start()
                break
            except BaseException as fault:
                self.stop()
                # A free port may be another's by the time that it is taken.
                if not isinstance(fault, ControlPlaneError) or not left:
                    raise

    @property
    def pids(self) -> list[int]:
        """The processes, etcd first."""
        return [process.pid for process in self._processes]

    def kubeconfig(self, user: str = "admin") -> Path:
        """A kubeconfig file of that user."""
        return self.credentials.kubeconfig(user, self.url)

    def stop(self) -> None:
        """Ends every process, etcd last."""
        for process in reversed(self._processes):
            process.terminate()
            process.join()
        self._processes.clear()

    def _start(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        etcd = self._etcd(deadline)
        self.url = self._api_server(etcd, deadline)
        account = f"{self.url}/api/v1/namespaces/default/serviceaccounts/default"
        for process, port in self._others():
            process.wait_for(partial(_listens, port), deadline)
            process.wait_for(lambda: _answers(account, self._admin()), deadline)

    def _admin(self) -> "_Login":
        return _Login(self.credentials.authority, self.credentials.tokens["admin"])

    def _etcd(self, deadline: float) -> str:
        known = self.credentials
        [clients, peers] = _free_ports(2)
        url = f"https://127.0.0.1:{clients}"
        command = [
            "--name=conformance",
            f"--data-dir={self.folder / 'etcd'}",
            f"--listen-client-urls={url}",
            f"--advertise-client-urls={url}",
            f"--listen-peer-urls=http://127.0.0.1:{peers}",
            f"--initial-advertise-peer-urls=http://127.0.0.1:{peers}",
            f"--initial-cluster=conformance=http://127.0.0.1:{peers}",
            f"--cert-file={known.server_certificate}",
            f"--key-file={known.server_key}",
            f"--trusted-ca-file={known.authority}",
            "--client-cert-auth=true",
            "--unsafe-no-fsync=true",
            "--log-level=warn",
        ]
        self._run("etcd", command).wait_for(lambda: _listens(clients), deadline)
        return url

    def _api_server(self, etcd: str, deadline: float) -> str:
        known = self.credentials
        [port] = _free_ports(1)
        url = f"https://127.0.0.1:{port}"
        command = [
            f"--etcd-servers={etcd}",
            f"--etcd-cafile={known.authority}",
            f"--etcd-certfile={known.server_certificate}",
            f"--etcd-keyfile={known.server_key}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            f"--secure-port={port}",
            f"--tls-cert-file={known.server_certificate}",
            f"--tls-private-key-file={known.server_key}",
            f"--token-auth-file={known.token_file}",
            "--anonymous-auth=false",
            "--authorization-mode=Node,RBAC",
            "--allow-privileged=true",
            "--service-account-issuer=https://conformance.invalid",
            f"--service-account-key-file={known.account_key}",
            f"--service-account-signing-key-file={known.account_key}",
            f"--service-cluster-ip-range={_SERVICES}",
            "--endpoint-reconciler-type=none",
            "--profiling=false",
        ]
        server = self._run("kube-apiserver", command)
        server.wait_for(lambda: _answers(f"{url}/readyz", self._admin()), deadline)
        return url

    def _others(self) -> list[tuple[Process, int]]:
        """The parts that need an API server, and where they listen."""
        known = self.credentials
        manager, scheduler, kwok = _free_ports(3)
        serving = [f"--tls-cert-file={known.server_certificate}", f"--tls-private-key-file={known.server_key}"]
        started = self._run(
            "kube-controller-manager",
            [
                f"--kubeconfig={self.kubeconfig('system:kube-controller-manager')}",
                "--bind-address=127.0.0.1",
                f"--secure-port={manager}",
                *serving,
                f"--root-ca-file={known.authority}",
                f"--service-account-private-key-file={known.account_key}",
                "--use-service-account-credentials=true",
                "--leader-elect=false",
                "--controllers=*,bootstrap-signer-controller,-node-route-controller,-service-lb-controller",
                f"--horizontal-pod-autoscaler-sync-period={self._autoscaler_seconds}s",
                "--profiling=false",
            ],
        )
        scheduling = self._run(
            "kube-scheduler",
            [
                f"--kubeconfig={self.kubeconfig('system:kube-scheduler')}",
                "--bind-address=127.0.0.1",
                f"--secure-port={scheduler}",
                *serving,
                "--leader-elect=false",
                "--profiling=false",
            ],
        )
        playing = self._run(
            "kwok",
            [
                f"--kubeconfig={self.kubeconfig('kwok')}",
                *(f"--config={file}" for file in self._stages),
                "--manage-all-nodes=true",
                "--node-lease-duration-seconds=40",
                f"--server-address=127.0.0.1:{kwok}",
                f"--cidr={_PODS}",
                f"--node-ip={_NODE}",
            ],
        )
        return [(started, manager), (scheduling, scheduler), (playing, kwok)]

    def _run(self, name: str, options: list[str]) -> Process:
        process = Process(name, [str(self._executables[name]), *options], self.folder / f"{name}.log", {})
        self._processes.append(process)
        return process


class _Login:
    """Asks an API server with a token."""

    def __init__(self, authority: Path, token: str) -> None:
        context = ssl.create_default_context(cafile=authority)
        self._opener = build_opener(ProxyHandler({}), HTTPSHandler(context=context))
        self._token = token

    def status(self, url: str) -> int:
        request = Request(url, headers={"Authorization": f"Bearer {self._token}"})  # noqa: S310 - our own server
        with self._opener.open(request, timeout=5) as answer:
            return int(answer.status)


def _answers(url: str, login: _Login) -> bool:
    with contextlib.suppress(URLError, OSError):
        return login.status(url) == 200  # noqa: PLR2004 - OK
    return False


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _free_ports(count: int) -> list[int]:
    """Ports that nobody uses now."""
    with contextlib.ExitStack() as open_:
        sockets = [open_.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
