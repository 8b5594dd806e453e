"""On which nodes pods run."""

from speech.capacity.plan import ContainerPlan
from speech.manifests.document import POOL_LABEL, Document, selector
from speech.manifests.wiring import Wiring

GPU = "nvidia.com/gpu"
# What AKS's pages put on GPU pools (use-nvidia-gpu, 2026-07), and what others name after the resource itself.
_GPU_TAINTS = (
    {"key": "sku", "operator": "Equal", "value": "gpu", "effect": "NoSchedule"},
    {"key": GPU, "operator": "Exists", "effect": "NoSchedule"},
)

# What AKS puts on spot nodes (spot-node-pool, 2026-08).
SPOT_LABEL = "kubernetes.azure.com/scalesetpriority"
_SPOT_TAINT = {"key": SPOT_LABEL, "operator": "Equal", "value": "spot", "effect": "NoSchedule"}


def nodes(plan: ContainerPlan, wiring: Wiring) -> Document:
    """The part of a pod's spec that chooses nodes: x64 Linux, and the container's pool or the user's labels."""
    return on_nodes(wiring, plan.pool, gpu=plan.gpus > 0)


def on_nodes(wiring: Wiring, pool: str | None, *, gpu: bool = False) -> Document:
    """As `nodes`, of any pod of the stack."""
    labels = {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    tolerations = [dict(taint) for taint in _GPU_TAINTS if gpu]
    if pool is None:
        labels |= wiring.node_selector
    else:
        name = wiring.pools[pool]
        labels[POOL_LABEL] = name
        tolerations.insert(0, {"key": POOL_LABEL, "operator": "Equal", "value": name, "effect": "NoSchedule"})
        tolerations += [dict(_SPOT_TAINT)] if wiring.spot else []
    return {"nodeSelector": labels, **({"tolerations": tolerations} if tolerations else {})}


def spread(container: str) -> list[Document]:
    """Evenly over zones and hosts as far as that costs no capacity.

    A hard rule (DoNotSchedule, minDomains) would leave pods pending when a zone is lost, just when they are needed,
    and one pool over three zones cannot be told in which of them its next node must come.
    """
    return [
        {
            "maxSkew": 1,
            "topologyKey": topology,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": selector(container)},
            "matchLabelKeys": ["pod-template-hash"],
            "nodeAffinityPolicy": "Honor",
            # Nodes that refuse Speech pods are no place to spread to.
            "nodeTaintsPolicy": "Honor",
        }
        for topology in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]
