"""The diagnostic container, run once where a stack is up, by the real engine and the command itself."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.home import REPOSITORY, Home, environment
from sandbox.running import start, stop
from tests.doctor.conftest import DEV, Azure, Doctor
from tests.walk.stack import Stack

GROUPS = """\
  speech:target: {kind: container-instances}
  speech:network: {exposure: internal}
  speech:acknowledge: [no-avx2-guarantee]
"""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    home = Home(tmp_path / "home")
    try:
        yield Stack(home, start(home))
    finally:
        stop(home)


def speech(stack: Stack, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **stack.environment, **environment(stack.home, stack.server.url)}
    env["PATH"] = f"{Path(stack._pulumi).parent}{os.pathsep}{env['PATH']}"
    command = [sys.executable, "-m", "speech.cli", *words]
    return subprocess.run(command, cwd=REPOSITORY, env=env, text=True, capture_output=True, timeout=300, check=False)


def line(done: subprocess.CompletedProcess[str]) -> str:
    (found,) = (each for each in done.stdout.splitlines() if "  from inside  " in each)
    return " ".join(found.split())


def containers(stack: Stack) -> set[str]:
    """What runs in the sandbox, by the names of Jobs, Deployments and groups."""
    found = stack.ask("workloads")
    return {str(one.get("job") or one.get("deployment") or one.get("group")) for one in found}


@pytest.mark.engine
@pytest.mark.long
def test_a_job_in_the_cluster_reaches_billing_and_is_gone_afterwards(stack: Stack) -> None:
    stack.up()
    before = containers(stack)
    done = speech(stack, "doctor", str(stack.file), "--in-cluster", "--timeout", "60")
    assert line(done).startswith("pass from inside the diagnostic container reached billing with the stack's key:"), (
        done.stdout + done.stderr
    )
    assert containers(stack) == before
    assert "create" not in stack.preview().changes


@pytest.mark.engine
@pytest.mark.long
def test_a_group_reaches_billing_and_is_gone_afterwards(stack: Stack) -> None:
    stack.change("  speech:target:\n    kind: aks\n", GROUPS)
    stack.up()
    before = containers(stack)
    done = speech(stack, "doctor", str(stack.file), "--in-cluster", "--timeout", "60")
    assert line(done).startswith("pass from inside the diagnostic container reached billing with the stack's key:"), (
        done.stdout + done.stderr
    )
    assert containers(stack) == before


@pytest.mark.engine
@pytest.mark.long
def test_a_key_that_was_changed_behind_the_stack_s_back_is_told(stack: Stack) -> None:
    stack.up()
    account = "resourceGroups/rg-speech-sandbox/providers/Microsoft.CognitiveServices/accounts/contoso-speech-sandbox"
    Azure(stack.server).arm("POST", f"{account}/regenerateKey", {"keyName": "Key1"})
    done = speech(stack, "doctor", str(stack.file), "--in-cluster", "--timeout", "60")
    assert line(done).startswith("fail from inside the diagnostic container failed: "), done.stdout
    assert "Invalid" in line(done)
    assert "speech keys rotate sandbox" in done.stdout
    assert done.returncode == 1


def test_nothing_runs_where_the_stack_is_not_up(doctor: Doctor) -> None:
    found = doctor("--in-cluster")
    assert found.line("from inside") == (
        "skip from inside nothing runs there yet: error: no stack named 'dev-westeurope' found"
    )
    assert found.remedy("from inside") == ["pulumi up --stack dev-westeurope"]


def test_docker_hosts_are_the_user_s(doctor: Doctor) -> None:
    doctor.stack(DEV.replace("kind: aks\n    vm_size: Standard_D8as_v5", "kind: docker"))
    assert doctor("--in-cluster").line("from inside").startswith("skip from inside Docker hosts are yours")
