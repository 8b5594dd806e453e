"""Whether the region offers the plan's machines to the subscription, and its version of Kubernetes."""

from collections.abc import Iterator

from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.compute.models import ResourceSku
from azure.mgmt.containerservice import ContainerServiceClient

from operations.doctor.check import Check, failed, passed, warned
from operations.doctor.subject import Session, Subject
from speech.settings.target import AksTarget

_MACHINES = "virtualMachines"


def offered(subject: Subject, session: Session) -> Iterator[Check]:
    """Sizes and zones, as far as the subscription may have them."""
    place = subject.plan.location
    with session.client(ComputeManagementClient) as client:
        listed = {
            str(each.name).lower(): each
            for each in client.resource_skus.list(filter=f"location eq '{place}'")
            if each.resource_type == _MACHINES
        }
    wrong = False
    for pool in subject.plan.pools:
        zones = _zones(listed.get(pool.vm_size.lower()), place)
        listing = f"az vm list-skus --location {place} --size {pool.vm_size} --all --output table"
        refresh = f"or let plan choose among what is offered: speech catalog refresh --what sizes --region {place}"
        if zones is None:
            wrong = True
            yield failed(
                "sizes", f"{pool.vm_size} ({pool.name}) is not offered to the subscription in {place}", listing, refresh
            )
        elif missing := [zone for zone in pool.zones if zone not in zones]:
            wrong = True
            there = f"only in {', '.join(sorted(zones))}" if zones else "in none"
            said = f"{pool.vm_size} ({pool.name}) is not offered in zone {', '.join(missing)} of {place}: {there}"
            yield failed("sizes", said, listing, refresh)
    if not wrong:
        names = ", ".join(sorted({pool.vm_size for pool in subject.plan.pools}))
        yield passed("sizes", f"{names}: offered in {place}, in every zone of the stack")


def versions(subject: Subject, session: Session) -> Iterator[Check]:
    """The region offers the Kubernetes version."""
    place, wanted = subject.plan.location, _wanted_version(subject)
    with session.client(ContainerServiceClient) as client:
        found = client.managed_clusters.list_kubernetes_versions(place)
    offers = {str(each.version): each for each in found.values_property or []}
    minor = ".".join(wanted.split(".")[:2])
    patches = list((offers[minor].patch_versions or {}) if minor in offers else ())
    listing = f"az aks get-versions --location {place} --output table"
    newest = max(offers, key=lambda each: tuple(map(int, each.split("."))), default="")
    if minor not in offers or (wanted != minor and wanted not in patches):
        there = ", ".join(sorted({*offers, *patches}))
        change = subject.setting("speech:target.version", newest)
        yield failed("kubernetes", f"{place} does not offer {wanted}, but {there}", change, listing)
    elif offers[minor].is_preview:
        yield warned("kubernetes", f"{wanted} is a preview in {place}", listing)
    else:
        yield passed("kubernetes", f"{place} offers {wanted}")


def makes_cluster(subject: Subject) -> bool:
    """Whether the stack makes nodes."""
    return isinstance(subject.stack.target, AksTarget)


def _wanted_version(subject: Subject) -> str:
    target = subject.stack.target
    return target.version if isinstance(target, AksTarget) else ""


def _zones(sku: ResourceSku | None, place: str) -> set[str] | None:
    """Zones in which the subscription may have a size; None where it may not at all."""
    if sku is None:
        return None
    zones = {
        str(zone) for row in sku.location_info or [] if str(row.location).lower() == place for zone in row.zones or []
    }
    for restriction in sku.restrictions or []:
        if str(restriction.type).rpartition(".")[2].lower() == "location":
            return None
        info = restriction.restriction_info
        zones -= {str(zone) for zone in (info.zones if info else None) or []}
    return zones
