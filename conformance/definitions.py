"""What others publish to be installed in a cluster, from the Go modules that carry it: definitions, and a chart."""

import hashlib
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
        f"config/crd/standard/*_{kinds}.yaml" for kinds in ("gatewayclasses", "gateways", "httproutes")
    ),
    f"github.com/envoyproxy/gateway@v{ENVOY_GATEWAY}": tuple(
        f"{_ENVOYS}/*_{kinds}.yaml" for kinds in ("envoyproxies", "*trafficpolicies", "securitypolicies")
    ),
    f"github.com/kedacore/keda/v2@v{KEDA}": tuple(
        f"config/crd/bases/keda.sh_{kinds}.yaml" for kinds in ("scaledobjects", "triggerauthentications")
    ),
}
"""Folders of modules, and the files that are wanted of them."""
_CHART, _FOLDER = "charts/gateway-helm", "gateway-helm"
_RELEASED = {
    "Chart.yaml": {"version: v0.0.0-latest": f"version: v{ENVOY_GATEWAY}", '"latest"': f'"v{ENVOY_GATEWAY}"'},
    "values.tmpl.yaml": {
        "${GatewayImage}": f"docker.io/envoyproxy/gateway:v{ENVOY_GATEWAY}",
        "${GatewayImagePullPolicy}": "IfNotPresent",
    },
}
"""What its makers fill in when they publish the chart."""
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
    return sorted(_place(progress).glob("*.yaml"))


def chart(progress: Progress) -> Path:
    """The folder of Envoy Gateway's chart, as it is published. Raises EngineError where it cannot be had."""
    return _place(progress) / _FOLDER


def _place(progress: Progress) -> Path:
    place = cache() / f"definitions-{hashlib.sha256(repr(MODULES).encode()).hexdigest()[:12]}"
    with only_one(place.with_name(place.name + ".lock"), progress, _RECIPE.name):
        if not (place / "origin").is_file():
            _fetch(place, progress)
    return place


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
        _copy_chart(modules, root / _FOLDER)
        settle(root, place, "fetched")


def _copy_chart(modules: Path, folder: Path) -> None:
    shutil.copytree(modules / f"github.com/envoyproxy/gateway@v{ENVOY_GATEWAY}" / _CHART, folder)
    for name, blanks in _RELEASED.items():
        text = (folder / name).read_text()
        for blank, filled in blanks.items():
            text = text.replace(blank, filled)
        (folder / name).write_text(text)
    (folder / "values.tmpl.yaml").rename(folder / "values.yaml")
