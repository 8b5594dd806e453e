"""actionlint and zizmor over the workflows, here and in the template: `python -m tests.pipelines.linters`.

actionlint is taken from PATH, else built once from its pinned Go module into the per-user cache.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from conformance.parts import Command, Part, ensure
from sandbox.engine_versions import EngineError
from sandbox.go_build import Recipe
from sandbox.progress import Progress

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDERS = (REPOSITORY / ".github", *sorted((REPOSITORY / "templates").rglob(".github")))
_VERSION = "1.7.12"
_MODULE = "github.com/rhysd/actionlint"

ACTIONLINT = Part(
    f"actionlint-{_VERSION}",
    Recipe(
        subject="pipelines",
        name=f"actionlint {_VERSION}",
        sources=Path(__file__).resolve().parent / "go",
        packages=(f"{_MODULE}/cmd/actionlint",),
        stamps=(f"{_MODULE}.version={_VERSION}",),
        modules=11,
        core_minutes=1,
        download_mb=5,
        free_gib=1,
        command="make pipelines",
    ),
    (Command("actionlint", _VERSION),),
)


def actionlint(executable: Path, workflows: Sequence[Path]) -> list[str | Path]:
    """Its command. shellcheck and pyflakes would be used where they happen to be, and find other things elsewhere."""
    return [executable, "-shellcheck=", "-pyflakes=", *workflows]


def zizmor(folders: Sequence[Path]) -> list[str | Path]:
    """Its command: all that it knows, asking nobody."""
    executable = Path(sys.executable).with_name("zizmor")
    return [executable, "--offline", "--persona", "pedantic", "--no-progress", "--quiet", *folders]


def main() -> int:
    """Run both. Exit status 1: one of them has found something, or cannot be had."""
    try:
        built = ensure(Progress(), [ACTIONLINT])["actionlint"]
    except EngineError as fault:
        print(fault, file=sys.stderr)
        return 1
    workflows = [file for folder in FOLDERS for file in sorted((folder / "workflows").glob("*.yml"))]
    found = [subprocess.run(one, check=False).returncode for one in (actionlint(built, workflows), zizmor(FOLDERS))]
    if any(found):
        return 1
    print(f"pipelines: {len(workflows)} workflows, nothing found by actionlint {_VERSION} and zizmor")
    return 0


if __name__ == "__main__":
    sys.exit(main())
