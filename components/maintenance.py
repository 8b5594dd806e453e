"""When Azure may upgrade a cluster by itself."""

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import containerservice

from speech.settings.target import Maintenance

# Fixed names: one window for Kubernetes itself, one for the nodes' operating system (AKS planned maintenance).
_SCHEDULES = {"kubernetes": "aksManagedAutoUpgradeSchedule", "node-os": "aksManagedNodeOSUpgradeSchedule"}


@dataclass(frozen=True, kw_only=True, slots=True)
class MaintenanceWindowsArgs:
    """The cluster and its weekly window."""

    resource_group: pulumi.Output[str]
    cluster: containerservice.ManagedCluster
    window: Maintenance


class MaintenanceWindows(pulumi.ComponentResource):
    """Keeps automatic upgrades, each of which moves every stream to another node, to one window a week.

    Creates: a maintenance configuration for Kubernetes and one for the nodes' operating system.
    """

    def __init__(self, name: str, args: MaintenanceWindowsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:aks:MaintenanceWindows", name, None, opts)
        for what, configuration in _SCHEDULES.items():
            containerservice.MaintenanceConfiguration(
                f"{name}-{what}-window",
                resource_group_name=args.resource_group,
                resource_name_=args.cluster.name,
                config_name=configuration,
                maintenance_window=containerservice.MaintenanceWindowArgs(
                    schedule=containerservice.ScheduleArgs(
                        weekly=containerservice.WeeklyScheduleArgs(day_of_week=args.window.day, interval_weeks=1)
                    ),
                    start_time=args.window.start_time,
                    duration_hours=args.window.hours,
                    utc_offset=args.window.utc_offset,
                ),
                opts=pulumi.ResourceOptions(parent=self, deleted_with=args.cluster, replace_with=[args.cluster]),
            )
        self.register_outputs({})
