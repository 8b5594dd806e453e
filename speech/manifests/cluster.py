"""Everything that a stack has in a cluster, but its Secrets, in the order of its making."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from speech.capacity.plan import ContainerPlan, Plan
from speech.manifests import (
    cache,
    device_plugin,
    envoy_gateway,
    gateway,
    gateway_certificate,
    jobs,
    keys,
    spare,
    volumes,
    workload,
)
from speech.manifests.document import Document
from speech.manifests.policies import network_policies
from speech.manifests.wiring import Wiring
from speech.settings.target import KubernetesTarget, Target


def documents(plan: Plan, wiring: Wiring, access: keys.VaultAccess | None = None) -> list[Document]:
    """As the engine makes it, for those who apply it by other means. `access`: where the key comes from a vault."""
    return [document for stage in stages(plan, wiring, access).values() for document in stage]


def stages(plan: Plan, wiring: Wiring, access: keys.VaultAccess | None = None) -> dict[str, list[Document]]:
    """What is `shared`, what is fetched (`setup`, `setup-2`, ...), and the `containers`, each after the one before.

    The Jobs of a setup must be done before the next stage comes: two of one container never fill its volume at a time.
    The engine waits for each; whoever else applies them has to.
    """
    shared = [keys.namespace(wiring.namespace), keys.service_account(wiring.namespace, access)]
    if access is not None:
        shared.append(keys.secret_provider_class(wiring.namespace, access))
    if needs_device_plugin(plan):
        shared += device_plugin.documents(plan.images.device_plugin)
    return {
        "shared": [
            *shared,
            *spare.priority_class(plan, wiring),
            *network_policies(plan, wiring),
            *_gateway(wiring, access),
        ],
        **_setups(plan, wiring),
        "containers": [document for container in plan.containers for document in _serving(container, wiring)],
    }


def of_target(target: Target) -> dict[str, Any]:
    """The fields of Wiring that a stack file's target decides."""
    if isinstance(target, KubernetesTarget):
        return {
            "by_vault": False,
            "storage_class": target.storage_class,
            "ingress_class": target.ingress_class,
            "node_selector": target.node_selector,
        }
    return {"by_vault": True, "storage_class": volumes.AKS_STORAGE_CLASS}


def needs_device_plugin(plan: Plan) -> bool:
    """Whether the stack makes nodes with GPUs: on nodes of others it is there already."""
    return any(pool.gpus for pool in plan.node_pools)


def _gateway(wiring: Wiring, access: keys.VaultAccess | None) -> list[Document]:
    """With the class of what the stack installs; the chart is no document, and Helm's to apply."""
    entrance = wiring.exposure.entrance
    installed = entrance.gateway.class_name if entrance and entrance.gateway.install else None
    before = [envoy_gateway.namespace(), envoy_gateway.gateway_class(installed)] if installed else []
    return [*before, *gateway_certificate.documents(wiring, access).values(), *gateway.shared(wiring).values()]


def _setups(plan: Plan, wiring: Wiring) -> dict[str, list[Document]]:
    steps = zip_longest(*(_setup(container, wiring) for container in plan.containers), fillvalue=[])
    staged = [[document for step in at_once for document in step] for at_once in steps]
    return {"setup" if number == 1 else f"setup-{number}": found for number, found in enumerate(staged, start=1)}


def _setup(container: ContainerPlan, wiring: Wiring) -> list[list[Document]]:
    claims, runs = volumes.claims(container, wiring), jobs.setup(container, wiring)
    return [[*claims, *runs[:1]], *([run] for run in runs[1:])] if claims or runs else []


def _serving(container: ContainerPlan, wiring: Wiring) -> Iterator[Document]:
    yield from cache.documents(container, wiring)
    yield from workload.documents(container, wiring).values()
