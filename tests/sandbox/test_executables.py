"""The small executables of a checkout: in the sandbox's own folder, and in .venv/bin."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import executables
from sandbox.executables import install_executables, is_shim, link_into_environment
from sandbox.home import Home

HOST = "pulumi-language-python"


def executable(path: Path, text: str = "#!/bin/sh\necho official\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engine without a language host; PATH holds one empty folder."""
    (tmp_path / "path").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    return executable(tmp_path / "engine" / "bin" / "pulumi")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "a home")


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def test_the_stand_ins_and_the_language_host_lie_in_the_homes_bin(engine: Path, home: Home) -> None:
    install_executables(home, engine)
    assert names(home.bin) == {"pulumi-resource-azure-native", "pulumi-resource-kubernetes", "kubelogin", HOST}
    assert all(is_shim(path) and os.access(path, os.X_OK) for path in home.bin.iterdir())


def test_beside_an_official_engine_no_language_host_is_offered(engine: Path, home: Home) -> None:
    executable(engine.parent / HOST)
    install_executables(home, engine)
    assert HOST not in names(home.bin)


def test_with_an_official_host_on_path_ours_steps_aside(engine: Path, home: Home, tmp_path: Path) -> None:
    install_executables(home, engine)
    executable(tmp_path / "path" / HOST)
    install_executables(home, engine)
    assert HOST not in names(home.bin)


def test_our_own_host_on_path_counts_as_missing(engine: Path, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    install_executables(home, engine)
    monkeypatch.setenv("PATH", str(home.bin))
    install_executables(home, engine)
    assert HOST in names(home.bin)


def test_an_unchanged_executable_is_left_alone(engine: Path, home: Home) -> None:
    install_executables(home, engine)
    before = {path.name: path.stat().st_ino for path in home.bin.iterdir()}
    install_executables(home, engine)
    assert before == {path.name: path.stat().st_ino for path in home.bin.iterdir()}


def test_an_executable_starts_its_module_and_lends_it_no_module_of_the_program(
    engine: Path, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(executables._STAND_INS, "pulumi-resource-kubernetes", "platform")
    (tmp_path / "program").mkdir()
    (tmp_path / "program" / "platform.py").write_text("print('of the program')")
    install_executables(home, engine)
    run = subprocess.run(
        [home.bin / "pulumi-resource-kubernetes", "terse"],
        cwd=tmp_path / "program",
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith(("Linux", "macOS"))


def test_an_engine_of_our_own_is_called_from_the_environment(engine: Path, tmp_path: Path) -> None:
    executable(engine, '#!/bin/sh\necho "$PATH" "$@"\n')
    folder = tmp_path / "with space"
    folder.mkdir()
    link_into_environment(engine, folder, own=True)
    assert names(folder) == {"pulumi", HOST}
    run = subprocess.run([folder / "pulumi", "up", "a b"], capture_output=True, text=True, check=True)
    assert run.stdout == f"{folder}:{tmp_path / 'path'} up a b\n"


def test_no_stand_in_of_a_cloud_is_put_into_the_environment(engine: Path, tmp_path: Path) -> None:
    link_into_environment(engine, tmp_path, own=True)
    assert not [name for name in names(tmp_path) if name.startswith("pulumi-resource")]


def test_an_engine_on_path_takes_our_call_away(engine: Path, tmp_path: Path) -> None:
    link_into_environment(engine, tmp_path / "path", own=True)
    link_into_environment(engine, tmp_path / "path", own=False)
    assert names(tmp_path / "path") == {HOST}


@pytest.mark.parametrize("own", [True, False])
def test_a_pulumi_of_the_users_own_stays_as_it_is(engine: Path, tmp_path: Path, own: bool) -> None:
    theirs = executable(tmp_path / "path" / "pulumi", "theirs")
    link_into_environment(engine, tmp_path / "path", own=own)
    assert theirs.read_text() == "theirs"


def test_outside_a_virtual_environment_nothing_is_written(
    engine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    link_into_environment(engine, tmp_path / "path", own=True)
    assert names(tmp_path / "path") == set()
