"""The usual ends of a container, as a table: by what hosts and containers say, what it means and what helps.

Words are those of the kubelet, the scheduler and the cluster autoscaler (1.34), of Container Instances (2025-11), and
those that Speech containers log at their end (Azure AI containers FAQ, 2025-08-15).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PULL = "(ErrImagePull|ImagePull|Failed to pull|InaccessibleImage).*"
_UP = "pulumi up --refresh --stack {stack}"
_LOGS = "{logs}"


@dataclass(frozen=True, slots=True)
class Cause:
    """`sign` is looked for in `reason: message`, without regard to case; the first of the table counts."""

    name: str
    sign: str
    said: str
    """May name {message}."""
    remedy: str
    """May name {stack}, {container}, {logs}, {events} and {namespace}."""


CAUSES = (
    # Images
    Cause(
        "tag",
        rf"{_PULL}(not found|manifest unknown|does not exist|NAME_UNKNOWN)",
        "its image is not in the registry",
        "speech doctor {stack}   tells which tags there are",
    ),
    Cause(
        "pull-secret",
        rf"{_PULL}(unauthori[sz]ed|authentication|denied|forbidden|40[13])",
        "the registry does not let it pull: {message}",
        "pulumi config set --secret --path speech:registry.password … --stack {stack}",
    ),
    Cause(
        "pull",
        r"ErrImagePull|ImagePullBackOff|InvalidImageName|InaccessibleImage|Failed to pull image",
        "its image cannot be pulled: {message}",
        "{events}",
    ),
    # Ends of containers, by their last words
    Cause(
        "memory",
        r"OOMKilled|exit (code|status) 137",
        "it needed more memory than it may have",
        "speech:containers[].resources.memory_gib of {container}: more; speech plan {stack} --explain",
    ),
    Cause(
        "eula",
        r"\bEULA\b",
        "the licence terms are not accepted",
        "pulumi config set --path speech:billing.eula accept --stack {stack}; pulumi up --stack {stack}",
    ),
    Cause(
        "licence",
        r"licen[cs]e.*(expired|not found|cannot be read|download it again)",
        "its licence: {message}",
        f"{_UP}   downloads another, while the commitment lasts",
    ),
    Cause(
        "key",
        r"status '?(Invalid|Mismatch)\b|api ?key (is )?(invalid|not)|Missing ApiKey|invalid subscription key|\b401\b",
        "the account refuses its key: {message}",
        _UP,
    ),
    Cause(
        "quota-of-account",
        r"OutOfQuota|out of quota",
        "the account's free month is used up",
        "pulumi config set --path speech:account.sku S0 --stack {stack}",
    ),
    Cause(
        "endpoint",
        r"Billing Endpoint|CouldNotConnect|Endpoint connection failed|name resolution|service not known",
        "it does not reach the account: {message}",
        "pulumi stack output egress --stack {stack}   must be let out",
    ),
    Cause(
        "avx2",
        r"AVX2|illegal instruction|exit (code|status) 132",
        "its node's processor has no AVX2",
        "speech:target.vm_size: one of  speech catalog show sizes",
    ),
    # What pods wait for
    Cause("secret", r"CreateContainerConfigError.*secret", "a Secret is missing: {message}", _UP),
    Cause("config", r"CreateContainer(Config)?Error", "it cannot be made: {message}", "{events}"),
    Cause(
        "vault",
        r"FailedMount.*(secrets-store|vault|SecretProviderClass|objectType)",
        "the key cannot be read from the vault: {message}",
        f"{_UP}   gives the pods' identity its role again",
    ),
    Cause("mount", r"FailedMount|FailedAttachVolume|MountVolume", "a volume cannot be mounted: {message}", "{events}"),
    Cause("refused", r"FailedCreate", "the cluster refuses its pods: {message}", "{events}"),
    Cause(
        "quota",
        r"QuotaExceeded|exceeding approved .* quota|quota .*exceeded|(Regional|Family).*cores|"
        r"OperationNotAllowed.*quota|ResourceGroupQuota|ServiceUnavailable.*capacity",
        "the subscription's quota is used up",
        "speech doctor {stack}   names the quota and the command that raises it",
    ),
    Cause(
        "pool-full",
        r"NotTriggerScaleUp.*max node group size",
        "its pool has all the nodes that it may have",
        "speech plan {stack} --explain; then speech:containers[].scaling.max_replicas, and  pulumi up",
    ),
    Cause(
        "room",
        r"FailedScheduling.*Insufficient (cpu|memory|nvidia)",
        "no node has room for it; a new one takes minutes",
        "{events}   says whether one comes; else  speech doctor {stack}",
    ),
    Cause(
        "volume",
        r"FailedScheduling.*PersistentVolumeClaim",
        "it waits for its volume: {message}",
        "kubectl -n {namespace} get pvc,events",
    ),
    Cause(
        "node",
        r"FailedScheduling.*(node affinity|selector|taint)",
        "no node bears the labels it asks for (AVX2, pool)",
        "kubectl get nodes --show-labels; speech:target.node_selector",
    ),
    Cause("scheduling", r"FailedScheduling", "no node takes it: {message}", "{events}"),
    # What is left
    Cause("liveness", r"liveness probe", "it stopped answering and is started again", _LOGS),
    Cause("not-ready", r"NotReady", "it has not become ready in the time a start takes", _LOGS),
    Cause("crash", r"CrashLoopBackOff|Error|exit (code|status)|Terminated", "it ends by itself: {message}", _LOGS),
)
"""In the order of their precedence."""


def cause_of(sign: str) -> Cause | None:
    """The first of the table whose sign is there."""
    return next((cause for cause in CAUSES if re.search(cause.sign, sign, re.IGNORECASE | re.DOTALL)), None)


@dataclass(frozen=True, slots=True)
class Around:
    """What remedies name."""

    stack: str
    namespace: str
    logs: str
    """The command that shows what a container says; may hold {container}."""
    events: str
    """The command that shows what its host says of it; may hold {container}."""


def told(sign: str, container: str, around: Around) -> tuple[str, str]:
    """Cause and remedy in words. What is not in the table is told as it is."""
    message = _short(sign.partition(": ")[2] or sign)
    found = cause_of(sign)
    words: Mapping[str, str] = {
        "stack": around.stack,
        "container": container,
        "namespace": around.namespace,
        "logs": around.logs.format(container=container),
        "events": around.events.format(container=container),
        "message": message,
    }
    if found is None:
        return _short(sign), words["events"]
    return found.said.format_map(words), found.remedy.format_map(words)


def _short(text: str, most: int = 120) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
