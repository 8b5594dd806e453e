"""Documents as files: in the catalogue's form, all of them replaced or none."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from speech.files.stack_file import FailedError

_DEEPEST = 3
"""Levels of objects with a line for each key: document, kinds of tags.json, a kind."""
_A_LINE_EACH = frozenset({"sources", "notes"})


def written(content: Any, depth: int = 0, key: str = "") -> str:  # noqa: ANN401  # any JSON
    """A document as the catalogue writes it: a row a line, so that a change is a line too."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(content, dict) and content and depth < _DEEPEST and (_has_rows(content) or key in _A_LINE_EACH):
        lines = [f"{inner}{json.dumps(name)}: {written(value, depth + 1, name)}" for name, value in content.items()]
        return "{\n" + ",\n".join(lines) + f"\n{outer}}}"
    if isinstance(content, list) and content and (isinstance(content[0], dict) or key in _A_LINE_EACH):
        return "[\n" + ",\n".join(f"{inner}{_line(row)}" for row in content) + f"\n{outer}]"
    return _line(content)


def replace_all(contents: Mapping[Path, str]) -> None:
    """Writes the files whole. What cannot be written leaves every file as it was. Raises FailedError."""
    before: dict[Path, bytes | None] = {}
    new = {path: path.with_name(f".{path.name}.{os.getpid()}.new") for path in contents}
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with new[path].open("w", encoding="utf-8", newline="\n") as file:
                file.write(content + "\n")
                file.flush()
                os.fsync(file.fileno())
        for path in contents:
            before[path] = path.read_bytes() if path.exists() else None
            new[path].replace(path)
    except BaseException as error:
        _restore(before)
        if isinstance(error, OSError):
            raise FailedError(f"{error.filename}: {error.strerror}. Nothing was changed") from None
        raise
    finally:
        for path in new.values():
            path.unlink(missing_ok=True)


def _restore(before: Mapping[Path, bytes | None]) -> None:
    for path, content in before.items():
        if content is None:
            path.unlink(missing_ok=True)
        elif path.read_bytes() != content:
            path.write_bytes(content)


def _has_rows(content: dict[str, Any]) -> bool:
    return any(isinstance(value, dict) or (isinstance(value, list) and _rows(value)) for value in content.values())


def _rows(value: list[Any]) -> bool:
    return bool(value) and isinstance(value[0], dict)


def _line(value: Any) -> str:  # noqa: ANN401  # any JSON
    return json.dumps(value, ensure_ascii=False)
