"""The program under the engine reads the catalogue that the command reads."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.home import REPOSITORY, Home, environment, prepare
from sandbox.project import copy
from sandbox.running import Server, start, stop
from speech.catalog import documents
from speech.files import stack_file
from speech.settings.faults import InvalidStackError, render
from tests.walk.stack import Stack


@pytest.mark.engine
def test_sizes_are_asked_of_resource_manager_by_a_real_log_in(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    try:
        server = start(home)
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "speech.cli",
                "catalog",
                "refresh",
                "--what",
                "sizes",
                "--out",
                str(tmp_path / "out"),
            ],
            cwd=REPOSITORY,
            env={**os.environ, **environment(home, server.url)},
            text=True,
            capture_output=True,
            timeout=60,
            check=False,
        )
    finally:
        stop(home)
    assert done.returncode == 0, done.stderr
    content = json.loads((tmp_path / "out" / "vm_sizes.json").read_text())
    zones = {row["name"]: row["zones"]["westeurope"] for row in content["sizes"]}
    assert zones["Standard_D8as_v5"] == ["1", "2", "3"]
    assert content["listed"]["westeurope"]["source"] == "compute-skus"


@pytest.mark.engine
def test_a_preview_refuses_a_catalogue_of_one_s_own_as_plan_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    prepare(home)
    stack = Stack(home, Server(url="https://127.0.0.1:1", home=home, port=1, pid=0))
    (stack.folder / "catalog").mkdir()
    row = {"name": "Standard_D8s_v5", "usd_per_hour": {"westeurope": 0}}
    wrong = {"as_of": "2026-11-20", "source": "our price sheet", "sizes": [row]}
    (stack.folder / "catalog" / "vm_sizes.json").write_text(json.dumps(wrong))
    monkeypatch.chdir(stack.folder)
    documents.forget()
    with pytest.raises(InvalidStackError) as refused:
        stack_file.planned(stack.file)
    documents.forget()
    run = stack.preview(expect=None)
    (line,) = render(refused.value.faults)
    place, _, words = line.strip().partition(": ")
    assert place.endswith("catalog/vm_sizes.json")
    assert words in run.diagnostics
    assert "Traceback" not in run.text


def test_the_sandbox_s_copy_of_the_project_has_its_catalogue(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    (repository / "stacks").mkdir(parents=True)
    for file in ("Pulumi.yaml", "stacks/Pulumi.sandbox.yaml"):
        shutil.copy(REPOSITORY / file, repository / file)
    home = Home(tmp_path / "home")
    (repository / "catalog").mkdir()
    (repository / "catalog" / "tags.json").write_text("{}")
    assert (copy(home, "sandbox", repository).folder / "catalog" / "tags.json").read_text() == "{}"
    shutil.rmtree(repository / "catalog")
    assert not (copy(home, "sandbox", repository).folder / "catalog").exists()
