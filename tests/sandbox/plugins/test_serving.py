"""What all stand-ins share: values, failures, and a process that is quick to end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from sandbox.plugins import serving

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": {"x": 3}}
PLUGIN = """
from sandbox.plugins.serving import Plugin, init_failed, serve, struct_to_python
class Trial(Plugin):
    name, version = "trial", "1.2.3"
    def Create(self, request, context):
        init_failed(context, "made", {"a": 1}, ["it stumbled"], struct_to_python(request.properties))
serve(Trial())
"""


@pytest.fixture
def process() -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", PLUGIN, "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


@pytest.fixture
def plugin(process: "subprocess.Popen[str]") -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    assert process.stdout
    with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
        yield provider_pb2_grpc.ResourceProviderStub(channel)


def test_values_survive_the_way_to_the_engine_and_back() -> None:
    values = {"text": "a", "whole": 2, "half": 2.5, "yes": True, "none": None, "list": [serving.UNKNOWN, {"b": []}]}
    struct = serving.python_to_struct(values)
    assert struct["list"][0] == "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    back = serving.struct_to_python(struct)
    assert back == values
    assert isinstance(back["whole"], int)
    assert back["list"][0] is serving.UNKNOWN


def test_secrets_are_unwrapped() -> None:
    assert serving.struct_to_python(serving.python_to_struct({"s": SECRET, "l": [SECRET]})) == {
        "s": {"x": 3},
        "l": [{"x": 3}],
    }


def test_the_engine_learns_the_version(plugin: provider_pb2_grpc.ResourceProviderStub) -> None:
    assert plugin.GetPluginInfo(empty_pb2.Empty()).version == "1.2.3"


def test_a_resource_made_badly_comes_back_with_what_was_made(plugin: provider_pb2_grpc.ResourceProviderStub) -> None:
    with pytest.raises(grpc.RpcError) as failed:
        plugin.Create(provider_pb2.CreateRequest(properties=serving.python_to_struct({"in": 1})))
    status = status_pb2.Status.FromString(dict(failed.value.trailing_metadata())["grpc-status-details-bin"])
    left = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(left)
    assert (left.id, list(left.reasons)) == ("made", ["it stumbled"])
    assert serving.struct_to_python(left.properties) == {"a": 1}
    assert serving.struct_to_python(left.inputs) == {"in": 1}


def test_an_interrupt_ends_the_process_at_once(process: "subprocess.Popen[str]") -> None:
    assert process.stdout
    process.stdout.readline()
    asked = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 0
    assert time.monotonic() - asked < 1  # the engine would wait 5 s


def test_a_plugin_does_not_outlive_an_engine_that_was_killed() -> None:
    shell = f"{sys.executable} -c '{PLUGIN}' 127.0.0.1:1 & echo $!; wait"
    with subprocess.Popen(["/bin/sh", "-c", shell], stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout
        plugin = int(engine.stdout.readline())
        engine.stdout.readline()  # its port: it runs
        engine.kill()
        deadline = time.monotonic() + 10
        while _lives(plugin):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
