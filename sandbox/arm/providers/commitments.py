"""Commitment plans: of one account, shared ones, and their associations. No money is spent, no quota is counted."""

from datetime import UTC, datetime, timedelta

from sandbox.arm.errors import bad_request
from sandbox.arm.model import Answer, Call, ResourceType, Wire
from sandbox.arm.store import Document, Resource

_TIERS = {
    "STT": {"T1": 2_000, "T2": 10_000, "T3": 50_000},
    "CUSTOMSTT": {"T1": 2_000, "T2": 10_000, "T3": 50_000},
    "ADDON": {"T1": 2_000, "T2": 10_000, "T3": 50_000},
    "NTTS": {"T1": 80_000_000, "T2": 400_000_000, "T3": 2_000_000_000},
}
"""Plan types and what each tier holds: hours of audio, or characters for NTTS (connected tiers, infracost 2026-08)."""
_MODELS = {"Web": "S0", "ConnectedContainer": "S0", "DisconnectedContainer": "DC0"}
"""Hosting models and the SKU of the account that may have them."""
_PERIOD_DAYS = {"DisconnectedContainer": 365}


def types(versions: frozenset[str]) -> tuple[ResourceType, ...]:
    """The rows of the three types."""
    return (
        ResourceType(
            name="Microsoft.CognitiveServices/accounts/commitmentPlans",
            versions=versions,
            located=False,
            delete=Wire(202, "location"),
            etag="etag",
            has_system_data=True,
            complete=_complete,
        ),
        ResourceType(
            name="Microsoft.CognitiveServices/commitmentPlans",
            versions=versions,
            create=Wire(201, "async"),
            update=Wire(200, "async"),
            delete=Wire(202, "location"),
            etag="etag",
            has_system_data=True,
            complete=_complete,
        ),
        ResourceType(
            name="Microsoft.CognitiveServices/commitmentPlans/accountAssociations",
            versions=versions,
            located=False,
            create=Wire(201, "async"),
            update=Wire(200, "async"),
            delete=Wire(202, "location"),
            etag="etag",
            has_system_data=True,
        ),
    )


def tiers(call: Call) -> Answer:
    """GET commitmentTiers of a region: the same in every region. Costs are not simulated."""
    del call
    return Answer(
        200,
        {
            "value": [
                {
                    "kind": "SpeechServices",
                    "skuName": sku,
                    "hostingModel": model,
                    "planType": plan,
                    "tier": tier,
                    "maxCount": 10,
                    "quota": {"quantity": quantity, "unit": _unit(plan)},
                }
                for model, sku in _MODELS.items()
                for plan, held in _TIERS.items()
                for tier, quantity in held.items()
            ]
        },
    )


def _complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    properties = wanted.properties
    model, plan = properties.get("hostingModel"), properties.get("planType")
    current = properties.get("current") or {}
    account = call.store.resource(call.path.owner.id) if len(call.path.types) > 1 else None
    if model not in _MODELS:
        raise bad_request("InvalidHostingModel", f"The hosting model '{model}' is not valid.", target="hostingModel")
    if plan not in _TIERS or current.get("tier") not in _TIERS[plan]:
        text = f"The commitment tier '{current.get('tier')}' of plan type '{plan}' is not available in this region."
        raise bad_request("InvalidCommitmentTier", text, target="properties.current.tier")
    if account and (account.document["kind"] != "SpeechServices" or account.document["sku"]["name"] != _MODELS[model]):
        text = f"A commitment plan of hosting model '{model}' needs a SpeechServices account of SKU {_MODELS[model]}."
        raise bad_request("SkuNotEligible", text)
    before = existing.properties.get("current") if existing else None
    properties["current"] = before or _period(call, model, plan, current)
    properties.setdefault("autoRenew", False)
    properties["provisioningIssues"] = []


def _period(call: Call, model: str, plan: str, current: Document) -> Document:
    start = datetime.fromtimestamp(call.store.now(), UTC)
    count = int(current.get("count", 1))
    return {
        "count": count,
        "tier": current["tier"],
        "quota": {"quantity": _TIERS[plan][current["tier"]] * count, "unit": _unit(plan)},
        "startDate": f"{start:%Y-%m-%d}",
        "endDate": f"{start + timedelta(days=_PERIOD_DAYS.get(model, 30)):%Y-%m-%d}",
    }


def _unit(plan: str) -> str:
    return "Character" if plan == "NTTS" else "Hour"
