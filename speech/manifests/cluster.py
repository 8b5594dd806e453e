"""Everything that a stack has in a cluster, but its Secrets, in the order of its making."""

from collections.abc import Iterator

from speech.capacity.plan import ContainerPlan, Plan
from speech.manifests import cache, device_plugin, jobs, keys, volumes, workload
from speech.manifests.document import Document
from speech.manifests.policies import network_policies
from speech.manifests.wiring import Wiring


def documents(plan: Plan, wiring: Wiring, access: keys.VaultAccess | None = None) -> list[Document]:
    """As the engine makes it, for those who apply it by other means. `access`: where the key comes from a vault.

    The engine waits for each Job before it makes what comes after.
    """
    shared = [keys.namespace(wiring.namespace), keys.service_account(wiring.namespace, access)]
    if access is not None:
        shared.append(keys.secret_provider_class(wiring.namespace, access))
    if needs_device_plugin(plan):
        shared += device_plugin.documents(plan.images.device_plugin)
    return [
        *shared,
        *network_policies(plan, wiring),
        *(document for container in plan.containers for document in _of(container, wiring)),
    ]


def needs_device_plugin(plan: Plan) -> bool:
    """Whether the stack makes nodes with GPUs: on nodes of others it is there already."""
    return any(pool.gpus for pool in plan.node_pools)


def _of(container: ContainerPlan, wiring: Wiring) -> Iterator[Document]:
    yield from volumes.claims(container, wiring)
    yield from jobs.setup(container, wiring)
    yield from cache.documents(container, wiring)
    yield from workload.documents(container, wiring).values()
