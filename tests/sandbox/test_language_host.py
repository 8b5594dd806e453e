"""Python programs and policy packs under the real engine, and what our own language host answers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, language_pb2, language_pb2_grpc

from sandbox.engine import find
from sandbox.executables import install_executables
from sandbox.home import Home
from sandbox.language_host import LanguageHost
from sandbox.language_python import Python, PythonMissingError, python_of, required_packages
from sandbox.policy_proxy import PolicyProxy


def info(directory: Path, **options: Any) -> language_pb2.ProgramInfo:
    struct = struct_pb2.Struct()
    struct.update(options)
    return language_pb2.ProgramInfo(
        root_directory=str(directory), program_directory=str(directory), entry_point=".", options=struct
    )


# --- which Python


def environment(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    return folder


def test_the_virtual_environment_is_looked_for_below_the_project(tmp_path: Path) -> None:
    folder = environment(tmp_path / ".venv")
    assert python_of(info(tmp_path, toolchain="pip", virtualenv=".venv")) == Python(folder / "bin/python", folder)


def test_an_absolute_virtual_environment_is_taken_as_it_is(tmp_path: Path) -> None:
    folder = environment(tmp_path / "elsewhere")
    assert python_of(info(tmp_path / "project", virtualenv=str(folder))).environment == folder


def test_uv_has_its_virtual_environment_beside_pulumi_yaml(tmp_path: Path) -> None:
    environment(tmp_path / ".venv")
    assert python_of(info(tmp_path, toolchain="uv")).environment == tmp_path / ".venv"


def test_without_virtual_environment_python_comes_from_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(tmp_path)
    (tmp_path / "bin" / "python").rename(tmp_path / "bin" / "python3")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert python_of(info(tmp_path)) == Python(tmp_path / "bin/python3", None)


def test_a_missing_virtual_environment_is_told_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(PythonMissingError, match=r"/\.venv is no virtual environment\. Make it with `pulumi install`"):
        python_of(info(tmp_path, virtualenv=".venv"))


def test_a_toolchain_of_the_official_host_only_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PythonMissingError, match="poetry needs the official pulumi-language-python"):
        python_of(info(tmp_path, toolchain="poetry"))


def test_an_active_environment_comes_first_on_path(tmp_path: Path) -> None:
    python = Python(tmp_path / "bin/python", tmp_path)
    assert python.variables({"PATH": "/usr/bin", "PYTHONHOME": "/opt", "KEPT": "1"}) == {
        "PATH": f"{tmp_path}/bin:/usr/bin",
        "VIRTUAL_ENV": str(tmp_path),
        "KEPT": "1",
    }


# --- what the engine asks


def test_the_installed_sdks_name_the_plugins() -> None:
    found = {package.name: package for package in required_packages(Python(Path(sys.executable), None))}
    assert found.keys() == {"azure-native", "kubernetes"}
    assert found["azure-native"].version == "v3.29.0"
    assert found["azure-native"].kind == "resource"


def test_a_parameterised_package_keeps_its_parameter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    described = {
        "resource": True,
        "name": "terraform-provider",
        "version": "1.0.2",
        "parameterization": {"name": "acme", "version": "2.0.0", "value": "aGVsbG8="},
    }
    (tmp_path / "pulumi_acme").mkdir()
    (tmp_path / "pulumi_acme" / "pulumi-plugin.json").write_text(json.dumps(described))
    monkeypatch.setattr(Python, "answer", lambda *_: json.dumps([str(tmp_path)]))
    (found,) = required_packages(Python(Path(sys.executable), None))
    assert (found.name, found.parameterization.name, found.parameterization.value) == (
        "terraform-provider",
        "acme",
        b"hello",
    )


@pytest.fixture
def host() -> Iterator[language_pb2_grpc.LanguageRuntimeStub]:
    server = grpc.server(ThreadPoolExecutor(4))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(""), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield language_pb2_grpc.LanguageRuntimeStub(channel)
    server.stop(None)


def test_a_missing_environment_reaches_the_engine_as_words(
    host: language_pb2_grpc.LanguageRuntimeStub, tmp_path: Path
) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        host.GetRequiredPackages(language_pb2.GetRequiredPackagesRequest(info=info(tmp_path, virtualenv="gone")))
    assert caught.value.code() == grpc.StatusCode.FAILED_PRECONDITION
    assert "is no virtual environment" in caught.value.details()


def test_the_host_says_which_release_it_belongs_to(host: language_pb2_grpc.LanguageRuntimeStub) -> None:
    assert host.GetPluginInfo(empty_pb2.Empty()).version == "3.259.0"


def test_an_import_gets_its_definitions_as_a_comment(host: language_pb2_grpc.LanguageRuntimeStub) -> None:
    request = language_pb2.GenerateProgramRequest(source={"main.pp": 'resource a "x:y:Z" {\n}\n'})
    source = host.GenerateProgram(request).source["__main__.py"].decode()
    assert '# resource a "x:y:Z" {\n# }\n' in source
    assert all(line.startswith("#") for line in source.splitlines())


def test_pulumi_install_installs_the_requirements(host: language_pb2_grpc.LanguageRuntimeStub, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("something\n")
    (tmp_path / "venv/bin").mkdir(parents=True)
    python = tmp_path / "venv/bin/python"
    python.write_text('#!/bin/sh\necho "called: $*"\nexit 3\n')
    python.chmod(0o755)
    said: list[str] = []
    request = language_pb2.InstallDependenciesRequest(info=info(tmp_path, virtualenv="venv"))
    with pytest.raises(grpc.RpcError) as caught:
        said.extend(answer.stdout.decode() for answer in host.InstallDependencies(request))
    assert said[-1] == f"called: -m pip install -r {tmp_path}/requirements.txt\n"
    assert caught.value.details() == f"{python} ended with exit status 3"


# --- between the engine and a policy pack


class Pack(analyzer_pb2_grpc.AnalyzerServicer):
    def GetAnalyzerInfo(self, *_: object) -> analyzer_pb2.AnalyzerInfo:  # noqa: N802 - the protocol's own name
        return analyzer_pb2.AnalyzerInfo(name="pack")


@pytest.fixture
def pack() -> Iterator[int]:
    server = grpc.server(ThreadPoolExecutor(4))
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Pack(), server)
    port: int = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield port
    server.stop(None)


STACK = analyzer_pb2.AnalyzerStackConfigureRequest(
    project="tiny", stack="dev", organization="organization", dry_run=True, config={"tiny:a": "1"}
)


def test_a_pack_starts_once_with_the_stack_in_its_environment(pack: int) -> None:
    started: list[dict[str, str]] = []

    def start(variables: dict[str, str]) -> int:
        started.append(variables)
        return pack

    proxy = PolicyProxy(start)
    with grpc.insecure_channel(f"127.0.0.1:{proxy.port}") as channel:
        engine = analyzer_pb2_grpc.AnalyzerStub(channel)
        engine.Handshake(analyzer_pb2.AnalyzerHandshakeRequest())
        assert started == []
        engine.ConfigureStack(STACK)  # the pack does not implement it: no fault
        assert engine.GetAnalyzerInfo(empty_pb2.Empty()).name == "pack"
    proxy.stop()
    assert started == [
        {
            "PULUMI_PROJECT": "tiny",
            "PULUMI_STACK": "dev",
            "PULUMI_ORGANIZATION": "organization",
            "PULUMI_DRY_RUN": "true",
            "PULUMI_CONFIG": '{"tiny:a": "1"}',
        }
    ]


def test_a_fault_of_the_pack_passes_as_it_is(pack: int) -> None:
    proxy = PolicyProxy(lambda _: pack)
    with grpc.insecure_channel(f"127.0.0.1:{proxy.port}") as channel, pytest.raises(grpc.RpcError) as caught:
        analyzer_pb2_grpc.AnalyzerStub(channel).Analyze(analyzer_pb2.AnalyzeRequest())
    proxy.stop()
    assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED


def test_a_pack_that_ends_before_it_listens_is_told() -> None:
    def start(_: dict[str, str]) -> int:
        raise RuntimeError("the policy pack ended before it listened")

    proxy = PolicyProxy(start)
    with grpc.insecure_channel(f"127.0.0.1:{proxy.port}") as channel, pytest.raises(grpc.RpcError) as caught:
        analyzer_pb2_grpc.AnalyzerStub(channel).ConfigureStack(STACK)
    proxy.stop()
    assert caught.value.details() == "the policy pack ended before it listened"


# --- under the real engine

PROGRAM = """
import pulumi
config = pulumi.Config()
print("said by the program")
pulumi.export("plain", config.get("plain"))
pulumi.export("hidden", config.get_secret("hidden"))
pulumi.export("stack", f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}")
"""

PACK = """
import pulumi
from pulumi_policy import EnforcementLevel, PolicyPack, StackValidationPolicy

def validate(args, report):
    if pulumi.Config().get("plain") != "hello":
        report(f"{pulumi.get_stack()} says no hello")

PolicyPack("greetings", policies=[StackValidationPolicy(
    name="says-hello", description="A stack says hello.", enforcement_level=EnforcementLevel.MANDATORY,
    validate=validate)])
"""


class Project(SimpleNamespace):
    """A small program with a file backend of its own."""

    folder: Path
    variables: dict[str, str]

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        command = ["pulumi", *arguments, "--non-interactive"]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    def run(self, *arguments: str, expect: int | None = 0) -> str:
        with self.start(*arguments) as pulumi:
            said, _ = pulumi.communicate(timeout=120)
        assert expect is None or (pulumi.returncode == 0) == (expect == 0), said
        return said

    def program(self, text: str) -> None:
        (self.folder / "__main__.py").write_text(text)


def policy_pack(folder: Path) -> Path:
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text(
        f"runtime:\n  name: python\n  options: {{virtualenv: {json.dumps(sys.prefix)}}}\n"
    )
    (folder / "__main__.py").write_text(PACK)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Project:
    engine = find()
    assert engine, "no engine: make setup"
    home = Home(tmp_path / "home")
    install_executables(home, engine.path)
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(
        f"name: tiny\nruntime:\n  name: python\n  options: {{toolchain: pip, virtualenv: {json.dumps(sys.prefix)}}}\n"
    )
    (tmp_path / "state").mkdir()
    variables = {
        **os.environ,
        "PATH": os.pathsep.join([str(home.bin), str(engine.directory), os.environ["PATH"]]),
        "PULUMI_HOME": str(tmp_path / "pulumi"),
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "for this test only",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    made = Project(folder=folder, variables=variables)
    made.program(PROGRAM)
    made.run("stack", "init", "dev")
    return made


@pytest.mark.engine
def test_a_program_lives_its_whole_life(project: Project) -> None:
    project.run("config", "set", "plain", "hello")
    project.run("config", "set", "--secret", "hidden", "s3cr3t")
    assert "said by the program" in project.run("preview")
    project.run("up", "--yes")
    assert json.loads(project.run("stack", "output", "--json")) == {
        "plain": "hello",
        "hidden": "[secret]",
        "stack": "organization/tiny/dev",
    }
    assert "s3cr3t" in project.run("stack", "output", "hidden", "--show-secrets")
    project.run("up", "--yes", "--expect-no-changes")
    project.run("refresh", "--yes", "--expect-no-changes")
    project.run("destroy", "--yes")
    assert project.run("stack", "output", "--json") == "{}\n"


@pytest.mark.engine
def test_a_fault_of_the_program_is_shown_from_its_own_first_line_on(project: Project) -> None:
    project.program("def broken():\n    raise ValueError('seven')\n\nbroken()\n")
    said = project.run("preview", expect=1)
    assert "Program failed with an unhandled exception:" in said
    assert "ValueError: seven" in said
    assert "in broken" in said
    assert "runpy" not in said
    assert "an unhandled error occurred" not in said


@pytest.mark.engine
def test_a_run_error_is_shown_without_a_traceback(project: Project) -> None:
    project.program("import pulumi\nraise pulumi.RunError('2 faults in the stack file')\n")
    said = project.run("preview", expect=1)
    assert "error: 2 faults in the stack file" in said
    assert "Traceback" not in said


@pytest.mark.engine
def test_the_exit_status_of_a_program_is_told(project: Project) -> None:
    project.program("raise SystemExit(7)\n")
    assert "program exited with non-zero exit code: 7" in project.run("preview", expect=1)


@pytest.mark.engine
def test_a_folder_without_a_program_is_told(project: Project) -> None:
    (project.folder / "__main__.py").unlink()
    assert "unable to find main python program `__main__.py`" in project.run("preview", expect=1)


@pytest.mark.engine
def test_a_program_in_a_folder_of_its_own_finds_its_modules_and_its_project(project: Project) -> None:
    (project.folder / "app").mkdir()
    (project.folder / "app" / "beside.py").write_text("found = 'beside'\n")
    (project.folder / "app" / "__main__.py").write_text(
        "import beside, os, pulumi\npulumi.export('found', beside.found + os.path.basename(os.getcwd()))\n"
    )
    with (project.folder / "Pulumi.yaml").open("a") as file:
        file.write("main: app\n")
    project.run("up", "--yes", "--skip-preview")
    assert json.loads(project.run("stack", "output", "--json")) == {"found": "besideapp"}


@pytest.mark.engine
def test_a_policy_pack_in_python_passes_and_refuses_by_the_stacks_configuration(
    project: Project, tmp_path: Path
) -> None:
    pack = policy_pack(tmp_path / "pack")
    project.run("config", "set", "plain", "hello")
    assert "greetings@v" in project.run("preview", "--policy-pack", str(pack))
    project.run("config", "set", "plain", "goodbye")
    assert "dev says no hello" in project.run("preview", "--policy-pack", str(pack), expect=1)


@pytest.mark.engine
def test_a_policy_pack_that_does_not_start_is_told(project: Project, tmp_path: Path) -> None:
    pack = policy_pack(tmp_path / "pack")
    (pack / "__main__.py").write_text("import no_such_module\n")
    said = project.run("preview", "--policy-pack", str(pack), expect=1)
    assert "no_such_module" in said


def running(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.engine
@pytest.mark.parametrize(
    ("whom", "how"), [("engine", signal.SIGKILL), ("engine", signal.SIGTERM), ("host", signal.SIGTERM)]
)
def test_the_program_ends_at_once_with_its_engine_and_its_host(
    project: Project, whom: str, how: signal.Signals
) -> None:
    mark = project.folder / "pids"
    project.program(
        f"import os, time\nopen({str(mark)!r}, 'w').write(f'{{os.getpid()}} {{os.getppid()}}\\n')\ntime.sleep(600)\n"
    )
    deadline = time.monotonic() + 60
    with project.start("preview") as pulumi:
        while not (mark.exists() and mark.read_text().endswith("\n")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        program, host = map(int, mark.read_text().split())
        os.kill(pulumi.pid if whom == "engine" else host, how)
        pulumi.communicate(timeout=5)  # the engine's own patience with a host that lingers
    while running(program) or running(host):
        assert time.monotonic() < deadline
        time.sleep(0.05)
