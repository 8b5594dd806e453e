"""The client that everybody uses works against the double, unchanged, with the kubeconfig that was handed out."""

from typing import Any

import pytest
from kubernetes import client, config, dynamic
from kubernetes.client.exceptions import ApiException

from tests.sandbox.kube.kube_doubles import deployment


def client_of(kubeconfig: dict[str, Any]) -> client.ApiClient:
    api: client.ApiClient = config.new_client_from_config_dict(kubeconfig)  # type: ignore[no-untyped-call]
    return api


def test_the_kubernetes_client_creates_reads_changes_lists_and_deletes(kubeconfig: dict[str, Any]) -> None:
    with client_of(kubeconfig) as api:
        core: Any = client.CoreV1Api(api)
        apps: Any = client.AppsV1Api(api)
        custom: Any = client.CustomObjectsApi(api)
        core.create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name="speech")))
        core.create_namespaced_secret("speech", {"metadata": {"name": "keys"}, "stringData": {"ApiKey": "k"}})
        apps.create_namespaced_deployment("speech", deployment())

        made = apps.read_namespaced_deployment("transcribe", "speech")
        assert made.spec.template.spec.containers[0].args[0] == "Eula=accept"
        made.spec.replicas = 2
        assert apps.replace_namespaced_deployment("transcribe", "speech", made).metadata.generation == 2

        body = {"apiVersion": "secrets-store.csi.x-k8s.io/v1", "kind": "SecretProviderClass", "metadata": {"name": "k"}}
        place = ("secrets-store.csi.x-k8s.io", "v1", "speech", "secretproviderclasses")
        custom.create_namespaced_custom_object(*place, body)
        assert custom.get_namespaced_custom_object(*place, "k")["kind"] == "SecretProviderClass"

        assert [item.metadata.name for item in core.list_secret_for_all_namespaces().items] == ["keys"]
        apps.delete_namespaced_deployment("transcribe", "speech")
        with pytest.raises(ApiException) as refused:
            apps.read_namespaced_deployment("transcribe", "speech")
        assert refused.value.status == 404


def test_the_dynamic_client_discovers_the_kinds(kubeconfig: dict[str, Any], tmp_path: Any) -> None:
    with client_of(kubeconfig) as api:
        cluster = dynamic.DynamicClient(  # type: ignore[no-untyped-call]
            api, cache_file=str(tmp_path / "discovery")
        )
        maps = cluster.resources.get(api_version="v1", kind="ConfigMap")
        maps.create(body={"metadata": {"name": "c"}, "data": {"a": "b"}}, namespace="default")
        assert maps.get(name="c", namespace="default").data.a == "b"
