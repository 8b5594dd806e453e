"""The published CustomResourceDefinitions of what others install in a cluster, from the Go modules that carry them."""

import shutil
import tempfile
from pathlib import Path

from sandbox.engine import only_one
from sandbox.engine_install import settle
from sandbox.engine_versions import cache
from sandbox.go_build import Recipe, go_download
from sandbox.progress import Progress

SECRETS_STORE = "1.4.8"
"""The version that the Key Vault add-on of AKS is built on, or a little older."""
MODULES = {f"sigs.k8s.io/secrets-store-csi-driver@v{SECRETS_STORE}": "config/crd/bases/*.yaml"}
"""Folders of modules, and the files that are wanted of them."""
_RECIPE = Recipe(
    subject="conformance",
    name="published definitions",
    sources=Path(__file__).resolve().parent / "go" / "definitions",
    packages=tuple(module.partition("@")[0] for module in MODULES),
    stamps=(),
    modules=len(MODULES),
    core_minutes=0,
    download_mb=6,
    free_gib=1,
    command="make conformance",
)


def ensure(progress: Progress) -> list[Path]:
    """The definitions as YAML files; fetched once. Raises EngineError where they cannot be had."""
    place = cache() / f"definitions-secrets-store-{SECRETS_STORE}"
    with only_one(place.with_name(place.name + ".lock"), progress, _RECIPE.name):
        if not (place / "origin").is_file():
            _fetch(place, progress)
    return sorted(place.glob("*.yaml"))


def _fetch(place: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f"{place.name}.part-") as folder:
        modules = go_download(_RECIPE, Path(folder) / "work", progress)
        root = Path(folder) / "root"
        root.mkdir()
        for module, files in MODULES.items():
            for file in (modules / module).glob(files):
                shutil.copyfile(file, root / file.name)
        settle(root, place, "fetched")
