"""Under `pulumi preview` a bad stack file is the program's error: the same faults, and no traceback."""

from pathlib import Path

import pytest

from sandbox.home import Home, prepare
from sandbox.running import Server
from speech.files import stack_file
from speech.settings.faults import InvalidStackError, render
from tests.walk.stack import Stack

BAD = """
config:
  azure-native:location: westeurop
  speech:environment: dev
  speech:account: {custom_domain: Contoso, key: in-clear}
  speech:billing: {}
  speech:target: {kind: aks, zones: [1, 4], version: 1.35}
  speech:tags: "[half of a list"
  speech:network: "{"
  speech:acknowledge: '["open-endpont"]'
  speech:containers:
    - {name: a, kind: speech-to-text, version: 5.1.0, demand: {concurrent_streams: 0}}
    - {}
  speech:monitoring:
  speech:nonsense: null
"""


@pytest.mark.engine
def test_a_preview_shows_the_faults_that_plan_shows(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home)
    stack = Stack(home, Server(url="https://127.0.0.1:1", home=home, port=1, pid=0))
    stack.file.write_text(BAD)
    with pytest.raises(InvalidStackError) as refused:
        stack_file.planned(stack.file)
    run = stack.preview(expect=None)
    assert run.code not in {0, None}
    assert len(refused.value.faults) == 13
    assert f"stack sandbox: {refused.value}" in run.diagnostics
    for line in render(refused.value.faults):
        assert line.strip() in run.diagnostics
    assert "Traceback" not in run.text
    assert "in-clear" not in run.diagnostics


@pytest.mark.engine
def test_an_encrypted_value_where_none_belongs_is_refused_without_showing_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home)
    stack = Stack(home, Server(url="https://127.0.0.1:1", home=home, port=1, pid=0))
    stack.pulumi("config", "set", "--path", "--secret", "speech:account.custom_domain", "planted-domain")
    run = stack.preview(expect=None)
    assert "speech:account  is encrypted, which only keys and passwords may be: write it in clear" in run.diagnostics
    assert "planted-domain" not in run.text
    assert "Traceback" not in run.text
