"""Files that are no stack files: exit status 2, words on standard error, never a traceback."""

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from speech.cli.main import main
from speech.files import stack_file, yaml_text
from speech.settings.faults import InvalidStackError
from speech.settings.values import MOST_VALUES

SANDBOX = Path(__file__).resolve().parents[2] / "stacks" / "Pulumi.sandbox.yaml"
GOOD = SANDBOX.read_text()
Refused = Callable[..., str]
SLOW = [HealthCheck.too_slow]
"""A busy machine decides no test."""


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "Pulumi.dev.yaml"


@pytest.fixture
def refused(stack: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refused:
    """What `speech plan` writes to standard error when it refuses; any other outcome fails the test."""

    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["speech", "plan", *(words or [str(stack)])])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        assert (ended.value.code, shown.out) == (2, "")
        return shown.err

    return run


def laughs(levels: int) -> str:
    lines = ["a0: &a0 ha"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, levels)]
    return "\n".join(lines)


def merged_laughs(levels: int) -> str:
    lines = ["a0: &a0 {x: y}"]
    lines += [f"a{level}: &a{level} {{<<: [{', '.join([f'*a{level - 1}'] * 10)}]}}" for level in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "Pulumi.dev.yaml: empty; a stack file begins with  config:"),
        ("# nothing but this\n", "empty"),
        ("- a\n- b\n", "no mapping"),
        ("text", "no mapping"),
        ("config: [\n", "line 2: "),
        ("config: text\n", "config must be a mapping"),
        ("config:\n  a: 1\n  a: 2\n", 'line 3: "a" stands here twice'),
        ("config: {}\nconfig: {}\n", 'line 2: "config" stands here twice'),
        ("confg: {}\n", '"confg" is no part of a stack file. Did you mean "config"?'),
        ("config: {}\n---\nconfig: {}\n", "line 2: a second document begins"),
        ("\tconfig: {}\n", "line 1: "),
        ("config:\n  ? [a]\n  : b\n", "line 2: the key a structure is no text"),
        ("config:\n  5: b\n", 'line 2: the key "5" is no text: write it in quotes'),
        ("config:\n  no: b\n", '"speech:no"'),
        ("config:\n  speech:tags: {null: b}\n", 'the key "null" is no text'),
        ("config:\n  speech:tags: {created: 2026-11-21}\n", 'line 2: "2026-11-21" is a date to the engine: write it in quotes'),
        ("config:\n  speech:tags: {created: 2026-11-21 10:00:00}\n", "is a date to the engine"),
        ("config:\n  speech:tags: {number: 0017}\n", 'line 2: "0017" is an octal number to the engine'),
        ("config:\n  speech:tags: {number: .inf}\n", '".inf" is no number of a setting'),
        ("config:\n  speech:tags: {a: *missing}\n", "line 2: *missing names nothing that ends above"),
        ("config: &a\n  speech:tags: *a\n", "line 2: *a names nothing that ends above"),
        ("config:\n  speech:tags: {<<: 5}\n", "line 2: << takes the mapping of an alias"),
        ("a: !!python/object/apply:os.system ['touch /tmp/planted']\n", 'line 1: the tag "tag:yaml.org,2002:python/object/apply:os.system" has no place'),
        ("a: !!python/name:os.system\n", "has no place in a stack file"),
        ("a: !include other.yaml\n", 'line 1: the tag "!include" has no place'),
        ("a: !!binary aGFsbG8=\n", "has no place in a stack file"),
        ("a: !!set {b}\n", "has no place in a stack file"),
        ("a: !!int '5'\n", "has no place in a stack file"),
        ('a: "\\ud800"\n', "half a character"),
        ("config:\n  speech:tags: {a: \0}\n", "line 2: the character U+0000 belongs into no text"),
        ("config:\n  a: \x1b[2J\n", "line 2: the character U+001B"),
        (laughs(9), f"more than {MOST_VALUES:,} values"),
        (merged_laughs(9), f"more than {MOST_VALUES:,} values"),
        ("config: [" + "1," * 50_000 + "]\n", f"more than {MOST_VALUES:,} values"),
        ("[" * 50_000, "nested deeper than"),
        ("{a: " * 20_000, "nested deeper than"),
        ("- " * 50_000, "nested deeper than"),
        ("? " * 50_000, "nested deeper than"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_stack_file(stack: Path, refused: Refused, content: str, words: str) -> None:
    stack.write_text(content)
    assert words in refused()
    assert not Path("/tmp/planted").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (GOOD.encode("utf-16"), "UTF-16 text: save it as UTF-8"),
        (b"\xfe\xff" + GOOD.encode("utf-16-be"), "UTF-16 text: save it as UTF-8"),
        (GOOD.encode("utf-16-le"), "U+0000"),
        (GOOD.encode("utf-32"), "UTF-32 text: save it as UTF-8"),
        (f"{GOOD}\n# Zürich\n".encode("latin-1"), f"line {GOOD.count(chr(10)) + 2}: not UTF-8 text: save it as UTF-8"),
        (bytes(range(256)), "line"),
        (b"x" * 10_000_000, "larger than 200,000 bytes, which no stack file is"),
    ],
)
def test_bytes_that_are_no_stack_file(stack: Path, refused: Refused, content: bytes, words: str) -> None:
    stack.write_bytes(content)
    assert words in refused()


def test_a_byte_order_mark_of_utf_8_is_passed_over_as_by_the_engine(stack: Path) -> None:
    stack.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert stack_file.planned(stack)[0].stack.location == "westeurope"


def test_a_file_that_is_not_there(refused: Refused) -> None:
    assert refused("missing.yaml") == "missing.yaml: there is no such file\n"
    assert "there is no such file" in refused("no/such/folder/Pulumi.dev.yaml")
    assert "there is no stack" in refused("dev")
    assert "File name too long" in refused(f"{'x' * 5000}.yaml")


def test_what_is_no_file(tmp_path: Path, refused: Refused) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert refused("folder.yaml") == "folder.yaml: no file, but a folder\n"
    os.mkfifo(tmp_path / "pipe.yaml")
    assert refused("pipe.yaml") == "pipe.yaml: no file, but something else\n"
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    assert "symbolic links" in refused("loop.yaml")


def test_a_file_that_may_not_be_read(stack: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.write_text(GOOD)

    def denied(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", denied)  # root may read everything
    assert refused() == f"{stack}: Permission denied\n"


def test_a_project_that_the_engine_would_refuse(tmp_path: Path, stack: Path, refused: Refused) -> None:
    stack.write_text(GOOD)
    for content, words in {
        "name: p\nconfig: {speech:billing: {eula: accept}}\n": "Pulumi.yaml: config.speech:billing: a key of another namespace",
        "name: p\nconfig: {speech:billing: {default: {eula: accept}}}\n": "takes a value alone, as in  speech:billing: {value: ...}",
        "name: p\nconfig: {speech:account.: {value: x}}\n": "no path, as in  speech:account.sku",
        "name: p\nconfig: {'speech:': {value: x}}\n": "no key",
        "name: p\nconfig: {'speech:containers[9].name': {value: x}}\n": "[9] lies beyond the end of a list of 1",
        "name: [\n": "Pulumi.yaml, line 2",
        "": "Pulumi.yaml: empty",
    }.items():
        (tmp_path / "Pulumi.yaml").write_text(content)
        assert words in refused()


def test_a_very_long_text_is_shown_short(stack: Path, refused: Refused) -> None:
    stack.write_text(GOOD.replace("eula: accept", f"eula: {'x' * 100_000}"))
    assert len(refused()) < 500


def test_very_many_faults_are_counted(stack: Path, refused: Refused) -> None:
    stack.write_text(GOOD + "".join(f"    - {{name: Name{index}, kind: speech}}\n" for index in range(1000)))
    shown = refused()
    assert len(shown.splitlines()) == 52
    assert shown.splitlines()[-1].endswith(" more")


@settings(max_examples=400, deadline=None, suppress_health_check=SLOW)
@given(
    st.text(alphabet=st.characters(), max_size=60)
    | st.text(alphabet="{}[]&*!|>%@`'\"#-?:,<~ \n\tab01.\\xU", max_size=60)
)
@example('"\\U7fffffff"')
@example("%YAML 9.9\n---\n")
def test_any_text_is_yaml_or_a_line_and_a_reason(text: str) -> None:
    with suppress(yaml_text.NotYamlError):
        yaml_text.load(text)


@pytest.fixture(scope="session")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "Pulumi.dev.yaml"


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(
    changes=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 20), st.text("{}[]&*!|>'\"#-?:, \n019.ax\0é", max_size=3))
    )
)
def test_any_damage_to_a_good_file_is_a_plan_or_faults(damaged: Path, changes: list[tuple[float, int, str]]) -> None:
    text = GOOD
    for place, length, put in changes:
        at = int(place * len(text))
        text = text[:at] + put + text[at + length :]
    damaged.write_text(text)
    with suppress(stack_file.UnreadableError, InvalidStackError):
        stack_file.planned(damaged)
