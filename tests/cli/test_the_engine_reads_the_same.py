"""What `speech plan` reads of a project and a stack file is what the real engine hands to the program."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from sandbox.home import Home, prepare
from sandbox.running import Server
from speech.files import stack_file
from speech.settings.base import Decrypted
from speech.settings.faults import InvalidStackError
from speech.settings.parse import Parsed, parse
from speech.settings.values import structure
from tests.engine_harness import Project

KEY = "planted-key"
PROGRAM = """
    import json, os, pulumi
    with open("seen.json", "w") as seen:
        json.dump({"config": pulumi.runtime.get_config_env(), "secret": pulumi.runtime.get_config_secret_keys_env()}, seen)
"""
PULUMI_YAML = """
name: speech-containers
runtime: {{name: python, options: {{virtualenv: "{prefix}"}}}}
config:
  azure-native:location: northeurope
  speech:environment: {{value: test}}
  speech:billing: {{value: {{eula: accept, active_key: key2}}}}
  speech:network: {{value: {{exposure: internal, longest_stream_minutes: 30}}}}
  speech:tags.team: {{value: speech}}
  speech:tags.number: {{value: "7"}}
  speech:account.protect: {{value: "true"}}
  speech:account.custom_domain: {{value: from-the-project}}
  speech:acknowledge: [unknown-tag]
  speech:monitoring: {{value: {{retention_days: 31}}}}
  plain: {{type: integer, default: 5}}
  typed: {{type: array, items: {{type: string}}, default: [a, b]}}
"""
STACK = """
config:
  azure-native:location: westeurope
  speech:config:adopted: True
  speech:account: {custom_domain: from-the-stack}
  speech:billing: &billing {eula: accept}
  speech:target:
    kind: aks
    version: "1.35"
    zones: [1, "2"]
    maintenance: {start_time: 02:00, hours: 0x8, day: Monday}
    private: no
    spot: off
  speech:containers:
    - &first
      name: one
      kind: speech-to-text
      locale: en-US
      version: 5.1.0
      demand: {concurrent_streams: 1_2, hours_a_month: 1e3}
      scaling: {headroom: .5, min_replicas: +2, max_replicas: 0o17}
    - <<: *first
      name: two
      demand: {concurrent_streams: 1, audio: file}
  speech:model_account:
  speech:odd:
    words: [~, null, Null, nul, y, yes, on, N, true, TRUE, tRue, "true", 'null', !!str 5, "", <<, .5, 1., 0b11, -0x1F, 12e03]
    more: [-0, 1.0, 1.50, 100000000000000000000, 0.1, 1e-7, "2026-11-21", "010", 12:30:45, 1.2.3, +, -, ., _1, 1_, 0x, "é\\u00e9\\n"]
  speech:text: |
    {not: json
  speech:number: 5
  speech:share: 1.5
  bare: true
"""


@pytest.mark.engine
def test_what_plan_reads_is_what_the_engine_hands_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    prepare(home)
    project = Project(tmp_path / "project", Server(url="https://127.0.0.1:1", home=home, port=1, pid=0))
    (project.folder / "Pulumi.yaml").write_text(PULUMI_YAML.format(prefix=sys.prefix))
    project.program(PROGRAM)
    file = project.folder / "Pulumi.test.yaml"
    project.pulumi("stack", "init", "test")
    file.write_text(file.read_text() + STACK.lstrip() if file.exists() else STACK)
    monkeypatch.chdir(project.folder)
    assert compared(project, file) == []

    # As people set values: numbers, places in lists, names in quotes, secrets inside a structure.
    for path, value in {
        "speech:target.system_nodes": "2",
        "speech:target.zones[2]": "3",
        "speech:containers[1].demand.base_streams": "1",
        "speech:containers[0].locale": "de-DE",
        "speech:odd.deeper[0].key": "00123",
        'speech:odd["a.b"]': "false",
    }.items():
        project.pulumi("config", "set", "--path", path, value)
    project.pulumi("config", "set", "--path", "--type", "string", "speech:odd.text", "15")
    project.pulumi("config", "set", "--path", "--secret", "speech:account.key", KEY)
    project.pulumi("config", "set", "speech:budget", '{"usd_a_month": 20000}')
    assert compared(project, file) == ["speech:account"]


def compared(project: Project, file: Path) -> list[str]:
    """The keys that hold secrets, once everything else has been found the same."""
    project.preview()
    seen = json.loads((project.folder / "seen.json").read_text())
    handed: dict[str, Any] = {
        key: structure(text) for key, text in seen["config"].items() if key.partition(":")[0] != "pulumi"
    }
    read: dict[str, Any] = {
        key: structure(value) if isinstance(value, str) else value for key, value in stack_file.keys(file).items()
    }
    if seen["secret"]:
        assert handed["speech:account"].pop("key") == KEY
        assert set(read["speech:account"].pop("key")) == {"secure"}
    assert read == handed
    from_the_engine = {key: Decrypted(text) if key in seen["secret"] else text for key, text in seen["config"].items()}
    assert outcome(from_the_engine) == outcome(stack_file.keys(file))
    return list(seen["secret"])


def outcome(mapping: dict[str, Any]) -> Parsed | list[str]:
    try:
        return parse(mapping)
    except InvalidStackError as error:
        return [f"{fault.path} {fault.message}" for fault in error.faults]
