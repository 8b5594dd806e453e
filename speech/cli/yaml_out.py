"""YAML that every reader takes alike."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString, SingleQuotedScalarString

_OLD_WORDS = re.compile(r"no|yes|on|off|y|n|[0-9]+(:[0-9]+)+", re.IGNORECASE)


def write(path: Path, head: str, *documents: Any) -> None:  # noqa: ANN401  # any YAML
    """One file of these documents, below a line of comment."""
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        _yaml().dump_all([_unmistakable(document) for document in documents], file)


def _unmistakable(part: Any) -> Any:  # noqa: ANN401  # a part of a document
    """With quotes where an older reader of YAML would see a truth value or a number of minutes; scripts as they are."""
    if isinstance(part, dict):
        return {name: _unmistakable(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_unmistakable(value) for value in part]
    if not isinstance(part, str):
        return part
    if "\n" in part:
        return LiteralScalarString(part)
    return SingleQuotedScalarString(part) if _OLD_WORDS.fullmatch(part) else part


def _yaml() -> YAML:
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 4096
    return yaml
