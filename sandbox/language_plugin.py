"""Plugins and policy packs that are written in Python, run for the engine."""

import contextlib
import queue
import subprocess
import threading
from collections.abc import Iterator
from typing import IO, Literal

import grpc
from pulumi.runtime.proto import language_pb2

from sandbox.language_python import Python
from sandbox.policy_proxy import PolicyProxy

Answer = language_pb2.RunPluginResponse


def run_plugin(
    request: language_pb2.RunPluginRequest, python: Python, context: grpc.ServicerContext
) -> Iterator[Answer]:
    """Run it until it ends or the engine lets go; yields its output as it comes, and its exit status last."""
    run = _Run(request, python)
    context.add_callback(run.stop)
    if request.kind == "analyzer":
        run.offer_policy_pack()
    else:
        run.start([request.info.program_directory, *request.args], {})
    return iter(run.answers.get, None)


class _Run:
    """One plugin: its process, the threads that read its output, and for a policy pack the proxy before it."""

    def __init__(self, request: language_pb2.RunPluginRequest, python: Python) -> None:
        self.answers: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
        """What goes to the engine; None ends it."""
        self._request = request
        self._python = python
        self._child: subprocess.Popen[bytes] | None = None
        self._proxy: PolicyProxy | None = None

    def offer_policy_pack(self) -> None:
        """Tell the engine the proxy's port; the pack starts once the engine has told the stack's configuration."""
        self._proxy = PolicyProxy(self._start_policy_pack)
        self.answers.put(Answer(stdout=f"{self._proxy.port}\n".encode()))

    def start(self, arguments: list[str], variables: dict[str, str], *, first_line: bool = False) -> str:
        """Start the plugin. With `first_line` that line of its output is returned and not handed on."""
        given = dict(entry.partition("=")[::2] for entry in self._request.env)
        self._child = child = subprocess.Popen(  # noqa: S603 - what the engine asks to run
            [self._python.executable, *arguments],
            cwd=self._request.pwd or None,
            env={**self._python.variables(given), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert child.stdout  # noqa: S101 - for the type checker: both are pipes
        assert child.stderr  # noqa: S101
        errors = threading.Thread(target=self._hand_on, args=(child.stderr, "stderr"), daemon=True)
        errors.start()
        line = child.stdout.readline().decode() if first_line else ""
        threading.Thread(target=self._follow, args=(child, errors), daemon=True).start()
        return line

    def stop(self) -> None:
        """The engine has let go, or everything has been said."""
        if self._child:
            self._child.kill()
        if self._proxy:
            self._proxy.stop()
        self.answers.put(None)

    def _start_policy_pack(self, variables: dict[str, str]) -> int:
        # -u: the library writes its port and does not flush.
        arguments = ["-u", "-m", "pulumi.policy", *self._request.args, self._request.info.program_directory]
        line = self.start(arguments, variables, first_line=True)
        with contextlib.suppress(ValueError):
            return int(line)
        raise RuntimeError(f"the policy pack in {self._request.info.program_directory} ended before it listened")

    def _follow(self, child: subprocess.Popen[bytes], errors: threading.Thread) -> None:
        assert child.stdout  # noqa: S101 - for the type checker: it is a pipe
        self._hand_on(child.stdout, "stdout")
        errors.join()
        self.answers.put(Answer(exitcode=child.wait()))
        self.answers.put(None)

    def _hand_on(self, stream: IO[bytes], kind: Literal["stdout", "stderr"]) -> None:
        for line in stream:
            self.answers.put(Answer(stdout=line) if kind == "stdout" else Answer(stderr=line))
