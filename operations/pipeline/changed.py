"""What a change touches: stack files as they were and as they are, and whether the program itself is another."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from speech.files import stack_file
from speech.files.stack_file import UnreadableError

_HARMLESS = frozenset({".github", "azure-pipelines.yml", "bench", "docs", "templates", "tests"})
"""Folders and files at the top of a repository that no stack is made of; pages elsewhere neither."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Between a commit and the files as they lie here."""

    before: Mapping[str, str | None]
    """By stack: the text of its file at that commit, None where there was none. Stacks whose file differs alone."""
    program: bool
    """Whether anything else has changed that stacks are made of."""


def since(base: str) -> Changed:
    """What has changed since the commit. Raises UnreadableError."""
    project, _ = stack_file.of_project()
    top = Path(_git(project, "rev-parse", "--show-toplevel").strip())
    try:
        commit = _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}").strip()
    except UnreadableError:
        raise UnreadableError(
            f'--base: git knows no commit "{base}" here; a pipeline fetches the last two with fetch-depth: 2'
        ) from None
    paths = [Path(one) for one in _git(top, "diff", "--name-only", "-z", "--no-renames", commit).split("\0") if one]
    stacks = stack_file.folder().resolve().relative_to(top.resolve())
    mine = [path for path in paths if path.parent == stacks and path.match("Pulumi.*.yaml")]
    return Changed(
        {stack_file.stack_name(path): _at(top, commit, path) for path in mine},
        any(path not in mine and path.suffix != ".md" and path.parts[0] not in _HARMLESS for path in paths),
    )


def _at(top: Path, commit: str, path: Path) -> str | None:
    there = _git(top, "ls-tree", "--name-only", commit, "--", str(path)).strip()
    return _git(top, "show", f"{commit}:{path.as_posix()}") if there else None


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # our own words and a commit, no shell
            ["git", *words],  # noqa: S607  # the one on PATH
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise UnreadableError("git is not on PATH") from None
    if done.returncode:
        raise UnreadableError(f"git {words[0]}: {done.stderr.strip() or 'failed'}")
    return done.stdout
