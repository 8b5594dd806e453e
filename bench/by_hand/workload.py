"""What runs in the cluster of one region."""

import pulumi
from pulumi_kubernetes import apps, autoscaling, core, meta, networking, policy

from bench.by_hand.account import Account
from bench.by_hand.cluster import Cluster
from bench.by_hand.namespace import OURS, after, metering, namespace
from bench.by_hand.pods import pod
from bench.by_hand.region import Container, Region


def workload(region: Region, account: Account, cluster: Cluster) -> None:
    """The namespace, and every container in it."""
    in_cluster = pulumi.ResourceOptions(
        provider=cluster.provider, deleted_with=cluster.cluster, replace_with=[cluster.cluster]
    )
    ready = namespace(region, account, cluster, in_cluster)
    for container in region.containers:
        policies = _policies(region, container, after(in_cluster, [ready[0], *cluster.key_path]))
        _container(region, account, container, after(in_cluster, [*ready, *policies, cluster.pool]))


def _names(container: Container) -> tuple[dict[str, str], dict[str, str]]:
    """The labels by which its pods are found, and those of everything that belongs to it."""
    selector = {"app.kubernetes.io/name": container.name}
    return selector, {**selector, "app.kubernetes.io/component": container.kind, **OURS}


def _policies(region: Region, container: Container, options: pulumi.ResourceOptions) -> list[pulumi.Resource]:
    """Whom its pods call, and who calls them."""
    selector, labels = _names(container)
    pods = meta.v1.LabelSelectorArgs(match_labels=selector)
    clients = networking.v1.NetworkPolicyIngressRuleArgs(
        from_=[networking.v1.NetworkPolicyPeerArgs(namespace_selector=meta.v1.LabelSelectorArgs())],
        ports=[networking.v1.NetworkPolicyPortArgs(protocol="TCP", port=container.port)],
    )
    specs = {
        "calls": networking.v1.NetworkPolicySpecArgs(
            pod_selector=pods, policy_types=["Egress"], egress=[metering(region)]
        ),
        "clients": networking.v1.NetworkPolicySpecArgs(pod_selector=pods, policy_types=["Ingress"], ingress=[clients]),
    }
    return [
        networking.v1.NetworkPolicy(
            f"{region.prefix}-policy-{what}-of-{container.name}",
            metadata=meta.v1.ObjectMetaArgs(name=f"{what}-of-{container.name}", namespace="speech", labels=labels),
            spec=spec,
            opts=options,
        )
        for what, spec in specs.items()
    ]


def _container(region: Region, account: Account, container: Container, options: pulumi.ResourceOptions) -> None:
    name = f"{region.prefix}-{container.name}"
    selector, labels = _names(container)
    metadata = meta.v1.ObjectMetaArgs(name=container.name, namespace="speech", labels=labels)
    timeouts = pulumi.CustomTimeouts(
        create=f"{container.create_seconds}s",
        update=f"{container.update_seconds}s",
        delete=f"{container.delete_seconds}s",
    )
    patient = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(custom_timeouts=timeouts))
    core.v1.Service(
        f"{name}-service",
        metadata=metadata,
        spec=core.v1.ServiceSpecArgs(
            type="ClusterIP",
            selector=selector,
            ports=[
                core.v1.ServicePortArgs(
                    name="speech",
                    port=container.port,
                    target_port="speech",
                    protocol="TCP",
                    app_protocol="kubernetes.io/ws",
                )
            ],
        ),
        opts=patient,
    )
    apps.v1.Deployment(
        f"{name}-deployment",
        metadata=meta.v1.ObjectMetaArgs(
            name=container.name,
            namespace="speech",
            labels=labels,
            annotations={"pulumi.com/patchForce": "true"} if container.fixed else None,
        ),
        spec=apps.v1.DeploymentSpecArgs(
            replicas=container.most if container.fixed else None,
            revision_history_limit=3,
            progress_deadline_seconds=container.progress_seconds,
            min_ready_seconds=30,
            selector=meta.v1.LabelSelectorArgs(match_labels=selector),
            strategy=apps.v1.DeploymentStrategyArgs(
                type="RollingUpdate",
                rolling_update=apps.v1.RollingUpdateDeploymentArgs(max_surge=1, max_unavailable=0),
            ),
            template=core.v1.PodTemplateSpecArgs(
                metadata=meta.v1.ObjectMetaArgs(
                    labels=labels,
                    annotations={
                        "speech-containers/key-version": account.key_version,
                        "cluster-autoscaler.kubernetes.io/safe-to-evict": "true",
                    },
                ),
                spec=pod(region, account, container, selector),
            ),
        ),
        opts=patient,
    )
    if not container.fixed:
        _autoscaler(name, container, metadata, options)
    policy.v1.PodDisruptionBudget(
        f"{name}-budget",
        metadata=metadata,
        spec=policy.v1.PodDisruptionBudgetSpecArgs(
            max_unavailable=1,
            unhealthy_pod_eviction_policy="AlwaysAllow",
            selector=meta.v1.LabelSelectorArgs(match_labels=selector),
        ),
        opts=options,
    )


def _autoscaler(
    name: str, container: Container, metadata: meta.v1.ObjectMetaArgs, options: pulumi.ResourceOptions
) -> None:
    autoscaling.v2.HorizontalPodAutoscaler(
        f"{name}-autoscaler",
        metadata=metadata,
        spec=autoscaling.v2.HorizontalPodAutoscalerSpecArgs(
            scale_target_ref=autoscaling.v2.CrossVersionObjectReferenceArgs(
                api_version="apps/v1", kind="Deployment", name=container.name
            ),
            min_replicas=container.least,
            max_replicas=container.most,
            metrics=[
                autoscaling.v2.MetricSpecArgs(
                    type="ContainerResource",
                    container_resource=autoscaling.v2.ContainerResourceMetricSourceArgs(
                        name="cpu",
                        container="speech",
                        target=autoscaling.v2.MetricTargetArgs(
                            type="Utilization", average_utilization=container.target_cpu_percent
                        ),
                    ),
                )
            ],
            behavior=autoscaling.v2.HorizontalPodAutoscalerBehaviorArgs(
                scale_up=autoscaling.v2.HPAScalingRulesArgs(
                    stabilization_window_seconds=60,
                    select_policy="Max",
                    policies=[autoscaling.v2.HPAScalingPolicyArgs(type="Percent", value=100, period_seconds=60)],
                ),
                scale_down=autoscaling.v2.HPAScalingRulesArgs(
                    stabilization_window_seconds=container.settles_seconds,
                    select_policy="Min",
                    policies=[autoscaling.v2.HPAScalingPolicyArgs(type="Pods", value=1, period_seconds=300)],
                ),
            ),
        ),
        # Another kind of scaler on the same Deployment must not stand beside it.
        opts=pulumi.ResourceOptions.merge(
            options, pulumi.ResourceOptions(replace_on_changes=["kind"], delete_before_replace=True)
        ),
    )
