"""From settings to the plan."""

from speech.capacity import aks_plan, budget, cluster_plan, cost, docker_plan, group_plan
from speech.capacity.addresses import addresses
from speech.capacity.containers import Sized, container_plan, sized
from speech.capacity.exposure import exposure
from speech.capacity.findings import warnings
from speech.capacity.images import helper_images, pull_server
from speech.capacity.names import names
from speech.capacity.placement import Placement
from speech.capacity.plan import Plan
from speech.settings.faults import InvalidStackError, Severity
from speech.settings.stack import Stack
from speech.settings.target import AksTarget, ContainerInstancesTarget, KubernetesTarget


def plan(stack: Stack, name: str) -> Plan:
    """What the stack called `name` will run, where, how big and at what cost.

    Raises InvalidStackError where a demand cannot be met: a ceiling too low, a pod that fits no size or no group, more
    nodes than the cluster or its subnet takes, in prod a cost above the budget.
    """
    if isinstance(stack.target, ContainerInstancesTarget):
        stack = group_plan.within_the_usual_quota(stack)
    made = sized(stack, len(stack.target.zones) if isinstance(stack.target, AksTarget) else 0)
    placed = _placed(stack, name, made)
    containers = tuple(container_plan(stack, each, placed.places[each.container.name]) for each in made)
    shares = placed.pays_storage and any(container.volumes for container in containers)
    pools = [*placed.node_pools, *([placed.system_pool] if placed.system_pool else [])]
    machines = {pool.vm_size for pool in pools}
    costs = cost.monthly(stack, placed.cost, machines, shares=shares)
    worth_saying = (*warnings(stack), *budget.findings(stack, costs), *placed.warnings)
    if wrong := [finding for finding in worth_saying if finding.severity is Severity.FAULT]:
        raise InvalidStackError(wrong)
    return Plan(
        stack=name,
        target=stack.target.kind,
        location=stack.location,
        containers=containers,
        system_pool=placed.system_pool,
        node_pools=placed.node_pools,
        container_groups=placed.container_groups,
        quota=placed.quota,
        cost=costs,
        why=placed.why,
        warnings=worth_saying,
        startup_minutes=max(each.startup_minutes for each in made),
        drain=placed.drain,
        exposure=exposure(stack.network),
        addresses=addresses(stack.network.address_space),
        own_network=isinstance(stack.target, AksTarget) and stack.target.subnet_id is None,
        private_account=stack.account.private_endpoint and not stack.account.public_access,
        names=names(stack, name),
        disconnected=stack.billing.mode == "disconnected",
        images=helper_images(stack.registry),
        prometheus=stack.monitoring.prometheus,
        pull_server=pull_server(stack.registry),
        proof=placed.proof,
    )


def _placed(stack: Stack, name: str, made: tuple[Sized, ...]) -> Placement:
    target = stack.target
    if isinstance(target, AksTarget):
        return aks_plan.placed(stack, target, made)
    if isinstance(target, KubernetesTarget):
        return cluster_plan.placed(stack, target, made)
    if isinstance(target, ContainerInstancesTarget):
        return group_plan.placed(stack, target, made, name)
    return docker_plan.placed(stack, made)
