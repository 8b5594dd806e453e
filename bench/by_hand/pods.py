"""The pods of one Speech container."""

from pulumi_kubernetes import core, meta

from bench.by_hand.account import Account
from bench.by_hand.cluster import POOL_LABEL
from bench.by_hand.region import Container, Region

AVX2 = (
    "grep -q -m1 -w avx2 /proc/cpuinfo || "
    "{ echo 'This node has no AVX2, which Speech containers need: choose another VM size.'; exit 1; }"
)


def pod(region: Region, account: Account, container: Container, selector: dict[str, str]) -> core.v1.PodSpecArgs:
    """What a Deployment multiplies."""
    size = {"cpu": container.cpu, "memory": container.memory}
    return core.v1.PodSpecArgs(
        service_account_name="speech",
        automount_service_account_token=False,
        enable_service_links=False,
        termination_grace_period_seconds=region.grace_seconds,
        node_selector={"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", POOL_LABEL: region.speech.name},
        tolerations=[
            core.v1.TolerationArgs(key=POOL_LABEL, operator="Equal", value=region.speech.name, effect="NoSchedule")
        ],
        topology_spread_constraints=[
            core.v1.TopologySpreadConstraintArgs(
                max_skew=1,
                topology_key=key,
                when_unsatisfiable="ScheduleAnyway",
                label_selector=meta.v1.LabelSelectorArgs(match_labels=selector),
                match_label_keys=["pod-template-hash"],
                node_affinity_policy="Honor",
                node_taints_policy="Honor",
            )
            for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
        ],
        security_context=core.v1.PodSecurityContextArgs(
            seccomp_profile=core.v1.SeccompProfileArgs(type="RuntimeDefault")
        ),
        init_containers=[
            core.v1.ContainerArgs(
                name="avx2",
                image="mcr.microsoft.com/azurelinux/busybox:1.36",
                image_pull_policy="IfNotPresent",
                command=["sh", "-c", AVX2],
                resources=core.v1.ResourceRequirementsArgs(
                    requests={"cpu": "10m", "memory": "16Mi"}, limits={"cpu": "100m", "memory": "32Mi"}
                ),
                security_context=core.v1.SecurityContextArgs(
                    allow_privilege_escalation=False,
                    read_only_root_filesystem=True,
                    capabilities=core.v1.CapabilitiesArgs(drop=["ALL"]),
                    run_as_non_root=True,
                    run_as_user=65532,
                    run_as_group=65532,
                ),
            )
        ],
        containers=[
            core.v1.ContainerArgs(
                name="speech",
                image=container.image,
                image_pull_policy="IfNotPresent",
                args=["Eula=accept", "Billing=$(SPEECH_BILLING)", "ApiKey=$(SPEECH_API_KEY)"],
                env=[
                    core.v1.EnvVarArgs(name="SPEECH_BILLING", value=account.endpoint),
                    core.v1.EnvVarArgs(
                        name="SPEECH_API_KEY",
                        value_from=core.v1.EnvVarSourceArgs(
                            secret_key_ref=core.v1.SecretKeySelectorArgs(name=account.secret, key="api-key")
                        ),
                    ),
                    core.v1.EnvVarArgs(name="DECODER_MAX_COUNT", value=str(container.decoders)),
                ],
                ports=[core.v1.ContainerPortArgs(name="speech", container_port=container.port, protocol="TCP")],
                resources=core.v1.ResourceRequirementsArgs(requests=size, limits=size),
                security_context=core.v1.SecurityContextArgs(
                    allow_privilege_escalation=False, capabilities=core.v1.CapabilitiesArgs(drop=["ALL"])
                ),
                lifecycle=core.v1.LifecycleArgs(
                    pre_stop=core.v1.LifecycleHandlerArgs(
                        sleep=core.v1.SleepActionArgs(seconds=region.grace_seconds - 45)
                    )
                ),
                startup_probe=_probe("/ready", 10, container.startup_failures, grace_seconds=10),
                readiness_probe=_probe("/ready", 10, 3),
                liveness_probe=_probe("/", 30, container.liveness_failures, grace_seconds=10),
                volume_mounts=[
                    core.v1.VolumeMountArgs(name="speech-keys", mount_path="/mnt/speech-keys", read_only=True)
                ],
            )
        ],
        volumes=[
            core.v1.VolumeArgs(
                name="speech-keys",
                csi=core.v1.CSIVolumeSourceArgs(
                    driver="secrets-store.csi.k8s.io",
                    read_only=True,
                    volume_attributes={"secretProviderClass": "speech-keys"},
                ),
            )
        ],
    )


def _probe(path: str, period: int, failures: int, grace_seconds: int | None = None) -> core.v1.ProbeArgs:
    return core.v1.ProbeArgs(
        http_get=core.v1.HTTPGetActionArgs(path=path, port="speech", scheme="HTTP"),
        period_seconds=period,
        timeout_seconds=5,
        success_threshold=1,
        failure_threshold=failures,
        termination_grace_period_seconds=grace_seconds,
    )
