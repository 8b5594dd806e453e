"""The dated documents under data/, with the user's own laid over them, and what every reader of them shares."""

import json
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data")
VARIABLE = "SPEECH_CATALOG"
"""Names a folder with documents of the user's own; a relative one counts from the project's folder."""
FOLDER = "catalog"
"""The same beside Pulumi.yaml."""
_PROJECT_FILE = "Pulumi.yaml"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a figure comes from: `source` a full reference, `as_of` an ISO date, `confidence` high, medium or low."""

    source: str
    as_of: str
    confidence: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogFault:
    """What is wrong with a document of the user's own: `path` has the file too, `message` what, why and the remedy."""

    path: str
    message: str


@cache
def document(name: str) -> dict[str, Any]:
    """The document `<name>`: ours, with the user's laid over it. Callers do not change it.

    Raises nothing for a document of the user's that is wrong: it is left out, and `faults` tells.
    """
    if overlay_folders():
        from speech.catalog.overlay import laid_over  # noqa: PLC0415  # only who has an overlay pays for its check

        return laid_over(overlay_folders()).documents[name]
    return shipped(name)


@cache
def shipped(name: str) -> dict[str, Any]:
    """The document `data/<name>.json` as it came with the program."""
    content: dict[str, Any] = json.loads((DATA / f"{name}.json").read_bytes())
    return content


def faults() -> tuple[CatalogFault, ...]:
    """What is wrong with the user's documents; nothing where there are none."""
    if not overlay_folders():
        return ()
    from speech.catalog.overlay import laid_over  # noqa: PLC0415  # as above

    return laid_over(overlay_folders()).faults


@cache
def overlay_folders() -> tuple[Path, ...]:
    """Folders with the user's documents, the later laid over the earlier: beside Pulumi.yaml, then SPEECH_CATALOG's."""
    project = project_folder()
    found = [project / FOLDER] if project and (project / FOLDER).is_dir() else []
    if (named := named_folder()) and named not in found:
        found.append(named)
    return tuple(found)


def named_folder() -> Path | None:
    """The folder that SPEECH_CATALOG names."""
    named = os.environ.get(VARIABLE)
    return (project_folder() or Path()) / named if named else None


_told: list[Path] = []


def project_folder() -> Path | None:
    """The folder of Pulumi.yaml: the one that `beside` told, else from here upwards, as the engine finds it."""
    if _told:
        return _told[-1]
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / _PROJECT_FILE).is_file()), None)


def beside(project: Path) -> None:
    """Reads the overlay of this project's folder from now on, as the engine's program would."""
    known = project_folder()
    if known is None or known.resolve() != project.resolve():
        forget()
        _told.append(project.resolve())


def forget() -> None:
    """Reads every document anew when it is asked for next, of the project from here upwards."""
    _told.clear()
    for name, module in list(sys.modules.items()):
        if name.startswith("speech.catalog."):
            for value in vars(module).values():
                if callable(getattr(value, "cache_clear", None)):
                    value.cache_clear()


def names() -> tuple[str, ...]:
    """Every document, in the order of the alphabet."""
    return tuple(sorted(path.stem for path in DATA.glob("*.json")))


def evidence(sources: dict[str, str], row: dict[str, Any]) -> Evidence:
    """The evidence of one row, its source key written out."""
    return Evidence(sources[row["source"]], row["as_of"], row["confidence"], row.get("note"))
