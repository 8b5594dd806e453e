"""What the Azure Retail Prices API says: machines, disks, network, container groups, metered usage, commitments."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from operations.service_address import base_url
from speech.catalog.merging import by_region
from speech.cli.catalog.answers import RETAIL, Answers
from speech.cli.catalog.service import Service
from speech.files.stack_file import FailedError

VARIABLE = "SPEECH_PRICES_URL"
_PATH = "/api/retail/prices"
_MACHINES_A_QUESTION = 15
"""Names of sizes in one filter: the address stays below 2,000 characters."""
_OTHER_MACHINES = re.compile(r"Windows|Cloud Services|Dev/Test|Dedicated Host")
_NOT_ON_DEMAND = re.compile(r"Spot|Low Priority")
_THOUSANDS = {"K": 1_000, "M": 1_000_000}
_MOST_GONE = 0.5
"""Of a region's known prices; if more are missing, the answer is believed to be wrong, not the catalogue."""

Item = dict[str, Any]


def service() -> Service:
    """The API of the public cloud, which knows the regions of Azure Government too."""
    return Service(base_url(VARIABLE, "https://prices.azure.com"), VARIABLE, "prices")


def ask(api: Service, view: dict[str, dict[str, Any]], regions: list[str], today: str) -> Answers:
    """Prices in these regions of everything that the documents of `view` list. Raises FailedError."""
    found = Answers()
    found.add(_machines(api, view["vm_sizes"], regions, today))
    found.add(_others(api, view, regions, today))
    for content in found.documents.values():
        content["sources"] = {RETAIL: f"Azure Retail Prices API ({api.host})"}
    return found


def _machines(api: Service, content: dict[str, Any], regions: list[str], today: str) -> Answers:
    found, rows = Answers(), {row["name"]: by_region(content, row) for row in content["sizes"]}
    told: dict[str, dict[str, float | None]] = {name: {} for name in rows}
    for region in regions:
        known = [name for name in rows if rows[name].get(region) is not None]
        items = list(_items_of(api, list(rows), region))
        prices = {name: _price(_of_machine(items, name), "1 Hour") for name in rows}
        listed = [name for name, usd in prices.items() if isinstance(usd, float)]
        gone = [name for name in known if prices[name] is None]
        if not listed or len(gone) > _MOST_GONE * len(known):
            raise FailedError(
                f"{api.host} has prices of {len(listed)} sizes in {region}, where the catalogue has {len(known)}. "
                f"Nothing was changed: the answer is not believed. Look at the region's name and at {VARIABLE}"
            )
        for name, usd in prices.items():
            if isinstance(usd, str):
                found.notes.append(f"{name} in {region}: {usd}; its price stays as it was")
            elif usd is not None or name in gone:
                told[name][region] = usd
    stamp = {"source": RETAIL, "as_of": today}
    found.documents["vm_sizes"] = {
        "priced": dict.fromkeys(regions, stamp),
        "sizes": [{"name": name, "usd_per_hour": prices} for name, prices in told.items() if prices],
    }
    return found


def _items_of(api: Service, names: list[str], region: str) -> Iterator[Item]:
    for start in range(0, len(names), _MACHINES_A_QUESTION):
        either = " or ".join(f"armSkuName eq '{name}'" for name in names[start : start + _MACHINES_A_QUESTION])
        yield from _ask(api, f"serviceName eq 'Virtual Machines' and armRegionName eq '{region}' and ({either})")


def _of_machine(items: list[Item], name: str) -> list[Item]:
    return [
        item
        for item in items
        if item.get("armSkuName") == name
        and not _OTHER_MACHINES.search(str(item.get("productName")))
        and not _NOT_ON_DEMAND.search(f"{item.get('skuName')} {item.get('meterName')}")
    ]


def _others(api: Service, view: dict[str, dict[str, Any]], regions: list[str], today: str) -> Answers:
    """Meters and commitments have one price in the catalogue: that of the first region asked."""
    names, known, found = view["retail"], view["prices"], Answers()
    stamp = {"source": RETAIL, "as_of": today, "confidence": "high"}
    asked_in = {**stamp, "note": f"asked in {regions[0]}"}
    usd: dict[str, dict[str, float]] = {}
    meters: list[dict[str, Any]] = []
    answers: dict[tuple[str, str], list[Item]] = {}
    places = {row["name"]: row["region"] for row in names["products"]}
    for row in names["meters"]:
        for region in regions if row["table"] == "services" and not places[row["product"]] else regions[:1]:
            items = _product(api, names, answers, row["product"], region)
            price = _price([each for each in items if _is(each, row)], row["unit"])
            if not isinstance(price, float):
                why = price or f"{api.host} has no meter {row['meter']}"
                found.notes.append(f"{row['name']} in {region}: {why}; its price stays as it was")
            elif row["table"] == "meters":
                meters.append({"name": row["name"], "usd": price, **asked_in})
            else:
                usd.setdefault(row["name"], {})["*" if places[row["product"]] else region] = price
    units = {row["name"]: row["unit"] for row in known["meters"]}
    tiers = [
        {**tier, "unit": units[row["name"]], **asked_in}
        for row in names["commitments"]
        for tier in _tiers(_product(api, names, answers, row["product"], regions[0]), row)
    ]
    services = [{"name": name, "usd": prices, **stamp} for name, prices in usd.items()]
    found.documents["prices"] = {"meters": meters, "commitments": tiers, "services": services}
    return found


def _product(
    api: Service, names: dict[str, Any], answers: dict[tuple[str, str], list[Item]], product: str, region: str
) -> list[Item]:
    """Everything of a product in a region, under whichever of its names; asked once."""
    if (product, region) not in answers:
        answers[product, region] = [
            item
            for row in names["products"]
            if row["name"] == product
            for item in _ask(
                api,
                f"serviceName eq '{row['service']}' and productName eq '{row['product']}' "
                f"and armRegionName eq '{row['region'] or region}'",
            )
        ]
    return answers[product, region]


def _is(item: Item, row: dict[str, Any]) -> bool:
    return bool(item.get("skuName") == row["sku"] and item.get("meterName") == row["meter"])


def _tiers(items: list[Item], row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    by_included: dict[int, list[Item]] = {}
    for item in items:
        form = re.fullmatch(re.escape(row["sku"]) + r" (\d+)([KM])", str(item.get("skuName", "")))
        if form:
            by_included.setdefault(int(form[1]) * _THOUSANDS[form[2]] // row["unit_of"], []).append(item)
    for included, found in sorted(by_included.items()):
        month = _price([item for item in found if str(item.get("meterName", "")).endswith(" Unit")], "1/Month")
        beyond = _price(
            [item for item in found if "Overage" in str(item.get("meterName", ""))],
            "1 Hour" if row["unit_of"] == 1 else "1M",
        )
        if isinstance(month, float) and isinstance(beyond, float):
            yield {
                "meter": row["name"],
                "hosting": "connected",
                "included": included,
                "usd_a_month": month,
                "overage_usd": beyond,
            }


def _price(items: list[Item], unit: str) -> float | str | None:
    """The list price that counts today; words where there are several; None where there is none."""
    now = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%S")
    counting = [
        item
        for item in items
        if item.get("type") == "Consumption"
        and item.get("currencyCode") == "USD"
        and item.get("unitOfMeasure") == unit
        and not item.get("tierMinimumUnits")
        and isinstance(item.get("retailPrice"), int | float)
        and item["retailPrice"] > 0
        and str(item.get("effectiveStartDate", "")) <= now
    ]
    since = max((str(item.get("effectiveStartDate", "")) for item in counting), default="")
    found = sorted(
        {float(item["retailPrice"]) for item in counting if str(item.get("effectiveStartDate", "")) == since}
    )
    if len(found) > 1:
        return f"there are several prices, {' and '.join(f'{usd:g}' for usd in found)}"
    return found[0] if found else None


def _ask(api: Service, where: str) -> Iterator[Item]:
    query = {"currencyCode": "'USD'", "$filter": f"{where} and priceType eq 'Consumption'"}
    for page in api.pages(_PATH, query, lambda _, content: content.get("NextPageLink")):
        yield from api.items(page, "Items")
