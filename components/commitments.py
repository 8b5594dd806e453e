"""Usage of the account that is paid for ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi
from pulumi_azure_native import cognitiveservices

from components.azure_reads import Caller, asked
from speech.catalog.kinds import kind
from speech.resource_manager import listed
from speech.settings.account import Commitment

HOSTING_MODELS = {"connected": "ConnectedContainer", "disconnected": "DisconnectedContainer"}
_API_VERSION = "2025-06-01"


@dataclass(frozen=True, kw_only=True, slots=True)
class CommitmentsArgs:
    """The plans, and the account that uses them up."""

    resource_group: pulumi.Output[str]
    location: str
    account: cognitiveservices.Account
    plans: Sequence[Commitment]
    protect: bool


class Commitments(pulumi.ComponentResource):
    """Plans for which Azure asks money from their first day on, and gives none back.

    Creates: a commitment plan each. A size or type that Azure does not sell in the region is refused in a preview.
    """

    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: CommitmentsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:account:Commitments", name, None, opts)
        self.ready = []
        sold = asked(args.location, tiers)
        for index, plan in enumerate(args.plans):
            hosting, plan_type = HOSTING_MODELS[plan.hosting], plan.plan_type or kind(plan.kind).plan_type or plan.kind
            path = f"speech:account.commitments[{index}]"
            check = partial(checked, path, hosting, plan_type, plan, args.location)
            # As much is always bought; `next` would be another amount in the period after.
            period = cognitiveservices.CommitmentPeriodArgs(tier=plan.tier, count=plan.count)
            self.ready.append(
                cognitiveservices.CommitmentPlan(
                    f"{name}-{plan.hosting}-{plan_type}".lower(),
                    resource_group_name=args.resource_group,
                    account_name=args.account.name,
                    # An account has one plan of a hosting model and type.
                    commitment_plan_name=f"{hosting}-{plan_type}",
                    properties=cognitiveservices.CommitmentPlanPropertiesArgs(
                        hosting_model=hosting,
                        plan_type=sold.apply(check),
                        current=period,
                        auto_renew=plan.auto_renew,
                    ),
                    opts=pulumi.ResourceOptions(
                        parent=self,
                        protect=args.protect,
                        # Whether Azure lets a running plan be deleted is not written down; with its account it goes.
                        deleted_with=args.account,
                        # Azure refuses two changes of one account at a time.
                        depends_on=self.ready[-1:],
                    ),
                )
            )
        self.register_outputs({})


def tiers(caller: Caller) -> list[Mapping[str, Any]] | None:
    """What Azure sells for Speech in the caller's region; None where it does not say: the plan itself will tell."""
    place = (
        f"subscriptions/{caller.subscription}/providers/Microsoft.CognitiveServices/locations/{caller.location}"
        f"/commitmentTiers?api-version={_API_VERSION}"
    )
    try:
        found = listed(caller.manager(), place, caller.token)
        return [tier for tier in found if tier["kind"] == "SpeechServices"]
    except (OSError, LookupError, TypeError):
        return None


def checked(
    path: str,
    hosting: str,
    plan_type: str,
    plan: Commitment,
    location: str,
    sold: list[Mapping[str, Any]] | None,
) -> str:
    """The plan's type, if Azure sells the plan. Raises RunError with all that it sells for this kind of hosting.

    Where it lists nothing of this kind, it warns: what Azure lists for approved subscriptions stands in no page.
    """
    if sold is None:
        return plan_type
    here = [tier for tier in sold if tier["hostingModel"] == hosting]
    found = next((tier for tier in here if (tier["planType"], tier["tier"]) == (plan_type, plan.tier)), None)
    if not here:
        approval = (
            ", to subscriptions that were approved at https://aka.ms/csdisconnectedcontainers"
            if plan.hosting == "disconnected"
            else ""
        )
        pulumi.log.warn(
            f"{path}: Azure lists no plan for {plan.hosting} containers in {location}: it may refuse this one{approval}"
        )
        return plan_type
    if found is None:
        offers = ", ".join(sorted({f"{tier['planType']} {tier['tier']}" for tier in here}))
        raise pulumi.RunError(
            f'{path}: Azure sells no plan "{plan_type}" of tier "{plan.tier}" for {plan.hosting} containers'
            f" in {location}; it sells: {offers} (plan_type and tier)"
        )
    most = found.get("maxCount")
    if most and plan.count > most:
        raise pulumi.RunError(f"{path}.count: {plan.count} is more than the {most} that Azure sells of {plan.tier}")
    return plan_type
