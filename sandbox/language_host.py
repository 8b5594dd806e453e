"""A language host for Python programs, where `pulumi-language-python` of the official distribution is missing.

The engine starts it, reads the port from its first line of output, and asks it to run programs and policy packs. It
answers as the official host of the same release does; what it does not do stands in docs/engine.md.
"""
# ruff: noqa: N802, ARG002 - the calls carry the names and the signatures of the protocol

import importlib.metadata
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from sandbox.language_plugin import run_plugin
from sandbox.language_python import Python, PythonMissingError, python_of, required_packages, virtual_environment

_EXECUTOR = Path(__file__).with_name("language_exec.py")
_SHOWN = 32  # sandbox/language_exec.py: the fault has been shown
_MESSAGE_LIMIT = 400 * 2**20


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs Python programs for the engine at `engine`."""

    def __init__(self, engine: str) -> None:
        self._engine = engine

    def Handshake(
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        """Meet the engine."""
        self._engine = request.engine_address or self._engine
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """The release of the SDK that this host belongs to."""
        return plugin_pb2.PluginInfo(version=importlib.metadata.version("pulumi"))

    def GetRequiredPackages(
        self, request: language_pb2.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        """The plugins of the SDKs that are installed for the program."""
        packages = required_packages(_python(request.info, context))
        return language_pb2.GetRequiredPackagesResponse(packages=packages)

    def GetRequiredPlugins(
        self, request: language_pb2.GetRequiredPluginsRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPluginsResponse:
        """The same for engines that ask the old way."""
        plugins = [
            plugin_pb2.PluginDependency(name=found.name, kind=found.kind, version=found.version, server=found.server)
            for found in required_packages(_python(request.info, context))
        ]
        return language_pb2.GetRequiredPluginsResponse(plugins=plugins)

    def Run(self, request: language_pb2.RunRequest, context: grpc.ServicerContext) -> language_pb2.RunResponse:
        """Run the program to its end. It writes to this process's own output, which the engine shows."""
        python = _python(request.info, context)
        program = subprocess.Popen(  # noqa: S603 - what the engine asks to run
            [python.executable, _EXECUTOR, self._engine],
            stdin=subprocess.PIPE,
            env=python.variables(dict(os.environ)),
        )
        context.add_callback(program.kill)
        # On standard input: configuration may be secret, and arguments and environment can be read from outside.
        program.communicate(request.SerializeToString())
        status = program.returncode
        if status == _SHOWN:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"program exited with non-zero exit code: {status}" if status else "")

    def RunPlugin(
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Run a plugin or policy pack that is written in Python, and hand its output on."""
        # As the official host: a plugin never runs in the machine's own Python.
        return run_plugin(request, _python(request.info, context, "venv"), context)

    def RuntimeOptionsPrompts(
        self, request: language_pb2.RuntimeOptionsRequest, context: grpc.ServicerContext
    ) -> language_pb2.RuntimeOptionsResponse:
        """`pulumi new` has nothing to ask."""
        return language_pb2.RuntimeOptionsResponse()

    def About(self, request: language_pb2.AboutRequest, context: grpc.ServicerContext) -> language_pb2.AboutResponse:
        """The Python that runs the program."""
        python = _python(request.info, context)
        version = python.answer("-c", "import platform; print(platform.python_version())").strip()
        return language_pb2.AboutResponse(executable=str(python.executable), version=version)

    def GetProgramDependencies(
        self, request: language_pb2.GetProgramDependenciesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        """What pip lists, for `pulumi about`."""
        only = [] if request.transitiveDependencies else ["--not-required"]
        listed = json.loads(_python(request.info, context).answer("-m", "pip", "list", "--format", "json", *only))
        dependencies = [language_pb2.DependencyInfo(name=entry["name"], version=entry["version"]) for entry in listed]
        return language_pb2.GetProgramDependenciesResponse(dependencies=dependencies)

    def InstallDependencies(
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """`pulumi install`: the virtual environment, and requirements.txt into it."""
        environment = virtual_environment(request.info, "venv" if request.is_plugin else "")
        commands = []
        if environment and not (environment / "bin" / "python").exists():
            commands.append([sys.executable, "-m", "venv", str(environment)])
        requirements = Path(request.info.program_directory) / "requirements.txt"
        if requirements.is_file():
            python = str(environment / "bin" / "python") if environment else str(python_of(request.info).executable)
            commands.append([python, "-m", "pip", "install", "-r", str(requirements)])
        for command in commands:
            yield language_pb2.InstallDependenciesResponse(stdout=f"{' '.join(command)}\n".encode())
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:  # noqa: S603
                context.add_callback(child.kill)
                for line in child.stdout or ():
                    yield language_pb2.InstallDependenciesResponse(stdout=line)
            if child.returncode:
                context.abort(grpc.StatusCode.UNKNOWN, f"{command[0]} ended with exit status {child.returncode}")

    def GenerateProgram(
        self, request: language_pb2.GenerateProgramRequest, context: grpc.ServicerContext
    ) -> language_pb2.GenerateProgramResponse:
        """Python source for `pulumi import`: only the official host writes it, so the definitions stay as they are."""
        lines = [
            "The import is done. Python source is written by the official pulumi-language-python only; to translate:"
        ]
        for text in request.source.values():
            lines += text.splitlines()
        source = "".join(f"# {line}".rstrip() + "\n" for line in lines)
        return language_pb2.GenerateProgramResponse(source={"__main__.py": source.encode()})

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """A signal follows, which ends this process."""
        return empty_pb2.Empty()


def _python(info: language_pb2.ProgramInfo, context: grpc.ServicerContext, default: str = "") -> Python:
    try:
        return python_of(info, default)
    except PythonMissingError as fault:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(fault))
        raise AssertionError from fault  # abort has raised already


def serve(engine: str) -> None:
    """Serve the engine that started this process, and end at once with it or on its signal."""
    for ended in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ended, lambda *_: _end())
    options = [
        ("grpc.max_receive_message_length", _MESSAGE_LIMIT),
        ("grpc.max_send_message_length", _MESSAGE_LIMIT),
    ]
    server = grpc.server(ThreadPoolExecutor(32), options=options)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(engine), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    _end()


def _end() -> None:
    """End at once, with the programs and packs that were started: the engine gave this process a group of its own."""
    if os.getpgrp() == os.getpid():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)
    os._exit(0)


if __name__ == "__main__":
    # The engine's address comes last, after flags for logging and tracing that this host does not need.
    serve(sys.argv[-1] if len(sys.argv) > 1 else "")
