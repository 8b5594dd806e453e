"""What the stack may cost in a month, as Azure watches it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pulumi
from pulumi_azure_native import consumption

from speech.settings.operations import Budget

_PERCENT = (80, 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthlyBudgetArgs:
    """The amount, and the resource groups that it holds for."""

    budget_name: str
    """Unique in the subscription."""
    settings: Budget
    group_id: pulumi.Output[str]
    group_name: pulumi.Output[str]
    node_groups: Sequence[pulumi.Output[str | None]]
    """Groups that Azure made beside the stack's own, with nodes, their disks and balancers in them."""
    subscription_id: pulumi.Output[str]


class MonthlyBudget(pulumi.ComponentResource):
    """A budget of Azure over all that the stack pays for. It writes to people, and stops nothing.

    Creates: a budget, on the stack's resource group where that holds everything, else on the subscription for the
    stack's groups alone: a cluster's nodes, by far its largest cost, lie in a group of their own.
    """

    budget: consumption.Budget

    def __init__(self, name: str, args: MonthlyBudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:cost:MonthlyBudget", name, None, opts)
        self.budget = consumption.Budget(
            f"{name}-budget",
            budget_name=args.budget_name,
            scope=_scope(args),
            filter=_groups(args),
            category=consumption.CategoryType.COST,
            amount=args.settings.usd_a_month,
            time_grain=consumption.TimeGrainType.MONTHLY,
            # Azure takes the first of the running month when a budget is made, and ends it ten years later.
            time_period=consumption.BudgetTimePeriodArgs(start_date=_first_of_the_month()),
            notifications=_notifications(args.settings.contact_emails),
            opts=pulumi.ResourceOptions(
                parent=self,
                # What was the running month then: Azure refuses another start.
                ignore_changes=["timePeriod"],
            ),
        )
        self.register_outputs({})


def _scope(args: MonthlyBudgetArgs) -> pulumi.Output[str]:
    if not args.node_groups:
        return args.group_id
    return args.subscription_id.apply(lambda identifier: f"/subscriptions/{identifier}")


def _groups(args: MonthlyBudgetArgs) -> consumption.BudgetFilterArgs | None:
    if not args.node_groups:
        return None
    names = pulumi.Output.all(args.group_name, *args.node_groups)
    return consumption.BudgetFilterArgs(
        dimensions=consumption.BudgetComparisonExpressionArgs(
            name="ResourceGroupName",
            operator=consumption.BudgetOperatorType.IN_,
            values=names.apply(lambda found: [name for name in found if name]),
        )
    )


def _notifications(emails: Sequence[str]) -> dict[str, consumption.NotificationArgs]:
    """A budget without people to write to is there to be looked at."""
    if not emails:
        return {}
    return {
        f"spent-{percent}": consumption.NotificationArgs(
            enabled=True,
            operator=consumption.OperatorType.GREATER_THAN_OR_EQUAL_TO,
            threshold=percent,
            threshold_type=consumption.ThresholdType.ACTUAL,
            contact_emails=list(emails),
        )
        for percent in _PERCENT
    }


def _first_of_the_month() -> str:
    return datetime.now(tz=UTC).strftime("%Y-%m-01T00:00:00Z")
