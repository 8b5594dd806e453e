"""Stack files on disk: found by name, read, and laid over the project's defaults."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from speech.capacity.plan import Plan
from speech.capacity.planner import plan
from speech.catalog import documents
from speech.files import project, yaml_text
from speech.settings.faults import InvalidStackError, did_you_mean, shown
from speech.settings.parse import Parsed, parse
from speech.settings.stack import Stack

PROJECT = "Pulumi.yaml"
LARGEST_BYTES = 200_000
"""Some 200 containers with a comment each; reading it takes less than a second."""
# https://github.com/pulumi/pulumi, ProjectStack
PARTS = ("config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt")
_OTHER_ENCODINGS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


class FailedError(Exception):
    """A check or a change that failed though the input is right. The text says what and the remedy."""


class UnreadableError(Exception):
    """A file that is not there, or that is no stack file. The text says what and the remedy."""


def find(stack: str) -> Path:
    """The stack file of a stack's name, or of a path. Raises UnreadableError."""
    if stack.endswith((".yaml", ".yml")) or "/" in stack:
        path = Path(stack)
        with _readable(path):
            path.stat()
        return path
    there = folder()
    path = there / f"Pulumi.{stack}.yaml"
    names = [stack_name(file) for file in _files(there)]
    if stack in names:
        return path
    close = get_close_matches(stack, names, n=1)
    hint = f'did you mean "{close[0]}"?' if close else f"there are: {', '.join(names) or 'none'}"
    raise UnreadableError(f"{there}: there is no stack {shown(stack)}; {hint}")


def of_project() -> tuple[Path, list[Path]]:
    """The project's folder and its stack files, in the order of their names. Raises UnreadableError."""
    found = _project(None)
    if found is None:
        raise UnreadableError(f"there is no {PROJECT} here or above: change to the project's folder")
    return found.parent, _files(folder())


def stack_name(file: Path) -> str:
    """The stack that a file belongs to: `Pulumi.<stack>.yaml`."""
    return file.name.removesuffix(".yaml").removesuffix(".yml").removeprefix("Pulumi.")


def planned(file: Path, changes: Sequence[str] = ()) -> tuple[Parsed, Plan]:
    """Settings and plan of a stack file, with changes (PATH=VALUE) made to it first, for this plan alone.

    Raises UnreadableError and InvalidStackError (which then knows its file).
    """
    if found := _project(file):
        documents.beside(found.parent)
    try:
        parsed = parse(_changed(keys(file), changes), today=datetime.now(tz=UTC).date())
        return parsed, plan(parsed.stack, stack_name(file))
    except InvalidStackError as error:
        error.add_note(f"{file}, as set" if changes else str(file))
        raise


def _changed(found: dict[str, Any], changes: Sequence[str]) -> dict[str, Any]:
    if not changes:
        return found
    from speech.files import what_if  # noqa: PLC0415  # needed by few

    try:
        return what_if.applied(found, changes)
    except what_if.WhatIfError as error:
        raise UnreadableError(str(error)) from None


def keys(file: Path) -> dict[str, Any]:
    """The configuration that the engine would hand to the program, structured values as structures, secrets encrypted.

    Raises UnreadableError.
    """
    content = _document(file)
    for part in content:
        if part not in PARTS:
            raise UnreadableError(f"{file}: {shown(part)} is no part of a stack file.{did_you_mean(part, PARTS)}")
    config = content.get("config") or {}
    if not isinstance(config, Mapping):
        raise UnreadableError(f"{file}: config must be a mapping of keys like speech:environment")
    found = _project(file)
    try:
        return project.merged(_document(found) if found else {}, config)
    except project.ProjectError as error:
        raise UnreadableError(f"{found}: {error}") from None


def opened(stack: str) -> tuple[Stack, Plan, Path]:
    """Settings and plan of a stack's name or path, and the project's folder, where the engine is asked about it.

    Raises UnreadableError and InvalidStackError.
    """
    file = find(stack)
    parsed, made = planned(file)
    found = _project(file)
    return parsed.stack, made, found.parent if found else Path()


def _files(there: Path) -> list[Path]:
    return sorted(there.glob("Pulumi.*.yaml"), key=stack_name)


def folder() -> Path:
    """The folder with the project's stack files. Raises UnreadableError."""
    found = _project(None)
    if found is None:
        return Path("stacks")
    content = _document(found)
    old_form = content["config"] if isinstance(content.get("config"), str) else None
    return found.parent / str(content.get("stackConfigDir") or old_form or ".")


def _project(file: Path | None) -> Path | None:
    """The project's file, searched for as the engine does: from here upwards; then from the stack file upwards."""
    here = Path.cwd()
    around = [*file.resolve().parents] if file else []
    found = next((each / PROJECT for each in [here, *here.parents, *around] if (each / PROJECT).is_file()), None)
    return found.relative_to(here) if found and found.is_relative_to(here) else found


def _document(file: Path) -> Mapping[str, Any]:
    with _readable(file):
        if not file.is_file():
            raise UnreadableError(f"{file}: no file, but {'a folder' if file.is_dir() else 'something else'}")
        with file.open("rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise UnreadableError(f"{file}: larger than {LARGEST_BYTES:,} bytes, which no stack file is")
    return _mapping(file, _decoded(file, content))


def _mapping(file: Path, text: str) -> Mapping[str, Any]:
    try:
        content = yaml_text.load(text)
    except yaml_text.NotYamlError as error:
        raise UnreadableError(f"{file}, {error}") from None
    if content is None:
        raise UnreadableError(f"{file}: empty; a stack file begins with  config:")
    if not isinstance(content, Mapping):
        raise UnreadableError(f"{file}: no mapping; a stack file begins with  config:")
    return content


def _decoded(file: Path, content: bytes) -> str:
    for mark, name in _OTHER_ENCODINGS.items():
        if content.startswith(mark):
            raise UnreadableError(f"{file}: {name} text: save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"{file}, line {line}: not UTF-8 text: save it as UTF-8") from None


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise UnreadableError(f"{file}: there is no such file") from None
    except OSError as error:
        raise UnreadableError(f"{file}: {error.strerror}") from None
