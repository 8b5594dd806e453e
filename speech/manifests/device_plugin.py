"""What offers GPUs of nodes to pods: AKS installs their drivers, not this (use-nvidia-gpu, 2026-07)."""

from speech.manifests.document import MANAGED, POOL_LABEL, Document

_NAMESPACE = "speech-gpus"
_LABELS = {"app.kubernetes.io/name": "nvidia-device-plugin"}
_SOCKETS = "/var/lib/kubelet/device-plugins"
_SIZE = {"cpu": "50m", "memory": "128Mi"}


def documents(image: str) -> list[Document]:
    """A namespace, and in it a DaemonSet of NVIDIA's device plugin on every GPU node of the stack."""
    return [_namespace(), _plugin(image)]


def _namespace() -> Document:
    """Its pods mount a folder of the node, which no stricter standard lets them."""
    labels = {**MANAGED, "pod-security.kubernetes.io/enforce": "privileged"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": _NAMESPACE, "labels": labels}}


def _plugin(image: str) -> Document:
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "nvidia-device-plugin", "namespace": _NAMESPACE, "labels": {**_LABELS, **MANAGED}},
        "spec": {
            "selector": {"matchLabels": _LABELS},
            "updateStrategy": {"type": "RollingUpdate"},
            "template": {"metadata": {"labels": {**_LABELS, **MANAGED}}, "spec": _pod(image)},
        },
    }


def _pod(image: str) -> Document:
    return {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "priorityClassName": "system-node-critical",
        # AKS's own label; a pool that is about to go keeps its plugin as long as it has pods.
        "nodeSelector": {"kubernetes.io/os": "linux", "kubernetes.azure.com/accelerator": "nvidia"},
        "tolerations": [{"key": POOL_LABEL, "operator": "Exists", "effect": "NoSchedule"}],
        "containers": [
            {
                "name": "plugin",
                "image": image,
                "imagePullPolicy": "IfNotPresent",
                "env": [{"name": "FAIL_ON_INIT_ERROR", "value": "false"}],
                "resources": {"requests": _SIZE, "limits": _SIZE},
                "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
                "volumeMounts": [{"name": "sockets", "mountPath": _SOCKETS}],
            }
        ],
        "volumes": [{"name": "sockets", "hostPath": {"path": _SOCKETS, "type": "Directory"}}],
    }
