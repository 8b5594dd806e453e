"""Commitment plans: of one account, shared ones, and their associations. No money is spent."""

from sandbox.arm import commitments
from sandbox.arm.commitments import DISCONNECTED, MOST_UNITS, PLAN_TYPE, SHARED_TYPE, SKUS, TIERS
from sandbox.arm.errors import bad_request, conflict
from sandbox.arm.model import Answer, Call, ResourceType, Wire, World
from sandbox.arm.store import Document, Resource


def types(versions: frozenset[str]) -> tuple[ResourceType, ...]:
    """The rows of the three types."""
    return (
        ResourceType(
            name=PLAN_TYPE,
            versions=versions,
            located=False,
            delete=Wire(202, "location"),
            etag="etag",
            has_system_data=True,
            complete=_complete,
            view=_view,
        ),
        ResourceType(
            name=SHARED_TYPE,
            versions=versions,
            create=Wire(201, "async"),
            update=Wire(200, "async"),
            delete=Wire(202, "location"),
            etag="etag",
            has_system_data=True,
            complete=_complete,
            view=_view,
        ),
        ResourceType(
            name=f"{SHARED_TYPE}/accountAssociations",
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
    approved = commitments.is_approved(call.store)
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
                    "maxCount": MOST_UNITS,
                    "quota": {"quantity": quantity, "unit": commitments.unit(plan)},
                }
                for model, sku in SKUS.items()
                for plan, held in TIERS.items()
                for tier, quantity in held.items()
                if commitments.is_offered(model, plan, tier) and (approved or model != DISCONNECTED)
            ]
        },
    )


def _complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    properties = wanted.properties
    before = existing.properties if existing else None
    for name in ("hostingModel", "planType"):
        if before and properties.get(name) != before[name]:
            text = f"Changing property '{name}' of a commitment plan is not allowed."
            raise bad_request("PropertyChangeNotAllowed", text, target=f"properties.{name}")
    model, plan = properties.get("hostingModel"), properties.get("planType")
    if model not in SKUS:
        raise bad_request("InvalidHostingModel", f"The hosting model '{model}' is not valid.", target="hostingModel")
    _check_account(call, model)
    properties.setdefault("autoRenew", False)
    for part in ("current", "next"):
        if part == "current" or properties.get(part):
            _check_units(model, str(plan), properties.get(part) or {}, part)
    if existing:
        commitments.roll_over(call.store, existing)
        _keep_to(call, wanted, existing)
    else:
        _check_alone(call, wanted)
        day = commitments.today(call.store)
        properties["current"] = commitments.period(model, str(plan), properties["current"], day)
        commitments.charge(call.store, wanted, properties["current"])
    if properties.get("next"):
        properties["next"] = {"tier": properties["next"]["tier"], "count": int(properties["next"].get("count", 1))}
    properties["provisioningIssues"] = []


def _check_account(call: Call, model: str) -> None:
    if model == DISCONNECTED and not commitments.is_approved(call.store):
        raise not_approved()
    account = call.store.resource(call.path.owner.id) if len(call.path.types) > 1 else None
    if account and (account.document["kind"] != "SpeechServices" or account.document["sku"]["name"] != SKUS[model]):
        text = f"A commitment plan of hosting model '{model}' needs a SpeechServices account of SKU {SKUS[model]}."
        raise bad_request("SkuNotEligible", text)


def not_approved() -> Exception:
    """What a subscription hears that was not approved for disconnected containers."""
    text = (
        "The subscription is not approved for disconnected containers. Request access at "
        "https://aka.ms/csdisconnectedcontainers."
    )
    return bad_request("SkuNotEligible", text, target="sku.name")


def _check_units(model: str, plan: str, wanted: Document, part: str) -> None:
    if not commitments.is_offered(model, plan, str(wanted.get("tier"))):
        text = f"The commitment tier '{wanted.get('tier')}' of plan type '{plan}' is not available in this region."
        raise bad_request("InvalidCommitmentTier", text, target=f"properties.{part}.tier")
    if not 1 <= int(wanted.get("count", 1)) <= MOST_UNITS:
        text = f"The count of a commitment tier must be 1 to {MOST_UNITS}, not {wanted['count']}."
        raise bad_request("InvalidCommitmentCount", text, target=f"properties.{part}.count")


def _check_alone(call: Call, wanted: Resource) -> None:
    """An account has one plan of a hosting model and type: units are added to it."""
    if len(call.path.types) == 1:
        return
    for other in call.store.of_type(PLAN_TYPE, call.path.owner.id):
        if all(other.properties[name] == wanted.properties[name] for name in ("hostingModel", "planType")):
            text = f"The account already has the commitment plan '{other.name}' of this hosting model and plan type."
            raise conflict("CommitmentPlanAlreadyExists", text)


def _keep_to(call: Call, wanted: Resource, existing: Resource) -> None:
    """Within a period a commitment cannot be changed, only added to."""
    asked, running = wanted.properties["current"], existing.properties["current"]
    count = int(asked.get("count", 1))
    if asked["tier"] != running["tier"] or count < running["count"]:
        text = (
            f"The commitment of {running['count']} x {running['tier']} runs until {running['endDate']} and cannot be "
            "changed before. Set 'next' for the period after it."
        )
        raise bad_request("CommitmentPeriodCannotBeChanged", text, target="properties.current")
    model, plan = wanted.properties["hostingModel"], wanted.properties["planType"]
    bought = commitments.period(model, plan, {"tier": asked["tier"], "count": count}, commitments.today(call.store))
    if count > running["count"]:
        commitments.charge(call.store, wanted, bought, units=count - running["count"])
    wanted.properties["current"] = {**bought, "startDate": running["startDate"], "endDate": running["endDate"]}


def _view(world: World, plan: Resource) -> Document:
    commitments.roll_over(world.store, plan)
    return plan.document
