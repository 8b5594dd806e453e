"""What Microsoft.Compute lists for a subscription: which sizes there are in a region, their shapes and zones."""

import re
from collections.abc import Mapping
from typing import Any

from operations.azure import Azure
from operations.service_address import base_url
from speech.catalog.schema.machines import SIZE_NAME
from speech.cli.catalog.answers import COMPUTE, Answers
from speech.cli.catalog.service import Service
from speech.files.stack_file import FailedError

VARIABLE = "SPEECH_RESOURCE_MANAGER_URL"
_VERSION = "2021-07-01"
_MIB_A_GIB = 1024

Row = dict[str, Any]


def service(place: Azure) -> Service:
    """Resource Manager, asked as whoever runs the command."""
    scope = f"{place.resource_manager}/.default"
    return Service(
        base_url(VARIABLE, place.resource_manager), VARIABLE, "sizes", lambda: place.credential.get_token(scope).token
    )


def ask(api: Service, subscription: str, content: dict[str, Any], regions: list[str], today: str) -> Answers:
    """Shapes and zones of the sizes of `content`, and sizes that it lacks of its families. Raises FailedError.

    A size of another family is left out: nothing tells here whether its CPU has AVX2, and which clock.
    """
    found, strangers = Answers(), set[str]()
    stamp = {"source": COMPUTE, "as_of": today}
    known: dict[str, Row] = {row["name"]: row for row in content["sizes"]}
    families: dict[str, Row] = {row["quota"].lower(): row for row in content["families"]}
    rows: dict[str, Row] = {}
    ephemeral: dict[str, set[bool]] = {}
    for region in regions:
        listed = _listed(api, subscription, region)
        if not known.keys() & listed.keys():
            raise FailedError(f"{api.host} lists no size of the catalogue in {region}. Nothing was changed")
        for name, sku in listed.items():
            family = families.get(str(sku.get("family", "")).lower())
            able = _capabilities(sku)
            if family is None or not re.fullmatch(SIZE_NAME, name) or able.get("CpuArchitectureType") is None:
                strangers.add(str(sku.get("family")))
                continue
            if able["CpuArchitectureType"].lower() != family["architecture"]:
                found.notes.append(f"{name} is {able['CpuArchitectureType']}, its family is not: left as it was")
                continue
            try:
                news = _news(known.get(name), family, able, stamp)
            except (KeyError, ValueError) as error:
                raise FailedError(f"{api.host} lists {name} with no readable {error}. Nothing was changed") from None
            row = rows.setdefault(name, {"name": name, **news})
            row.setdefault("zones", {})[region] = _zones(sku, region)
            if (said := able.get("EphemeralOSDiskSupported")) is not None:
                ephemeral.setdefault(family["series"], set()).add(said == "True")
        for name in known.keys() - listed.keys():
            rows.setdefault(name, {"name": name}).setdefault("zones", {})[region] = None
    if others := strangers - {row["quota"] for row in content["families"]}:
        found.notes.append(f"{len(others)} other families are listed: without CPU, clock and AVX2 they are left out")
    found.documents["vm_sizes"] = {
        "sources": {COMPUTE: f"Microsoft.Compute resource SKUs ({api.host})"},
        "listed": dict.fromkeys(regions, stamp),
        "families": [
            {"series": row["series"], "ephemeral_os_disk": next(iter(agreed)), **stamp}
            for row in content["families"]
            if len(agreed := ephemeral.get(row["series"], set())) == 1 and agreed != {row["ephemeral_os_disk"]}
        ],
        "sizes": [rows[name] for name in (*known, *sorted(rows.keys() - known.keys())) if name in rows],
    }
    return found


def _listed(api: Service, subscription: str, region: str) -> dict[str, Row]:
    path = f"/subscriptions/{subscription}/providers/Microsoft.Compute/skus"
    query = {"api-version": _VERSION, "$filter": f"location eq '{region}'"}
    return {
        str(sku.get("name")): sku
        for page in api.pages(path, query, lambda _, content: content.get("nextLink"))
        for sku in api.items(page, "value")
        if sku.get("resourceType") == "virtualMachines"
    }


def _capabilities(sku: Row) -> dict[str, str]:
    return {str(each.get("name")): str(each.get("value")) for each in sku.get("capabilities") or []}


def _news(known: Row | None, family: Row, able: Mapping[str, str], stamp: Row) -> Row:
    """The shape as listed, as far as it is not the known one; whole, with source and date, where it differs."""
    local = int(able.get("MaxResourceVolumeMB", 0)) // _MIB_A_GIB
    cached = int(able.get("CachedDiskBytes", 0)) // _MIB_A_GIB**3
    gpus = int(able.get("GPUs", 0))
    shape: Row = {"vcpus": int(able["vCPUs"]), "memory_gib": float(able["MemoryGB"])}
    shape |= {"temp_disk_gib": local} if local else {}
    shape |= {"os_cache_gib": cached} if cached else {}
    shape |= {"gpus": gpus} if gpus else {}
    if known is None:
        return {"series": family["series"], **shape, **stamp}
    news = {key: value for key, value in shape.items() if known.get(key) != value}
    return {**news, **stamp} if news else {}


def _zones(sku: Row, region: str) -> list[str] | None:
    """Zones in which the subscription may have it; None where it may not at all."""
    places = [row for row in sku.get("locationInfo") or [] if str(row.get("location", "")).lower() == region]
    zones = {str(zone) for row in places for zone in row.get("zones") or []}
    for restriction in sku.get("restrictions") or []:
        if restriction.get("type") == "Location":
            return None
        zones -= {str(zone) for zone in (restriction.get("restrictionInfo") or {}).get("zones") or []}
    return sorted(zones)
