"""The cluster: its version, who reaches and administers it, and what its nodes are."""

import re
from collections.abc import Iterator

from speech.catalog import aks
from speech.catalog.limits import limit
from speech.catalog.versions import is_before
from speech.catalog.vm_sizes import nearest, vm_size
from speech.settings.acknowledge import at_own_risk, unknown_to_the_catalogue
from speech.settings.draft import Draft
from speech.settings.faults import Finding, Severity
from speech.settings.target import AksTarget

TARGET = "speech:target"


def a_size_is_named_or_chosen(draft: Draft) -> Iterator[Finding]:
    """vm_size fixes the size, vm_sizes leaves the choice among some."""
    if isinstance(draft.target, AksTarget) and draft.target.vm_size and draft.target.vm_sizes:
        yield Finding(f"{TARGET}.vm_sizes", "vm_size has fixed the size already: leave one of the two out")


def vm_sizes_can_run_speech(draft: Draft) -> Iterator[Finding]:
    """Speech images are built for x64 with AVX2 and cores of 2.6 GHz."""
    for path, name in _speech_sizes(draft):
        size = vm_size(name)
        if size is None:
            yield from _unlisted(draft, path, name)
        elif fault := size.host_fault():
            yield Finding(path, f"{size.name} {fault}")
        elif warning := size.clock_warning():
            yield Finding(path, f"{size.name} {warning}", Severity.WARNING)


def vm_sizes_stay(draft: Draft) -> Iterator[Finding]:
    """A pool of a retired size cannot grow, and in the end its nodes are stopped."""
    for path, name in [*_speech_sizes(draft), *_system_size(draft)]:
        size = vm_size(name)
        if size and size.retires and not size.host_fault():
            yield from at_own_risk(draft, path, f"Azure retires {size.name} on {size.retires}.", "retiring-vm-size")


def spot_nodes_may_go(draft: Draft) -> Iterator[Finding]:
    """Azure evicts them when it needs them; a stream may last for an hour."""
    if isinstance(draft.target, AksTarget) and draft.target.spot:
        message = "Azure takes spot nodes away with half a minute's notice, and the streams on them end."
        yield from at_own_risk(draft, f"{TARGET}.spot", message, "spot-nodes")


def a_system_node_carries_the_cluster(draft: Draft) -> Iterator[Finding]:
    """AKS asks for four cores, and no burstable size, under its own pods (use-system-pools, 2026-08-21)."""
    least = aks.system_pool().minimum_vcpus
    for path, name in _system_size(draft):
        cores = _cores(name)
        if name.lower().startswith("standard_b"):
            yield Finding(path, f"{name} is burstable, which AKS refuses for system pools: Standard_D4as_v5 is not")
        elif cores is not None and cores < least:
            yield Finding(path, f"{name} has {cores} cores: a system pool needs {least}, as Standard_D4as_v5 has")
        elif vm_size(name) is None:
            yield from _unlisted(draft, path, name)


def _cores(name: str) -> int | None:
    """Of a listed size, else the number in a name of the present form (vm-naming-conventions); None in any other."""
    size, form = vm_size(name), re.match(r"standard_[a-z]+(\d+)[-\da-z]*(_[a-z\d]+)*_v([3-9]|\d\d)$", name.lower())
    return size.vcpus if size else int(form[1]) if form else None


def system_nodes_stand_in_every_zone(draft: Draft) -> Iterator[Finding]:
    """With fewer nodes than zones, the loss of one zone may take the cluster's own pods with it."""
    target = draft.target
    if isinstance(target, AksTarget) and target.system_nodes < len(target.zones):
        message = (
            f"is {target.system_nodes}, in {len(target.zones)} zones: the loss of one may stop the cluster's own pods"
        )
        yield Finding(f"{TARGET}.system_nodes", message, Severity.WARNING)


def production_has_system_nodes_to_lose(draft: Draft) -> Iterator[Finding]:
    """AKS asks for two at least, and advises three (use-system-pools, 2026-08-21)."""
    target, pool = draft.target, aks.system_pool()
    if (
        draft.is_prod
        and isinstance(target, AksTarget)
        and not target.zones
        and target.system_nodes < pool.minimum_nodes
    ):
        wanted = f"AKS asks for {pool.minimum_nodes} in production, and advises {pool.advised_nodes}"
        message = f"is {target.system_nodes}: {wanted}"
        yield Finding(f"{TARGET}.system_nodes", message, Severity.WARNING)


def a_zone_is_listed_once(draft: Draft) -> Iterator[Finding]:
    """A zone that stands twice would count as two."""
    if isinstance(draft.target, AksTarget) and len(set(draft.target.zones)) < len(draft.target.zones):
        once = ", ".join(f'"{zone}"' for zone in sorted(set(draft.target.zones)))
        yield Finding(f"{TARGET}.zones", f"names a zone twice: write [{once}]")


def production_has_a_service_level(draft: Draft) -> Iterator[Finding]:
    """The Free tier is for ten nodes and promises nothing (free-standard-pricing-tiers, 2024-06-07)."""
    if draft.is_prod and isinstance(draft.target, AksTarget) and draft.target.tier == "Free":
        yield Finding(f"{TARGET}.tier", '"Free" promises nothing in production: write Standard', Severity.WARNING)


def kubernetes_is_supported(draft: Draft) -> Iterator[Finding]:
    """AKS makes clusters of few versions; an old cluster lives on, without help."""
    if not isinstance(draft.target, AksTarget):
        return
    path, risk, given = f"{TARGET}.version", "unsupported-kubernetes", draft.target.version
    minor = ".".join(given.split(".")[:2])
    known = aks.kubernetes_versions()
    found = next((each for each in known if each.version == minor), None)
    listed = f"the catalogue has {known[0].version} to {known[-1].version}"
    if found is None and is_before(minor, known[0].version):
        yield from at_own_risk(draft, path, f'AKS no longer makes clusters of "{minor}": {listed}.', risk)
    elif found is None:
        yield from unknown_to_the_catalogue(draft, path, f'"{minor}" is no version of the catalogue: {listed}.', risk)
    elif found.ends and draft.today and found.ends < draft.today.isoformat() and risk not in draft.acknowledged:
        yield Finding(path, f'the support of "{minor}" ended on {found.ends}: {listed}', Severity.WARNING)


def the_cluster_stays_on_the_files_version(draft: Draft) -> Iterator[Finding]:
    """AKS upgrades beyond what the file says; the next `pulumi up` cannot take that back: AKS never downgrades."""
    target = draft.target
    if not isinstance(target, AksTarget):
        return
    patch = target.version.count(".") > 1
    if target.upgrade_channel in {"stable", "rapid"}:
        message = (
            f'"{target.upgrade_channel}" moves the cluster to other minor versions than {target.version}: patch stays'
        )
    elif target.upgrade_channel == "patch" and patch:
        minor = target.version.rpartition(".")[0]
        message = (
            f'"patch" moves the cluster past {target.version}: write  version: "{minor}"  or  upgrade_channel: none'
        )
    else:
        return
    yield Finding(f"{TARGET}.upgrade_channel", message, Severity.WARNING)


def entra_has_administrators(draft: Draft) -> Iterator[Finding]:
    """With local accounts off, only members of these groups can administer the cluster."""
    target = draft.target
    if not isinstance(target, AksTarget):
        return
    if target.authentication == "entra" and not target.admin_group_ids:
        yield Finding(
            f"{TARGET}.admin_group_ids",
            "missing. With  authentication: entra  nobody could administer the cluster: write the groups' object ids"
            " (az ad group show --query id), or  authentication: local",
        )
    elif target.authentication == "local" and target.admin_group_ids:
        yield Finding(f"{TARGET}.admin_group_ids", "has no effect without  authentication: entra")


def a_private_cluster_has_no_public_callers(draft: Draft) -> Iterator[Finding]:
    """Its API server has no public address for which ranges could be allowed."""
    target = draft.target
    if isinstance(target, AksTarget) and target.private and target.authorized_ip_ranges:
        yield Finding(
            f"{TARGET}.authorized_ip_ranges",
            "belong to a public API server, this cluster's is private: leave one of the two out",
        )


def an_api_server_has_so_many_callers(draft: Draft) -> Iterator[Finding]:
    """AKS takes no more (api-server-authorized-ip-ranges, 2026-08-21), and one is the nodes' own address."""
    if isinstance(draft.target, AksTarget):
        most, given = int(limit("aks.authorized-ip-ranges").maximum) - 1, len(draft.target.authorized_ip_ranges)
        if given > most:
            yield Finding(f"{TARGET}.authorized_ip_ranges", f"lists {given}: at most {most}, and one for the nodes")


def _speech_sizes(draft: Draft) -> Iterator[tuple[str, str]]:
    if isinstance(draft.target, AksTarget):
        if draft.target.vm_size:
            yield f"{TARGET}.vm_size", draft.target.vm_size
        yield from ((f"{TARGET}.vm_sizes[{index}]", name) for index, name in enumerate(draft.target.vm_sizes))


def _system_size(draft: Draft) -> Iterator[tuple[str, str]]:
    if isinstance(draft.target, AksTarget):
        yield f"{TARGET}.system_vm_size", draft.target.system_vm_size


def _unlisted(draft: Draft, path: str, name: str) -> Iterator[Finding]:
    near = nearest(name)
    hint = f' Did you mean "{near}"?' if near else ""
    yield from unknown_to_the_catalogue(
        draft, path, f'"{name}" is no VM size of the catalogue.{hint}', "unlisted-vm-size"
    )


RULES = (
    a_size_is_named_or_chosen,
    vm_sizes_can_run_speech,
    vm_sizes_stay,
    spot_nodes_may_go,
    a_system_node_carries_the_cluster,
    system_nodes_stand_in_every_zone,
    production_has_system_nodes_to_lose,
    a_zone_is_listed_once,
    production_has_a_service_level,
    kubernetes_is_supported,
    the_cluster_stays_on_the_files_version,
    entra_has_administrators,
    a_private_cluster_has_no_public_callers,
    an_api_server_has_so_many_callers,
)
