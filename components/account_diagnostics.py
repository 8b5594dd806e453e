"""Who called the account, and how often: kept in a Log Analytics workspace."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import monitor, operationalinsights

from speech.settings.operations import Monitoring

# What a Speech account can log; the service turns off what is not listed and shows it as drift.
_CATEGORIES = ("Audit", "RequestResponse", "Trace")


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountDiagnosticsArgs:
    """The account and where its logs go."""

    resource_group: pulumi.Output[str]
    workspace_name: str
    setting_name: str
    account_id: pulumi.Output[str]
    settings: Monitoring
    tags: dict[str, str]


class AccountDiagnostics(pulumi.ComponentResource):
    """Sends the account's logs and metrics to a workspace.

    Creates: a Log Analytics workspace, unless one is given; the account's diagnostic setting.
    """

    workspace_id: pulumi.Output[str]

    def __init__(self, name: str, args: AccountDiagnosticsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:account:AccountDiagnostics", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        if args.settings.workspace_id is not None:
            self.workspace_id = pulumi.Output.from_input(args.settings.workspace_id)
        else:
            workspace = operationalinsights.Workspace(
                f"{name}-workspace",
                resource_group_name=args.resource_group,
                workspace_name=args.workspace_name,
                sku=operationalinsights.WorkspaceSkuArgs(name="PerGB2018"),
                retention_in_days=args.settings.retention_days,
                tags=args.tags,
                opts=child,
            )
            self.workspace_id = workspace.id
        monitor.DiagnosticSetting(
            f"{name}-diagnostics",
            # An account may be logged by several stacks.
            name=args.setting_name,
            resource_uri=args.account_id,
            workspace_id=self.workspace_id,
            logs=[monitor.DiagnosticsLogSettingsArgs(category=category, enabled=True) for category in _CATEGORIES],
            metrics=[monitor.DiagnosticsMetricSettingsArgs(category="AllMetrics", enabled=True)],
            opts=child,
        )
        self.register_outputs({"workspaceId": self.workspace_id})
