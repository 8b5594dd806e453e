"""The plan as one JSON document."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from speech.capacity.exposure import Exposure
from speech.capacity.plan import ContainerPlan, NodePool, Plan
from speech.cli import tiers_text
from speech.manifests.outputs import monthly_cost
from speech.settings.faults import Finding


def render(plan: Plan, warnings: Sequence[Finding]) -> str:
    """What is unknown is null. Sizes in cores and GiB, money in US dollars a month."""
    return json.dumps(document(plan, warnings), indent=2)


def document(plan: Plan, warnings: Sequence[Finding]) -> dict[str, Any]:
    """The same as a structure."""
    return {
        "stack": plan.stack,
        "target": plan.target,
        "location": plan.location,
        "containers": [_container(container) for container in plan.containers],
        "node_pools": [_pool(pool) for pool in plan.node_pools],
        "system_pool": _pool(plan.system_pool) if plan.system_pool else None,
        "container_groups": [asdict(group) for group in plan.container_groups],
        "solver": {**asdict(plan.proof), "gap": plan.proof.gap} if plan.proof else None,
        "quota": [asdict(quota) for quota in plan.quota],
        "monthly_cost_usd": {**monthly_cost(plan), "metering_unknown": plan.cost.metering_unknown},
        "metering": tiers_text.documents(plan),
        # Only nodes are drained.
        "drain": asdict(plan.drain) if plan.pools else {**asdict(plan.drain), "pool_minutes": None},
        "billing": "disconnected" if plan.disconnected else "connected",
        "clients": _clients(plan.exposure),
        "why": list(plan.why),
        "warnings": [{"path": each.path, "message": each.message} for each in (*warnings, *plan.warnings)],
    }


def _clients(exposure: Exposure) -> dict[str, Any]:
    found: dict[str, Any] = {"exposure": exposure.kind, "cidrs": list(exposure.clients), "gateway": None}
    if entrance := exposure.entrance:
        asked = entrance.clients.model_dump(exclude={"cidrs"}, exclude_none=True)
        found["gateway"] = {**entrance.gateway.model_dump(exclude_none=True), "port": entrance.port, "asks_for": asked}
    return found


def _container(container: ContainerPlan) -> dict[str, Any]:
    return {
        "name": container.name,
        "kind": container.kind,
        "image": container.image,
        "port": container.port,
        "host_port": container.host_port,
        "host_url": container.host_url,
        "ssml_voice": container.ssml_voice,
        "cpu": container.shape.cpu,
        "memory_gib": container.shape.memory_gib,
        "vendor": {
            "minimum": asdict(container.vendor.minimum),
            "recommended": asdict(container.vendor.recommended),
            "model_gib": list(container.vendor.model_gib),
        },
        "decoders": container.decoders,
        "streams_per_pod": None if container.once else container.streams_per_pod,
        "replicas": asdict(container.replicas),
        "spare_pods": container.spare_pods,
        "pool": container.pool,
        "gpus": container.gpus,
        "once": container.once,
        "pair_with": container.pair_with,
        "volumes": [asdict(volume) for volume in container.volumes],
        "cache": asdict(container.cache) if container.cache else None,
    }


def _pool(pool: NodePool) -> dict[str, Any]:
    return {
        "name": pool.name,
        "vm_size": pool.vm_size,
        "nodes": asdict(pool.nodes),
        "pods_per_node": pool.pods_per_node,
        "gpus": pool.gpus,
        "spot": pool.spot,
        "zones": list(pool.zones),
        "surge_nodes": pool.surge,
        "os_disk": {"gib": pool.disk.gib, "ephemeral": pool.disk.ephemeral},
    }
