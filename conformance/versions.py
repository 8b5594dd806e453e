"""Which version an executable is."""

import contextlib
import subprocess
from pathlib import Path

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

_SECONDS = 20.0


def printed_version(path: Path) -> str:
    """What it prints when it is asked by `--version`; empty if it does not run."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        asked = subprocess.run(  # noqa: S603 - an executable that the user or we have put there
            [path, "--version"],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        return asked.stdout + asked.stderr
    return ""


def plugin_version(path: Path) -> str:
    """What a plugin of the engine answers when it is asked over its protocol; empty if it does not run."""
    with contextlib.suppress(OSError, ValueError, grpc.RpcError):
        plugin = subprocess.Popen(  # noqa: S603 - as above
            [path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        with plugin:
            try:
                port = int(plugin.stdout.readline()) if plugin.stdout else 0
                with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                    told = provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(
                        empty_pb2.Empty(), timeout=_SECONDS
                    )
                return str(told.version)
            finally:
                plugin.kill()
    return ""
