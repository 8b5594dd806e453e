"""What was committed to: tiers, periods that roll over on the sandbox's clock, and every purchase, refunded never."""

from datetime import UTC, date, datetime, timedelta

from sandbox.arm.store import Document, Resource, Store

PLAN_TYPE = "Microsoft.CognitiveServices/accounts/commitmentPlans"
SHARED_TYPE = "Microsoft.CognitiveServices/commitmentPlans"
DISCONNECTED = "DisconnectedContainer"
SKUS = {"Web": "S0", "ConnectedContainer": "S0", DISCONNECTED: "DC0"}
"""Hosting models and the SKU of the account that may have them."""
TIERS = {
    "STT": {"T1": 2_000, "T2": 10_000, "T3": 50_000},
    "CUSTOMSTT": {"T1": 2_000, "T2": 10_000, "T3": 50_000},
    "ADDON": {"T1": 2_000, "T2": 10_000, "T3": 50_000},
    "NTTS": {"T1": 80_000_000, "T2": 400_000_000, "T3": 2_000_000_000},
}
"""Plan types and what a unit of each tier holds: hours of audio, or characters for NTTS (infracost, 2026-08). Of the
disconnected tiers neither names nor quantities are public: the double takes the same, for a year."""
MOST_UNITS = 10


def is_offered(model: str, plan: str, tier: str) -> bool:
    """Whether there is such a tier. Add-ons are billed, so they belong to containers that report."""
    return model in SKUS and tier in TIERS.get(plan, {}) and (model, plan) != (DISCONNECTED, "ADDON")


def is_approved(store: Store) -> bool:
    """Whether the subscription may have disconnected containers."""
    return bool(store.setting("disconnected_approved", default=True))


def unit(plan: str) -> str:
    """What a plan counts."""
    return "Character" if plan == "NTTS" else "Hour"


def period(model: str, plan: str, wanted: Document, start: date) -> Document:
    """A period as a plan shows it. A connected one ends with its month, a disconnected one with its year.

    commitment-tier.md (2025-10-02): calendar months and years; the first is pro-rated.
    """
    after = date(start.year + 1, 1, 1) if model == DISCONNECTED else _first_of_next_month(start)
    count = int(wanted.get("count", 1))
    return {
        "count": count,
        "tier": wanted["tier"],
        "quota": {"quantity": TIERS[plan][wanted["tier"]] * count, "unit": unit(plan)},
        "startDate": start.isoformat(),
        "endDate": (after - timedelta(days=1)).isoformat(),
    }


def today(store: Store) -> date:
    """The day on the sandbox's clock, UTC."""
    return datetime.fromtimestamp(store.now(), UTC).date()


def roll_over(store: Store, plan: Resource) -> None:
    """Begins the period that is due: the next one that was asked for, or the same again, where the plan renews."""
    properties, day = plan.properties, today(store)
    changed = False
    while properties["autoRenew"] and date.fromisoformat(properties["current"]["endDate"]) < day:
        start = date.fromisoformat(properties["current"]["endDate"]) + timedelta(days=1)
        wanted = properties.pop("next", None) or properties["current"]
        properties["current"] = period(properties["hostingModel"], properties["planType"], wanted, start)
        charge(store, plan, properties["current"])
        changed = True
    if changed:
        store.save(plan)


def in_force(store: Store, account: Resource) -> list[Resource]:
    """The account's own plans whose period runs."""
    found = store.of_type(PLAN_TYPE, account.id)
    for each in found:
        roll_over(store, each)
    return [each for each in found if date.fromisoformat(each.properties["current"]["endDate"]) >= today(store)]


def charge(store: Store, plan: Resource, bought: Document, *, units: int | None = None) -> None:
    """Notes a purchase. Nothing takes it back: a deleted plan was paid for."""
    number = len(store.records("purchase"))
    store.keep(
        "purchase",
        f"{number:06d}",
        {
            "plan": plan.id,
            "hosting_model": plan.properties["hostingModel"],
            "plan_type": plan.properties["planType"],
            "tier": bought["tier"],
            "units": bought["count"] if units is None else units,
            "start": bought["startDate"],
            "end": bought["endDate"],
        },
    )


def _first_of_next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
