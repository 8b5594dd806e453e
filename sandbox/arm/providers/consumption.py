"""Microsoft.Consumption: budgets on a subscription or a resource group. Nothing is ever spent."""

import re
from datetime import UTC, datetime

from sandbox.arm.errors import bad_request
from sandbox.arm.model import Call, Provider, ResourceType
from sandbox.arm.store import Document, Resource

BUDGET_TYPE = "Microsoft.Consumption/budgets"
_VERSIONS = frozenset({"2021-10-01", "2023-05-01", "2023-11-01", "2024-08-01"})
_GRAINS = ("Monthly", "Quarterly", "Annually", "BillingMonth", "BillingQuarter", "BillingAnnual")
_OPERATORS = ("EqualTo", "GreaterThan", "GreaterThanOrEqualTo")
_MOST_NOTIFICATIONS, _HIGHEST_THRESHOLD = 5, 1000


def _complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    del existing
    properties = wanted.properties
    if properties.get("category") != "Cost":
        raise _invalid("category", "The category must be Cost.")
    if properties.get("timeGrain") not in _GRAINS:
        raise _invalid("timeGrain", f"The time grain must be one of {', '.join(_GRAINS)}.")
    if not isinstance(properties.get("amount"), int | float) or properties["amount"] <= 0:
        raise _invalid("amount", "The amount must be greater than 0.")
    _settle_period(call, properties)
    notifications = properties.get("notifications") or {}
    if len(notifications) > _MOST_NOTIFICATIONS:
        raise _invalid("notifications", f"A budget can have up to {_MOST_NOTIFICATIONS} notifications.")
    for name, each in notifications.items():
        if each.get("operator") not in _OPERATORS:
            raise _invalid(f"notifications.{name}.operator", f"It must be one of {', '.join(_OPERATORS)}.")
        if not 0 < each.get("threshold", 0) <= _HIGHEST_THRESHOLD:
            raise _invalid(f"notifications.{name}.threshold", f"It must be in 0.01 to {_HIGHEST_THRESHOLD}.")
        if not any(each.get(kind) for kind in ("contactEmails", "contactGroups", "contactRoles")):
            raise _invalid(f"notifications.{name}", "It needs at least one contact.")
        each.setdefault("thresholdType", "Actual")
    properties["currentSpend"] = {"amount": 0.0, "unit": "USD"}


def _settle_period(call: Call, properties: Document) -> None:
    period = properties.get("timePeriod") or {}
    try:
        start = datetime.fromisoformat(str(period["startDate"]))
        end = (
            datetime.fromisoformat(str(period["endDate"]))
            if period.get("endDate")
            else start.replace(year=start.year + 10)
        )
    except (KeyError, ValueError) as wrong:
        raise _invalid("timePeriod", "The start date, and the end date where there is one, must be dates.") from wrong
    if start.day != 1:
        raise _invalid("timePeriod.startDate", "The start date must be the first of a month.")
    if end <= start or end.timestamp() <= call.store.now():
        raise _invalid("timePeriod.endDate", "The end date must be after the start date, and not in the past.")
    properties["timePeriod"] = {"startDate": _date(start), "endDate": _date(end)}


def _date(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).strftime("%Y-%m-%dT00:00:00Z")


def _invalid(path: str, text: str) -> Exception:
    return bad_request("400", f"Invalid budget configuration: {text}", target=f"properties.{path}")


PROVIDER = Provider(
    namespace="Microsoft.Consumption",
    types=(
        ResourceType(
            name=BUDGET_TYPE,
            versions=_VERSIONS,
            name_rule=re.compile(r"[A-Za-z0-9_-]{1,63}"),
            located=False,
            extension=True,
            has_state=False,
            etag="eTag",
            complete=_complete,
        ),
    ),
)
