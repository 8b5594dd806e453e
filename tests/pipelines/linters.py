"""actionlint and zizmor over the workflows, here and in the template: `python -m tests.pipelines.linters`.

actionlint is taken from PATH, else built once from its pinned Go module into the per-user cache.
"""

import subprocess
import sys
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


def main() -> int:
    """Run both. Exit status 1: one of them has found something, or cannot be had."""
    try:
        actionlint = ensure(Progress(), [ACTIONLINT])["actionlint"]
    except EngineError as fault:
        print(fault, file=sys.stderr)
        return 1
    workflows = [file for folder in FOLDERS for file in sorted((folder / "workflows").glob("*.yml"))]
    # shellcheck and pyflakes would be used where they happen to be installed, and find other things elsewhere.
    found = subprocess.run([actionlint, "-shellcheck=", "-pyflakes=", *workflows], check=False).returncode
    zizmor = [
        Path(sys.executable).with_name("zizmor"),
        "--offline",
        "--persona",
        "pedantic",
        "--no-progress",
        "--quiet",
    ]
    found |= subprocess.run([*zizmor, *FOLDERS], check=False).returncode
    if not found:
        print(f"pipelines: {len(workflows)} workflows, nothing found by actionlint {_VERSION} and zizmor")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
