"""Container Instances: one group a replica, with an address of its own and whatever CPU is there."""

import re
from collections.abc import Iterator

from speech.catalog.kinds import kind
from speech.catalog.limits import limit
from speech.settings.draft import Draft
from speech.settings.faults import Finding, Severity
from speech.settings.target import ContainerInstancesTarget
from speech.settings.volumes import needs_volume

TARGET, NETWORK = "speech:target", "speech:network"
_VARIABLE = re.compile(r"[A-Za-z0-9_:]+=.*", re.DOTALL)


def _target(draft: Draft) -> ContainerInstancesTarget | None:
    return draft.target if isinstance(draft.target, ContainerInstancesTarget) else None


def groups_may_lack_avx2(draft: Draft) -> Iterator[Finding]:
    """Azure promises no CPU for groups; the guard stops a container on a wrong one, and cannot choose another."""
    if _target(draft) and "no-avx2-guarantee" not in draft.acknowledged:
        message = "promises no CPU, and without AVX2 no Speech container starts: on aks you choose one."
        yield Finding(f"{TARGET}.kind", f"{message} At your own risk: speech:acknowledge: [no-avx2-guarantee]")


def groups_stand_in_no_cluster(draft: Draft) -> Iterator[Finding]:
    """The exposure cluster means callers inside of a cluster, and there is none."""
    if _target(draft) and draft.network and draft.network.exposure == "cluster":
        message = '"cluster" has no meaning for container groups: write  exposure: internal  (a network of the stack\'s'
        yield Finding(f"{NETWORK}.exposure", f"{message} own, or subnet_id) or public")


def a_public_group_is_open_to_anybody(draft: Draft) -> Iterator[Finding]:
    """No rule of Azure's stands before the public address of a group."""
    if _target(draft) is None or draft.network is None or draft.network.exposure != "public":
        return
    if draft.network.clients.cidrs:
        message = "cannot hold anybody back from a public group: write  exposure: internal, or leave them out"
        yield Finding(f"{NETWORK}.clients.cidrs", message)
    if "open-endpoint" not in draft.acknowledged:
        message = '"public" opens the containers to anybody, at your cost: write  exposure: internal. At your own risk:'
        yield Finding(f"{NETWORK}.exposure", f"{message} speech:acknowledge: [open-endpoint]")


def a_group_is_called_by_its_own_address(draft: Draft) -> Iterator[Finding]:
    """One a replica, given by Azure: no name of the user's could follow it."""
    if _target(draft) and draft.network and draft.network.domain:
        message = "has no effect on container groups, which have addresses of their own (see the outputs): leave it out"
        yield Finding(f"{NETWORK}.domain", message)


def a_subnet_is_for_private_groups(draft: Draft) -> Iterator[Finding]:
    """A group in a subnet has no public address (virtual-network-concepts, 2026-07-25)."""
    target = _target(draft)
    if target is None or draft.network is None or draft.network.exposure == "internal":
        return
    for word in ("subnet_id", "dns_servers"):
        if word in draft.written.get("target", {}):
            yield Finding(f"{TARGET}.{word}", "is for groups in a subnet: write  exposure: internal  or leave it out")


def private_ways_start_in_a_subnet(draft: Draft) -> Iterator[Finding]:
    """Only a group in a subnet reaches a private address, or goes out by a service endpoint."""
    if _target(draft) is None or draft.account is None or draft.network is None or draft.network.exposure != "public":
        return
    for word in ("private_endpoint", "service_endpoint"):
        if getattr(draft.account, word):
            message = "has no effect on public groups, which stand in no network: write  exposure: internal"
            yield Finding(f"speech:account.{word}", message)


def a_group_keeps_to_the_limits(draft: Draft) -> Iterator[Finding]:
    """Azure has no larger one; a quota below that is the plan's to warn of, which knows all that a group holds."""
    if _target(draft) is None:
        return
    for path, container in draft.named():
        for word, name in (("cpu", "vcpu"), ("memory_gib", "memory-gib")):
            most, given = limit(f"container-instances.{name}"), getattr(container.resources, word, 0)
            if given > most.maximum:
                yield Finding(f"{path}.resources.{word}", f"{most.fault(given)}, for a group")


def groups_have_no_gpu(draft: Draft) -> Iterator[Finding]:
    """Azure retired them there on 2025-07-14."""
    if _target(draft):
        for path, container in draft.named():
            if kind(container.kind).gpu:
                message = f"{container.kind} needs a GPU, which Container Instances lost on 2025-07-14: use aks"
                yield Finding(f"{path}.kind", message)


def a_group_takes_its_words_as_variables(draft: Draft) -> Iterator[Finding]:
    """It has no arguments, and names of variables hold letters, digits and underscores (troubleshooting, 2025-11)."""
    if _target(draft) is None:
        return
    for path, container in draft.named():
        for index, word in enumerate(container.options.extra_args):
            if not _VARIABLE.fullmatch(word):
                message = (
                    "cannot be a variable, and a group has no arguments: write  name=value  (letters, digits, _ and :)"
                )
                yield Finding(f"{path}.options.extra_args[{index}]", message)
        if container.model and container.model.display and container.model.display.types:
            message = "are bare words, and a group has no arguments: name exact models by ids"
            yield Finding(f"{path}.model.display.types", message)


def a_group_serves_no_model_that_another_account_has(draft: Draft) -> Iterator[Finding]:
    """It needs a download of its own first, which a group would wait for: and no page says that such a run ends."""
    if _target(draft) is None or not draft.disconnected:
        return
    for path, container in draft.named():
        if container.model is not None:
            message = "cannot be fetched before its group serves it, disconnected: use aks, kubernetes or docker"
            yield Finding(f"{path}.model", message)


def a_public_group_calls_from_anywhere(draft: Draft) -> Iterator[Finding]:
    """Only groups behind a NAT gateway have an address that an account can let in (nat-gateway page, 2025-11)."""
    if _target(draft) is None or draft.account is None or draft.network is None or draft.network.exposure != "public":
        return
    if draft.account.mode == "create" and draft.account.allowed_ip_ranges:
        message = (
            "shut out public groups, which call from addresses that nobody knows before: write  exposure: internal"
        )
        yield Finding("speech:account.allowed_ip_ranges", message)


def a_share_belongs_to_root(draft: Draft) -> Iterator[Finding]:
    """Groups mount shares for root only (container-instances-volume-azure-files, 2025), Speech images run as nobody."""
    if _target(draft) is None or draft.billing is None:
        return
    for path, container in draft.named():
        if not needs_volume(container, disconnected=draft.disconnected):
            continue
        if container.run_as_user is not None:
            message = "cannot write into its volume: a group mounts shares for root only, leave it out"
            yield Finding(f"{path}.run_as_user", message)
        else:
            message = "runs as root, since groups mount its volume for root only: no page shows that with Speech images"
            yield Finding(path, message, Severity.WARNING)


RULES = (
    groups_may_lack_avx2,
    groups_stand_in_no_cluster,
    a_public_group_is_open_to_anybody,
    a_group_is_called_by_its_own_address,
    a_subnet_is_for_private_groups,
    private_ways_start_in_a_subnet,
    a_group_keeps_to_the_limits,
    groups_have_no_gpu,
    a_group_takes_its_words_as_variables,
    a_group_serves_no_model_that_another_account_has,
    a_public_group_calls_from_anywhere,
    a_share_belongs_to_root,
)
