"""The engine built from Go modules, where nothing but package registries can be reached."""

import shutil
import tempfile
from pathlib import Path

from sandbox.engine_install import settle
from sandbox.engine_versions import EngineError, ask_version
from sandbox.go_build import Recipe, go_build
from sandbox.progress import Progress

_STAMP = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"


def build(place: Path, version: str, progress: Progress) -> None:
    """Build `pulumi` into the folder `place`.

    Raises EngineError if Go, a module or the room is missing; what was done so far is kept for the next try.
    """
    recipe = Recipe(
        subject="engine",
        name=f"pulumi {version}",
        sources=Path(__file__).resolve().parent / "go" / "engine",
        packages=("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",),
        stamps=(f"{_STAMP}=v{version}",),
        modules=326,
        core_minutes=8,
        download_mb=350,
        free_gib=4,
        command="make setup",
    )
    work = place.with_name(place.name + ".build")
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f"{place.name}.part-") as folder:
        root = Path(folder) / "root"
        (root / "bin").mkdir(parents=True)
        go_build(recipe, work, root / "bin", progress)
        if (answer := ask_version(root / "bin" / "pulumi")) != f"v{version}":
            raise EngineError(f"engine: the built pulumi says {answer or 'nothing'}\n  try: rm -r {work} and again")
        settle(root, place, "built")
    shutil.rmtree(work)
