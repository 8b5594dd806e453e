"""GPUs of nodes, offered to pods."""

import json
from typing import Any

from kubernetes import client

from speech.manifests import device_plugin

IMAGE = "mcr.microsoft.com/oss/v2/nvidia/k8s-device-plugin:v0.18.2"


def plugin() -> Any:
    _, found = device_plugin.documents(IMAGE)
    return found


def test_it_runs_on_every_gpu_node_of_the_stack_and_on_no_other() -> None:
    """Row: AKS installs the driver of GPU nodes; the device plugin is the user's to install (use-nvidia-gpu)."""
    pod = plugin()["spec"]["template"]["spec"]
    assert pod["nodeSelector"]["kubernetes.azure.com/accelerator"] == "nvidia"
    assert pod["tolerations"] == [{"key": "speech-containers/pool", "operator": "Exists", "effect": "NoSchedule"}]


def test_it_stands_apart_from_the_containers_whose_namespace_lets_no_pod_have_a_folder_of_the_node() -> None:
    namespace, found = device_plugin.documents(IMAGE)
    assert found["metadata"]["namespace"] == namespace["metadata"]["name"] != "speech"
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "privileged"
    (volume,) = found["spec"]["template"]["spec"]["volumes"]
    assert volume["hostPath"]["path"] == "/var/lib/kubelet/device-plugins"


def test_the_kubernetes_models_read_it_without_loss() -> None:
    api: Any = client.ApiClient()
    read = api.deserialize(json.dumps(plugin()), "V1DaemonSet", "application/json")
    assert api.sanitize_for_serialization(read) == plugin()
