"""Everything that a stack makes, wired once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import authorization, resources

from components.account_diagnostics import AccountDiagnostics, AccountDiagnosticsArgs
from components.budget import MonthlyBudget, MonthlyBudgetArgs
from components.deleted_account import restored
from components.existing_account import ExistingAccount, existing_account
from components.hosts.by_target import host_of
from components.hosts.host import Deployed, Host, Surroundings
from components.key_vault import KeyVault, KeyVaultArgs
from components.secrets_of import option_secrets, secret_at
from components.speech_account import SpeechAccount, SpeechAccountArgs
from speech.capacity.plan import Plan
from speech.manifests import outputs
from speech.manifests.egress import no_proxy
from speech.manifests.keys import VAULT_MODEL_KEY, VAULT_REGISTRY_PASSWORD, vault_option_name
from speech.settings.stack import Environment, Stack


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechPlatformArgs:
    """What the stack file says, and what was planned from it."""

    stack: Stack
    plan: Plan


class SpeechPlatform(pulumi.ComponentResource):
    """A Speech account, a place to run, and every container of the stack file.

    Creates: a resource group, where none is given; in it the account with its logs, a vault for its keys, where none is
    given, and what the target's host makes; over all of it a budget, where the stack file has one.
    """

    outputs: dict[str, Any]
    """The stack's outputs, as design and README list them."""

    def __init__(self, name: str, args: SpeechPlatformArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:platform:SpeechPlatform", name, None, opts)
        stack, plan = args.stack, args.plan
        child = pulumi.ResourceOptions(parent=self)
        tags = {"environment": str(stack.environment), "managed-by": "speech-containers", **stack.tags}
        group = _group(name, args, tags, child)
        around = Surroundings(
            name=name,
            stack=stack,
            plan=plan,
            resource_group=group.name,
            model_account=existing_account(stack.model_account, "model_account") if stack.model_account else None,
            client=authorization.get_client_config_output(),
            tags=tags,
            child=child,
        )
        host = host_of(around)
        account = _account(around, host)
        vault = _vault(around, account)
        if account.account_id is not None:
            _diagnostics(around, account.account_id)
        deployed = host.deploy(account, vault)
        _budget(around, group, deployed)
        addresses = pulumi.Output.all(**deployed.addresses)
        self.outputs = {
            "endpoint": account.endpoint,
            "account_id": account.account_id,
            "containers": addresses.apply(lambda found: outputs.containers(plan, found)),
            "pairs": addresses.apply(lambda found: outputs.pairs(plan, found)),
            "egress": account.endpoint.apply(lambda endpoint: outputs.egress(stack, endpoint)),
            "no_proxy": no_proxy(stack),
            "monthly_cost_usd": outputs.monthly_cost(plan),
            "keys": pulumi.Output.secret({"key1": account.keys.key1, "key2": account.keys.key2}),
            **deployed.outputs,
        }
        self.register_outputs({})


@dataclass(frozen=True, slots=True)
class _Group:
    """A resource group, the stack's own or not."""

    id: pulumi.Output[str]
    name: pulumi.Output[str]


def _group(name: str, args: SpeechPlatformArgs, tags: dict[str, str], child: pulumi.ResourceOptions) -> _Group:
    theirs, group = args.stack.resource_group_id, args.plan.names["resource_group"]
    if theirs is not None:
        return _Group(pulumi.Output.from_input(theirs), pulumi.Output.from_input(group))
    made = resources.ResourceGroup(
        f"{name}-group", resource_group_name=group, location=args.stack.location, tags=tags, opts=child
    )
    return _Group(made.id, made.name)


def _account(around: Surroundings, host: Host) -> SpeechAccount | ExistingAccount:
    if around.stack.account.mode == "existing":
        return existing_account(around.stack.account, "account")
    group, account = around.plan.names["resource_group"], around.plan.names["account"]
    settings, location = around.stack.account, around.stack.location
    args = SpeechAccountArgs(
        resource_group=around.resource_group,
        account_name=account,
        location=location,
        settings=settings,
        restore=restored(group, account, location, settings.on_soft_deleted),
        outbound_ip=host.outbound_ip,
        subnet_id=host.subnet_id,
        tags=around.tags,
    )
    return SpeechAccount(around.name, args, around.child)


def _vault(around: Surroundings, account: SpeechAccount | ExistingAccount) -> KeyVault:
    args = KeyVaultArgs(
        resource_group=around.resource_group,
        tenant_id=around.client.apply(lambda found: found.tenant_id),
        keys=account.keys,
        more=dict(_more_secrets(around)),
        purge_protection=around.stack.environment is Environment.PROD,
        private=around.stack.account.private_endpoint,
        theirs=around.stack.vault.resource_id if around.stack.vault else None,
        prefix=around.vault_prefix,
        tags=around.tags,
    )
    return KeyVault(around.name, args, around.child)


def _more_secrets(around: Surroundings) -> Iterator[tuple[str, pulumi.Output[str]]]:
    """What containers need beside the billing keys, by its name in the vault."""
    for container, entries in option_secrets(around.stack).items():
        yield from ((vault_option_name(container, entry), value) for entry, value in entries.items())
    if around.stack.registry.password:
        yield VAULT_REGISTRY_PASSWORD, secret_at("registry.password")
    if around.model_account:
        yield VAULT_MODEL_KEY, around.model_account.keys.key1


def _diagnostics(around: Surroundings, account_id: pulumi.Output[str]) -> None:
    monitoring = around.stack.monitoring
    if monitoring.workspace_id is None and not monitoring.create_workspace:
        return
    args = AccountDiagnosticsArgs(
        resource_group=around.resource_group,
        workspace_name=around.plan.names["workspace"],
        setting_name=around.plan.names["diagnostics"],
        account_id=account_id,
        settings=monitoring,
        tags=around.tags,
    )
    AccountDiagnostics(around.name, args, around.child)


def _budget(around: Surroundings, group: _Group, deployed: Deployed) -> None:
    budget = around.stack.budget
    if budget is None:
        return
    args = MonthlyBudgetArgs(
        budget_name=around.plan.names["budget"],
        settings=budget,
        group_id=group.id,
        group_name=group.name,
        node_groups=deployed.node_groups,
        subscription_id=around.client.apply(lambda found: found.subscription_id),
    )
    MonthlyBudget(around.name, args, around.child)
