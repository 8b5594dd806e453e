"""The stack file of the program by hand: what somebody worked out, here taken from the toolkit's plan."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bench.by_hand.region import Container, Pool, Region
from speech.capacity.names import pool_name
from speech.capacity.plan import ContainerPlan, NodePool
from speech.capacity.planner import plan
from speech.catalog.kinds import kind
from speech.settings.parse import parse

_PROBE_SECONDS, _LIVENESS_SECONDS = 10, 30


def by_hand(stacks: Mapping[str, Mapping[str, Any]], stack_name: str | None = None) -> dict[str, Any]:
    """Its configuration for some stacks: their keys, by the prefix of their resources' names.

    The prefix is the stack's name as well, unless another is given.
    """
    location = next(iter(stacks.values()))["azure-native:location"]
    regions = [asdict(_region(prefix, stack_name or prefix, keys)) for prefix, keys in stacks.items()]
    return {"azure-native:location": location, "by-hand:regions": regions}


def _region(prefix: str, stack_name: str, keys: Mapping[str, Any]) -> Region:
    stack = parse(keys).stack
    made = plan(stack, stack_name)
    speech, system = made.pools
    return Region(
        prefix=prefix,
        place=made.names["cluster"].removeprefix("aks-speech-"),
        environment=stack.environment,
        location=stack.location,
        custom_domain=made.names["account"],
        restore_deleted=stack.account.on_soft_deleted == "restore",
        address_space=made.addresses.space,
        nodes_range=made.addresses.nodes,
        endpoints_range=made.addresses.endpoints,
        system=_pool(system, system.name),
        speech=_pool(speech, pool_name(speech)),
        grace_seconds=made.drain.grace_seconds,
        drain_minutes=made.drain.pool_minutes,
        containers=tuple(map(_container, made.containers)),
    )


def _pool(pool: NodePool, name: str) -> Pool:
    return Pool(
        name=name,
        vm_size=pool.vm_size,
        least=pool.nodes.min,
        most=pool.most_nodes,
        surge=pool.surge,
        disk_gib=pool.disk.gib,
        disk_type="Ephemeral" if pool.disk.ephemeral else "Managed",
    )


def _container(container: ContainerPlan) -> Container:
    facts, waits = kind(container.kind), container.waits
    return Container(
        name=container.name,
        kind=container.kind,
        image=container.image,
        cpu=f"{container.shape.cpu * 1000:.0f}m",
        memory=f"{container.shape.memory_gib * 1024:.0f}Mi",
        port=container.port or 0,
        decoders=container.decoders or 0,
        least=container.replicas.min,
        most=container.replicas.max,
        fixed=container.fixed,
        target_cpu_percent=container.target_cpu_percent,
        settles_seconds=container.behavior.down.stabilization_seconds,
        startup_failures=facts.startup_minutes * 60 // _PROBE_SECONDS,
        liveness_failures=container.liveness_minutes * 60 // _LIVENESS_SECONDS,
        progress_seconds=waits.progress_seconds,
        create_seconds=waits.create_seconds,
        update_seconds=waits.update_seconds,
        delete_seconds=waits.delete_seconds,
    )
