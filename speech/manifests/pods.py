"""The pods of one Speech container."""

from collections.abc import Sequence

from speech.capacity.drain import SHUTDOWN_SECONDS
from speech.capacity.plan import ContainerPlan, Volume
from speech.manifests import guard, placement, probes, volumes
from speech.manifests.arguments import (
    API_KEY,
    BILLING_VARIABLE,
    Surface,
    Word,
    in_kubernetes,
    serving,
    variable_of,
    variables,
)
from speech.manifests.document import EVICTABLE_ANNOTATION, KEY_VERSION_ANNOTATION, Document, labels
from speech.manifests.keys import KEY_CLASS, SECRET_KEY, SERVICE_ACCOUNT
from speech.manifests.wiring import Account, Wiring

CONTAINER = "speech"
PORT = "speech"
_KEY_VOLUME = "speech-keys"
_KEY_MOUNT = "/mnt/speech-keys"


def template(plan: ContainerPlan, wiring: Wiring) -> Document:
    """The pod that a Deployment multiplies.

    It bears no workload identity label: the secrets driver asks for the service account's token itself (CSIDriver
    tokenRequests), and with the label the container would get one too, good for everything in the vault.
    """
    words = serving(plan, surface(plan, wiring), disconnected=wiring.disconnected)
    container = speech(plan, wiring, words, plan.volumes, wiring.account)
    if plan.port:
        container["ports"] = [{"name": PORT, "containerPort": plan.port, "protocol": "TCP"}]
    # The pod leaves its service at once; it is told to stop when its longest stream has had its time.
    container["lifecycle"] = {"preStop": {"sleep": {"seconds": wiring.grace_seconds - SHUTDOWN_SECONDS}}}
    probes.add(container, plan)
    # An eviction waits as long as a stream may last: no reason to pin the node that the pod is on.
    annotations = {EVICTABLE_ANNOTATION: "true"}
    if keyed(words):
        annotations[KEY_VERSION_ANNOTATION] = wiring.key_version
    return {
        "metadata": {"labels": labels(plan.name, plan.kind), "annotations": annotations},
        "spec": {
            **spec(plan, wiring, plan.volumes, by_vault=wiring.by_vault and keyed(words)),
            "terminationGracePeriodSeconds": wiring.grace_seconds,
            "topologySpreadConstraints": placement.spread(plan.name),
            "containers": [container],
        },
    }


def surface(plan: ContainerPlan, wiring: Wiring, account: Account | None = None) -> Surface:
    """What a container sees around it in a cluster; `account`: another than the stack's."""
    return Surface(
        billing=(account or wiring.account).billing,
        no_proxy=wiring.no_proxy,
        cache=f"{cache_name(plan)}.{wiring.namespace}.svc.cluster.local:{plan.cache.port}" if plan.cache else None,
    )


def cache_name(plan: ContainerPlan) -> str:
    """The name of the cache that the stack runs beside a container."""
    return f"{plan.name}-cache"


def keyed(words: Sequence[Word]) -> bool:
    """Whether a run needs the account's key."""
    return any(word.secret == API_KEY for word in words)


def spec(plan: ContainerPlan, wiring: Wiring, mounted: Sequence[Volume], *, by_vault: bool) -> Document:
    """What all pods with a container's image have in common. `by_vault`: the key comes through a volume of its own."""
    found: Document = {
        "serviceAccountName": SERVICE_ACCOUNT,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        **placement.nodes(plan, wiring),
        "securityContext": _security(plan.run_as_user, mounted),
        "initContainers": [guard.avx2(wiring.guard_image)],
    }
    if wiring.pull_secret:
        found["imagePullSecrets"] = [{"name": wiring.pull_secret}]
    if held := [*([_key_volume()] if by_vault else []), *volumes.in_pod(mounted)]:
        found["volumes"] = held
    return found


def _key_volume() -> Document:
    return {
        "name": _KEY_VOLUME,
        "csi": {
            "driver": "secrets-store.csi.k8s.io",
            "readOnly": True,
            "volumeAttributes": {"secretProviderClass": KEY_CLASS},
        },
    }


def _security(user: int | None, mounted: Sequence[Volume]) -> Document:
    """Non-root by the cluster's own check where the image's user is known: it cannot check a user given by name."""
    profile: Document = {"seccompProfile": {"type": "RuntimeDefault"}}
    if user is None:
        return profile
    # A volume of gigabytes is not walked through at every start.
    policy = {"fsGroupChangePolicy": "OnRootMismatch"} if mounted else {}
    return {"runAsNonRoot": True, "runAsUser": user, "runAsGroup": user, "fsGroup": user, **policy, **profile}


def speech(
    plan: ContainerPlan, wiring: Wiring, words: Sequence[Word], mounted: Sequence[Volume], account: Account
) -> Document:
    """A run of the container's image with these words; values of secrets reach it by reference only."""
    size = size_of(plan)
    key_mount = [{"name": _KEY_VOLUME, "mountPath": _KEY_MOUNT, "readOnly": True}]
    made: Document = {
        "name": CONTAINER,
        "image": plan.image,
        "imagePullPolicy": "IfNotPresent",
        "args": in_kubernetes(words),
        "env": [
            *_environment(plan, wiring, words, account),
            *({"name": word.name, "value": word.value} for word in variables(plan, surface(plan, wiring))),
            *volumes.variables(mounted),
        ],
        "resources": {"requests": size, "limits": size},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    if held := [*(key_mount if account.by_vault and keyed(words) else []), *volumes.mounts(mounted)]:
        made["volumeMounts"] = held
    return made


def size_of(plan: ContainerPlan) -> dict[str, str]:
    """What one pod asks of its node, and gets at most."""
    size = {"cpu": f"{plan.shape.cpu * 1000:.0f}m", "memory": f"{plan.shape.memory_gib * 1024:.0f}Mi"}
    return {**size, placement.GPU: str(plan.gpus)} if plan.gpus else size


def _environment(plan: ContainerPlan, wiring: Wiring, words: Sequence[Word], account: Account) -> list[Document]:
    """The variables that the words refer to."""
    billing = [{"name": BILLING_VARIABLE, "value": account.billing}]
    return [
        *(billing if keyed(words) else []),
        *(
            {
                "name": variable_of(entry),
                "valueFrom": {
                    "secretKeyRef": {"name": account.secret, "key": SECRET_KEY}
                    if entry == API_KEY
                    else {"name": wiring.secrets[plan.name], "key": entry}
                },
            }
            for entry in (word.secret for word in words)
            if entry is not None
        ),
    ]
