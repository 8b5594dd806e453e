"""The published CustomResourceDefinitions of what others install in a cluster, from the Go modules that carry them."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sandbox.engine import only_one
from sandbox.engine_install import settle
from sandbox.engine_versions import cache
from sandbox.go_build import Recipe, go_download
from sandbox.progress import Progress

SECRETS_STORE = "1.4.8"
"""The version that the Key Vault add-on of AKS is built on, or a little older."""
GATEWAY, ENVOY_GATEWAY = "1.6.1", "1.9.0"
"""Envoy Gateway, and the Gateway API that it is built for (its release notes, 2026)."""
KEDA = "2.19.0"
"""What AKS's add-on brings with Kubernetes 1.36."""
_ENVOYS = "charts/gateway-helm/charts/crds/crds/generated"
MODULES = {
    f"sigs.k8s.io/secrets-store-csi-driver@v{SECRETS_STORE}": ("config/crd/bases/*.yaml",),
    f"sigs.k8s.io/gateway-api@v{GATEWAY}": tuple(
        f"config/crd/standard/*_{kinds}.yaml" for kinds in ("gateways", "httproutes")
    ),
    f"github.com/envoyproxy/gateway@v{ENVOY_GATEWAY}": tuple(
        f"{_ENVOYS}/*_{kinds}.yaml" for kinds in ("envoyproxies", "*trafficpolicies", "securitypolicies")
    ),
    f"github.com/kedacore/keda/v2@v{KEDA}": tuple(
        f"config/crd/bases/keda.sh_{kinds}.yaml" for kinds in ("scaledobjects", "triggerauthentications")
    ),
}
"""Folders of modules, and the files that are wanted of them."""
_RECIPE = Recipe(
    subject="conformance",
    name="published definitions",
    sources=Path(__file__).resolve().parent / "go" / "definitions",
    packages=tuple(module.partition("@")[0] for module in MODULES),
    stamps=(),
    modules=len(MODULES),
    core_minutes=0,
    download_mb=16,
    free_gib=1,
    command="make conformance",
)


def ensure(progress: Progress) -> list[Path]:
    """The definitions as YAML files; fetched once. Raises EngineError where they cannot be had."""
    place = cache() / f"definitions-{SECRETS_STORE}-{GATEWAY}-{ENVOY_GATEWAY}-{KEDA}"
    with only_one(place.with_name(place.name + ".lock"), progress, _RECIPE.name):
        if not (place / "origin").is_file():
            _fetch(place, progress)
    return sorted(place.glob("*.yaml"))


def of_keda(published: Iterable[Path]) -> list[Path]:
    """Those of KEDA, which take a second to install."""
    return [file for file in published if file.name.startswith("keda.")]


def of_gateways(published: Iterable[Path], *, wanted: bool = True) -> list[Path]:
    """Those of gateways, which take seconds to install, or the others, which every cluster of AKS has."""
    return [file for file in published if file.name.startswith("gateway.") is wanted]


def _fetch(place: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f"{place.name}.part-") as folder:
        modules = go_download(_RECIPE, Path(folder) / "work", progress)
        root = Path(folder) / "root"
        root.mkdir()
        for module, patterns in MODULES.items():
            for file in (found for pattern in patterns for found in (modules / module).glob(pattern)):
                shutil.copyfile(file, root / file.name)
        settle(root, place, "fetched")
