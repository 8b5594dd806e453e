"""Verification of a stack that is up: by its outputs, its kubeconfig and its pods, with the real engine."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from sandbox.home import Home
from sandbox.running import start, stop
from tests.verify.conftest import Said
from tests.walk.stack import Stack

pytestmark = [pytest.mark.engine, pytest.mark.long]

SPEECH = Path(sys.executable).with_name("speech")
TRANSCRIBE = """  - name: transcribe-en
    kind: speech-to-text
    locale: en-US
    version: 5.1.0
    demand: {concurrent_streams: 12}
"""
READ = """  - name: read-en
    kind: neural-text-to-speech
    locale: en-US
    voice: AriaNeural
    version: 3.11.0
    demand: {concurrent_streams: 4}
"""


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The sandbox stack with a second container, up. What it starts is stopped by its own pid."""
    home = Home(tmp_path_factory.mktemp("verify") / "home")
    try:
        stack = Stack(home, start(home))
        stack.containers(TRANSCRIBE + READ)
        stack.up()
        stack.workloads()
        yield stack
    finally:
        stop(home)


@pytest.fixture
def stack(up: Stack) -> Iterator[Stack]:
    """Its stack file is as it was when the test has ended."""
    text = up.file.read_text()
    yield up
    up.file.write_text(text)


def rewrite(stack: Stack, container: int, **changes: str) -> None:
    """Another word in the stack file, which the engine has written in its own way since."""
    yaml = YAML()
    content = yaml.load(stack.file)
    content["config"]["speech:containers"][container].update(changes)
    yaml.dump(content, stack.file)


def verify(stack: Stack, *arguments: str) -> Said:
    done = subprocess.run(
        [SPEECH, "verify", "sandbox", *arguments],
        cwd=stack.folder,
        env=stack.environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def test_pods_of_a_private_cluster_are_asked_by_port_forward(stack: Stack) -> None:
    said = verify(stack)
    assert said.code == 0, said.out + said.err
    assert said.words == [
        "transcribe-en speech-to-text at transcribe-en.speech.svc.cluster.local:N",
        "pass tunnel by port-forward to N ready pod",
        "pass image speech-to-text:N.N-amdN-en-us, as planned",
        "pass ready /ready N",
        "pass status apiStatus Valid",
        (
            'pass call "Simulated transcription of N seconds of audio at N kHz.", of what read-en said,'
            " in N ms, real-time factor N"
        ),
        "read-en neural-text-to-speech at read-en.speech.svc.cluster.local:N",
        "pass tunnel by port-forward to N ready pod",
        "pass image neural-text-to-speech:N.N-amdN-en-us-arianeural, as planned",
        "pass ready /synthesize/health N",
        "pass status apiStatus Valid",
        "pass voice en-US-AriaNeural, as planned",
        "pass call N s of speech, in N ms, real-time factor N",
        "sandbox: N passed",
    ]


def test_what_runs_in_another_locale_than_the_file_now_says_fails(stack: Stack) -> None:
    rewrite(stack, 0, locale="de-DE")
    said = verify(stack, "--container", "transcribe-en")
    assert said.code == 1
    assert said.of("image") == [
        (
            "fail image speech-to-text:5.1.0-amd64-en-us in 1 of 1,"
            " planned is speech-to-text:5.1.0-amd64-de-de: another locale"
        ),
        "pulumi up --refresh --stack sandbox",
    ]


def test_what_runs_in_another_version_than_the_file_now_says_fails(stack: Stack) -> None:
    rewrite(stack, 1, version="3.4.0")
    said = verify(stack, "--container", "read-en")
    assert said.code == 1
    assert said.of("image")[0].endswith(": another version")


def test_streams_are_counted_against_the_pods_that_are_ready(stack: Stack) -> None:
    said = verify(stack, "--container", "transcribe-en", "--streams", "8", "--json")
    assert said.code == 0, said.out + said.err
    [section] = said.document["sections"]
    found = section["checks"][-1]
    assert re.match(r"7 at once are held, 8 are too many: 1 failed .*7 a pod; one answers$", found["found"])
    assert found["figures"]["pods"] == 1


def test_a_cluster_of_the_sandbox_takes_the_stack_as_far_as_it_can_tell(stack: Stack) -> None:
    said = verify(stack, "--cluster")
    words = [re.sub(r"/kubernetes/\w+", "/kubernetes/ID", line) for line in said.words]
    assert [line for line in words if line.startswith("pass")] == [
        "pass api https://N.N:N/kubernetes/ID answers",
        "pass version Kubernetes vN.N",
        "pass kinds all N kinds of the stack are served, in their versions",
        "pass documents all N pass a strict dry run",
    ]


def test_no_secret_is_printed(stack: Stack) -> None:
    keys = stack.outputs("--show-secrets")["keys"].values()
    said = verify(stack, "--json")
    assert not [key for key in keys if key in said.out + said.err]
