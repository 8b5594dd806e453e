"""A control plane for as long as a block runs."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conformance.process import ControlPlaneError

_STOP_SECONDS = 30.0


@dataclass(frozen=True)
class Running:
    """A control plane that is ready."""

    kubeconfig: Path
    """Of an administrator."""
    pids: tuple[int, ...]
    """Its processes, etcd first."""
    folder: Path
    """Its files and logs."""


@contextmanager
def control_plane(
    folder: Path, sandbox: Path | None = None, autoscaler_seconds: float | None = None, *, kubelet: bool = False
) -> Iterator[Running]:
    """A ready control plane with its files in `folder`; joined with the sandbox of that home, which must run.

    Its pod autoscalers look at their metrics every so many seconds, or as often as those of AKS. With `kubelet`, pods
    of Speech containers are processes.

    Every process of it has ended when the block is left. Raises ControlPlaneError where it does not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "conformance", "--folder", str(folder / "plane")]
    if sandbox:
        command += ["--sandbox", str(sandbox)]
    if autoscaler_seconds:
        command += ["--autoscaler-seconds", str(autoscaler_seconds)]
    if kubelet:
        command += ["--kubelet"]
    log = folder / "stand-ins.log"
    with log.open("ab") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            process.wait()
            raise ControlPlaneError(log.read_text(errors="replace").strip())
        told = json.loads(line)
        yield Running(Path(told["kubeconfig"]), tuple(told["pids"]), folder)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
