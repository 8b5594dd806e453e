"""`speech plan` as a person and a pipeline see it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def speech(*words: str, cwd: Path = REPOSITORY, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "speech.cli", *words],
        cwd=cwd,
        env={**os.environ, **more},
        text=True,
        errors="replace",
        capture_output=True,
        timeout=30,
        check=False,
    )


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text((REPOSITORY / "stacks" / "Pulumi.sandbox.yaml").read_text())
    return file


def test_a_plan_says_image_pods_nodes_quota_and_cost() -> None:
    shown = speech("plan", "sandbox")
    assert shown.returncode == 0, shown.stderr
    for words in (
        "AKS in westeurope",
        "speech-to-text:5.1.0-amd64-en-us",
        "7 cpu 16 GiB",
        "2-3",
        "quota",
        "cost",
        "why",
    ):
        assert words in shown.stdout
    assert max(map(len, shown.stdout.splitlines()[:10])) <= 100


def test_a_plan_as_json_is_one_document_with_the_designs_keys() -> None:
    shown = speech("plan", "sandbox", "--json")
    plan = json.loads(shown.stdout)
    assert set(plan) >= {"stack", "target", "containers", "node_pools", "quota", "monthly_cost_usd", "warnings"}
    (container,) = plan["containers"]
    assert set(container) >= {
        "name", "kind", "image", "port", "host_url", "ssml_voice", "cpu", "memory_gib", "decoders", "streams_per_pod", "replicas",
    }  # fmt: skip
    assert container["replicas"] == {"min": 2, "max": 3}
    assert plan["monthly_cost_usd"]["metering"] is None


def test_a_path_serves_as_well_as_a_name(stack: Path) -> None:
    assert json.loads(speech("plan", str(stack), "--json").stdout)["stack"] == "dev"


def test_a_refused_file_is_exit_2_with_every_fault_and_no_traceback(stack: Path) -> None:
    stack.write_text(
        stack.read_text().replace("eula: accept", "eula: maybe").replace("kind: speech-to-text", "kind: speech-to-txt")
    )
    shown = speech("plan", str(stack))
    assert shown.returncode == 2
    assert shown.stdout == ""
    assert shown.stderr.splitlines()[0] == f"{stack}: 2 faults"
    assert "speech:billing.eula" in shown.stderr
    assert "speech:containers[0].kind" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_terminal_shows_a_question_mark_for_what_it_does_not_know(stack: Path) -> None:
    stack = stack.rename(stack.with_name("Pulumi.łódź.yaml"))
    shown = speech("plan", str(stack), PYTHONIOENCODING="latin-1")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("?")
    stack.write_text(stack.read_text().replace("eula: accept", "eula: zażółć"), encoding="utf-8")
    shown = speech("plan", str(stack), PYTHONIOENCODING="latin-1:strict")
    assert (shown.returncode, "Traceback" in shown.stderr) == (2, False)
    assert '"za?' in shown.stderr


def test_a_stack_is_found_from_a_folder_below_the_project() -> None:
    assert speech("plan", "sandbox", "--json", cwd=REPOSITORY / "docs").returncode == 0


def test_an_unknown_stack_names_those_that_there_are() -> None:
    shown = speech("plan", "sandbx")
    assert shown.returncode == 2
    assert 'did you mean "sandbox"?' in shown.stderr


def test_the_projects_defaults_lie_under_the_stack_file(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(
        "name: p\nruntime: python\nconfig:\n  azure-native:location:\n    value: westeurope\n"
        "  speech:environment:\n    value: dev\n"
    )
    (tmp_path / "Pulumi.a.yaml").write_text(
        "config:\n  azure-native:location: northeurope\n  speech:billing: {eula: accept}\n  speech:target: {kind: aks}\n"
        "  speech:containers:\n    - {name: a, kind: speech-to-text, locale: en-US, version: 5.1.0, demand: {concurrent_streams: 1}}\n"
    )
    shown = speech("plan", "a", "--json", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["location"] == "northeurope"


def test_a_plan_imports_neither_pulumi_nor_an_azure_sdk() -> None:
    code = (
        "import sys; sys.argv = ['speech', 'plan', 'sandbox']\n"
        "from speech.cli.main import app\n"
        "app(standalone_mode=False)\n"
        "found = [name for name in sys.modules if name.split('.')[0] in {'pulumi', 'pulumi_azure_native', 'azure', 'pulumi_kubernetes'}]\n"
        "assert not found, found"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_schema_knows_every_key_of_a_stack_file() -> None:
    schema = json.loads(speech("schema").stdout)
    keys = schema["properties"]["config"]["properties"]
    assert {"azure-native:location", "speech:containers", "speech:billing", "speech:acknowledge"} <= set(keys)
