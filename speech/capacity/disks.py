"""The disk that a node's system, and the images of its pods, lie on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from speech.capacity.money import Amount
from speech.catalog import aks, prices
from speech.catalog.vm_sizes import VmSize

_SYSTEM_GIB = 60
"""A judgement: the node's system, AKS's own images, logs."""
_IMAGES_TWICE = 2
"""The image that runs, and the one that replaces it."""

Wish = Literal["auto", "managed", "ephemeral"]


@dataclass(frozen=True, slots=True)
class Disk:
    """One node's disk. An ephemeral one lies on the node itself and costs nothing beside it."""

    gib: int
    tier: str
    """Of a managed disk's price, as P15."""
    ephemeral: bool


def needed_gib(image_gib: Sequence[float], most_pods: int) -> float:
    """What a node needs: the largest images that its pods can run at once, and again for what replaces them."""
    at_once = sorted(image_gib, reverse=True)[: max(1, most_pods)]
    return _SYSTEM_GIB + _IMAGES_TWICE * sum(at_once)


def tier_for(needed: float) -> int:
    """The least tier that holds so much, by its place among AKS's; the largest where none does."""
    tiers = aks.os_disks()
    return next((at for at, tier in enumerate(tiers) if tier.gib >= needed), len(tiers) - 1)


def disk(size: VmSize, needed: float, wish: Wish) -> Disk | None:
    """The disk of a node of this size; None where the settings want an ephemeral one and the size has no place for it.

    auto: ephemeral where it fits, which starts nodes and pulls images faster. Managed: AKS's own default by cores, or
    larger where the images need it.
    """
    least = aks.os_disks()[tier_for(needed)]
    place = size.ephemeral_os_disk_gib
    if wish != "managed" and place is not None and least.gib <= place:
        return Disk(least.gib, least.tier, ephemeral=True)
    if wish == "ephemeral":
        return None
    by_cores = aks.os_disk(size.vcpus)
    chosen = by_cores if by_cores.gib >= least.gib else least
    return Disk(chosen.gib, chosen.tier, ephemeral=False)


def usd_a_month(each: Disk, region: str) -> Amount | None:
    """One node's disk. Nothing for an ephemeral one; None where no region's price is known."""
    if each.ephemeral:
        return Amount(0.0, 0.0)
    price = prices.service(f"disk-{each.tier}", region)
    return None if price is None else Amount(price.usd, price.usd, price.estimated)
