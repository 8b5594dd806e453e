"""How each part is built from its own Go module; their requirements clash, so that there are three."""

import json
from pathlib import Path

from sandbox.go_build import Embed, Recipe

KUBERNETES = "1.36.3"
ETCD = "3.7.3"
KWOK = "0.8.0"
PROVIDER = "4.25.0-alpha.f47bc2d6f199"
"""The commit that the module pins lies between 4.24 and 4.25; its 255 files equal those of the source repository."""

_GO = Path(__file__).resolve().parent / "go"
_BASE = "k8s.io/component-base/version"
_PROVIDER = "github.com/pulumi/pulumi-kubernetes/provider/v4"

CONTROL_PLANE = Recipe(
    subject="conformance",
    name=f"the control plane of Kubernetes {KUBERNETES}",
    sources=_GO / "kubernetes",
    packages=tuple(
        f"k8s.io/kubernetes/cmd/{name}" for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
    ),
    stamps=(f"{_BASE}.gitVersion=v{KUBERNETES}", f"{_BASE}.gitMajor=1", f"{_BASE}.gitMinor=36"),
    modules=179,
    core_minutes=12,
    download_mb=145,
    free_gib=5,
    command="make conformance",
)
NODES = Recipe(
    subject="conformance",
    name=f"etcd {ETCD} and kwok {KWOK}",
    sources=_GO / "nodes",
    packages=("go.etcd.io/etcd/server/v3", "sigs.k8s.io/kwok/cmd/kwok"),
    stamps=(),
    modules=152,
    core_minutes=4,
    download_mb=120,
    free_gib=3,
    command="make conformance",
)
PROVIDER_PLUGIN = Recipe(
    subject="conformance",
    name=f"the Kubernetes provider {PROVIDER}",
    sources=_GO / "provider",
    packages=(".",),
    stamps=(f"{_PROVIDER}/pkg/version.Version={PROVIDER}",),
    modules=400,
    core_minutes=18,
    download_mb=300,
    free_gib=5,
    command="make conformance",
    imports=(f"{_PROVIDER}/pkg/provider",),
    plain=("github.com/pulumi/pulumi-kubernetes/sdk/v4/...",),
)


def embedded_schema(work: Path) -> Embed:
    """The provider's two embedded files, made from its module as its own build makes them, in the folder `work`."""

    def embed(modules: Path) -> dict[Path, Path]:
        [theirs] = (modules / "github.com/pulumi/pulumi-kubernetes/provider").glob(
            "v4@*/cmd/pulumi-resource-kubernetes"
        )
        schema = work / "schema.json"
        schema.write_text(json.dumps({**json.loads((theirs / "schema.json").read_text()), "version": PROVIDER}))
        ours = PROVIDER_PLUGIN.sources
        return {
            ours / "schema-embed.json": schema,
            ours / "terraform-mapping-embed.json": theirs / "terraform-mapping.json",
        }

    return embed
