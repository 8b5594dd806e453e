"""`python -m sandbox up|down|env STACK`: a stack provisioned in the local double of Azure, by the real engine."""

import argparse
import json
import os
import shlex
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from sandbox.engine import Engine, ensure
from sandbox.engine_versions import EngineError
from sandbox.executables import install_executables
from sandbox.home import Home, environment, home, prepare, write_private
from sandbox.progress import Progress
from sandbox.project import NoStackError, Project, copy
from sandbox.running import Server, ServerFailedError, running, start, stop
from sandbox.speech_call import CALLS
from sandbox.verify import Target, verify, workload_name, workloads_of

_WORKLOAD_SECONDS = 60.0
_PAUSE_SECONDS = 0.2
_AVX2 = {"feature.node.kubernetes.io/cpu-cpuid.AVX2": "true"}
"""As Node Feature Discovery would label this machine."""


def up(place: Home, stack: str) -> int:
    """Provisions the stack and verifies what runs. The exit status of the engine, or 1 where a check fails."""
    engine = ensure(Progress())
    server = _served(place, engine)
    _grant(place, server)
    project = copy(place, stack)
    env = {**os.environ, **environment(place, server.url, engine.directory)}
    print(f"sandbox: a double of Azure at {server.url} (pid {server.pid}); nothing leaves this machine")
    _pulumi(engine, project, env, ["stack", "select", "--create", stack], quiet=True)
    done = _pulumi(engine, project, env, ["up", "--yes", "--skip-preview", "--stack", stack, "--suppress-outputs"])
    if done.returncode:
        return done.returncode
    told = _pulumi(engine, project, env, ["stack", "output", "--json", "--stack", stack], quiet=True).stdout
    return 0 if _report(place, server, json.loads(told)) else 1


def down(place: Home, stack: str) -> int:
    """Destroys the stack where there is one, and stops the sandbox. Its store stays, as Azure's memory would."""
    status = 0
    if (place.root / "project" / f"Pulumi.{stack}.yaml").is_file():
        engine = ensure(Progress())
        server = _served(place, engine)
        env = {**os.environ, **environment(place, server.url, engine.directory)}
        status = _pulumi(
            engine, copy(place, stack), env, ["destroy", "--yes", "--skip-preview", "--stack", stack]
        ).returncode
    if stop(place):
        print("sandbox: stopped, nothing is left running")
    return status


def env(place: Home) -> int:
    """Prints what a shell needs so that plain `pulumi` works on the sandbox: eval "$(python -m sandbox env)"."""
    server = running(place)
    if server is None:
        print("sandbox: not running; make up starts it", file=sys.stderr)
        return 1
    engine = ensure(Progress())
    for name, value in environment(place, server.url, engine.directory).items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def _served(place: Home, engine: Engine) -> Server:
    prepare(place)
    install_executables(place, engine.path)
    server = start(place)
    _cluster(place, server)
    return server


def _cluster(place: Home, server: Server) -> None:
    """A cluster outside of Azure, for stack files that name none: the environment leads to it."""
    trust = ssl.create_default_context(cafile=place.ca_pem)
    wanted = {"name": "sandbox", "labels": _AVX2}
    answer = httpx.post(f"{server.url}/sandbox/clusters", json=wanted, verify=trust, trust_env=False)
    write_private(place.kubeconfig, answer.raise_for_status().content)


def _grant(place: Home, server: Server) -> None:
    """What a subscription has when its owner has asked Azure's support: container groups of any size."""
    trust = ssl.create_default_context(cafile=place.ca_pem)
    granted = {"big_container_groups": True}
    httpx.put(f"{server.url}/sandbox/settings", json=granted, verify=trust, trust_env=False).raise_for_status()


def _pulumi(
    engine: Engine, project: Project, env: Mapping[str, str], words: Sequence[str], *, quiet: bool = False
) -> subprocess.CompletedProcess[str]:
    plain = [] if sys.stdout.isatty() and not quiet else ["--non-interactive"]
    command = [str(engine.path), *plain, "-C", str(project.folder), *words]
    done = subprocess.run(command, env=dict(env), text=True, capture_output=quiet, check=False)  # noqa: S603  # our own words
    if quiet and done.returncode:
        raise EngineError(f"pulumi {' '.join(words)}: {done.stderr.strip()}")
    return done


def _report(place: Home, server: Server, outputs: Mapping[str, Any]) -> bool:
    cost = outputs["monthly_cost_usd"]["estimate"]["compute"]
    print(f"\nendpoint  {outputs['endpoint']}")
    for name, container in outputs["containers"].items():
        print(f"host      {container['host_url']}  ({name}; here see below)")
    if cost:
        print(f"cost      about {cost['min']:,.0f}-{cost['max']:,.0f} USD a month of compute, were it Azure")
    print()
    targets = [
        Target(
            one,
            container["kind"],
            _address(place, server, one),
            status="Valid" if container["urls"].get("status") else None,
            ssml_voice=container.get("ssml_voice") or "",
        )
        for name, container in outputs["containers"].items()
        if container["kind"] in CALLS
        for one in workloads_of(name, container)
    ]
    return verify(targets, sys.stdout)


def _address(place: Home, server: Server, workload: str) -> str:
    """Where a Deployment or a group is served on this machine, once it runs."""
    deadline, trust = time.monotonic() + _WORKLOAD_SECONDS, ssl.create_default_context(cafile=place.ca_pem)
    found: Mapping[str, Any] = {}
    while time.monotonic() < deadline:
        workloads = httpx.get(f"{server.url}/sandbox/workloads", verify=trust, trust_env=False).json()
        found = next((one for one in workloads if workload_name(one) == workload), {})
        if found.get("address"):
            return str(found["address"])
        time.sleep(_PAUSE_SECONDS)
    state, reason = found.get("state", "no such workload"), found.get("reason", "")
    raise ServerFailedError(f"{workload} does not run: {state} {reason}")


def main(words: Sequence[str]) -> int:
    """One command. Exit status 1: it failed, with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (("up", "provision a stack and verify it"), ("down", "destroy it and stop the sandbox")):
        commands.add_parser(name, help=text).add_argument("stack", nargs="?", default="sandbox")
    commands.add_parser("env", help="the environment for plain pulumi commands")
    given = parser.parse_args(words)
    place = home()
    try:
        return env(place) if given.command == "env" else {"up": up, "down": down}[given.command](place, given.stack)
    except (EngineError, NoStackError, ServerFailedError) as fault:
        print(fault, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
