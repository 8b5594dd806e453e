"""Which executables are used, and what is built. No Go runs here: a script stands for it."""

import io
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conformance import definitions, parts
from conformance.versions import plugin_version, printed_version
from sandbox.engine_versions import EngineError, cache
from sandbox.progress import Progress

GO = """
case "$1" in
env) echo go1.26.8 ;;
list) echo one/package ;;
build)
  while [ "$1" != -o ]; do shift; done
  out="$2"; shift 2
  for package in "$@"; do
    name=$(basename "$package"); [ "$name" = v3 ] && name=server
    printf "#!/bin/sh\\necho version {version}\\n" > "$out$name"; chmod +x "$out$name"
  done ;;
esac
"""


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The first folder of a PATH that has no part of a control plane, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    (tmp_path / "path").mkdir()
    return tmp_path / "path"


@pytest.fixture
def told() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def progress(told: io.StringIO) -> Progress:
    return Progress(told, every=0)


NODES = next(part for part in parts.PARTS if "etcd" in part.name)


def build(path: Path, version: str) -> None:
    script(path / "go", GO.replace("{version}", version))


@pytest.fixture
def one_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both commands of the part have the version that the script for Go gives them."""
    commands = tuple(parts.Command(command.name, "3.7.3") for command in NODES.commands)
    monkeypatch.setattr(parts, "PARTS", (parts.Part(NODES.name, NODES.recipe, commands, NODES.built_as),))


@pytest.mark.usefixtures("one_version")
def test_what_is_missing_is_built_once_and_nothing_else_is_left(
    path: Path, progress: Progress, told: io.StringIO
) -> None:
    build(path, "3.7.3")
    assert parts.find() is None
    made = parts.ensure(progress)
    assert {name: where.parent.name for name, where in made.items()} == {"etcd": "bin", "kwok": "bin"}
    assert "conformance: building etcd 3.7.3 and kwok 0.8.0 from Go modules: about" in told.getvalue()
    assert {each.name for each in cache().iterdir()} == {
        parts.PARTS[0].place.name,
        f"{parts.PARTS[0].place.name}.lock",
    }
    (path / "go").unlink()
    assert parts.find() == made


@pytest.mark.usefixtures("one_version")
def test_an_official_command_on_path_is_taken(path: Path, progress: Progress) -> None:
    build(path, "3.7.3")
    official = script(path / "etcd", "echo etcd Version: 3.7.1")
    assert parts.ensure(progress)["etcd"] == official


@pytest.mark.usefixtures("one_version")
def test_an_official_command_of_another_version_is_passed_over(path: Path, progress: Progress) -> None:
    build(path, "3.7.3")
    official = script(path / "etcd", "echo etcd Version: 3.5.1")
    assert parts.ensure(progress)["etcd"] != official


@pytest.mark.usefixtures("one_version")
def test_a_command_that_says_another_version_than_its_module_is_refused(path: Path, progress: Progress) -> None:
    build(path, "9.9.9")
    with pytest.raises(EngineError, match=r"the built etcd says of its version: version 9\.9\.9\n  try: rm -r"):
        parts.ensure(progress)
    assert parts.find() is None


@pytest.mark.usefixtures("one_version")
def test_two_processes_build_once_and_the_second_says_for_whom_it_waits(path: Path, tmp_path: Path) -> None:
    build(path, "3.7.3")
    text = (path / "go").read_text()
    (path / "go").write_text(text.replace("build)", f"build)\n echo built >> {tmp_path}/builds; sleep 2"))
    words = "from conformance import parts; from sandbox.progress import Progress; import sys\n"
    words += "part = parts.PARTS[1]; commands = tuple(parts.Command(one.name, '3.7.3') for one in part.commands)\n"
    words += "print(parts._settled(parts.Part(part.name, part.recipe, commands, part.built_as), Progress()))"
    first = subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not (tmp_path / "builds").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    second = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    out, _ = first.communicate(timeout=30)
    assert out == second.stdout
    assert f"process {first.pid} is getting etcd 3.7.3 and kwok 0.8.0: waiting for it" in second.stderr
    assert (tmp_path / "builds").read_text() == "built\n"


def test_a_command_that_does_not_run_has_no_version(tmp_path: Path) -> None:
    assert printed_version(tmp_path / "nothing") == ""
    assert plugin_version(script(tmp_path / "plugin", "exit 1")) == ""


def test_any_patch_of_kubernetes_is_alike_and_no_other_minor() -> None:
    command = parts.PARTS[0].commands[0]
    assert command.accepts("Kubernetes v1.36.9")
    assert not command.accepts("Kubernetes v1.35.3")
    assert not command.accepts("no answer")


def module(name: str) -> str:
    return next(each for each in definitions.MODULES if name in each)


def test_published_definitions_are_fetched_once(path: Path, progress: Progress) -> None:
    script(
        path / "go",
        '[ "$1" = env ] && echo go1.26.8 && exit\n'
        f'folder="$GOMODCACHE/{module("secrets-store-csi-driver@")}/config/crd/bases"; mkdir -p "$folder"\n'
        'echo "kind: CustomResourceDefinition" > "$folder/one.yaml"\n'
        f'chart="$GOMODCACHE/{module("envoyproxy/gateway@")}/charts/gateway-helm"; mkdir -p "$chart"\n'
        'echo "version: v0.0.0-latest" > "$chart/Chart.yaml"; echo > "$chart/values.tmpl.yaml"',
    )
    found = definitions.ensure(progress)
    assert [file.read_text() for file in found] == ["kind: CustomResourceDefinition\n"]
    (path / "go").unlink()
    assert definitions.ensure(progress) == found
    chart = (definitions.chart(progress) / "Chart.yaml").read_text()
    assert chart == f"version: v{definitions.ENVOY_GATEWAY}\n", "as its makers publish it"
    assert not list(cache().glob("*.part-*"))
