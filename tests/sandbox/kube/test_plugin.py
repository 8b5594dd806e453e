"""The stand-in for pulumi-resource-kubernetes does what the real plugin does, against the double's API."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as proto
from starlette.applications import Starlette

from sandbox.kube import kinds
from sandbox.plugins.kubernetes.provider import Kubernetes
from sandbox.plugins.serving import UNKNOWN, python_to_struct
from tests.sandbox.kube.engine_double import SIGNATURE, CallFailedError, Context, Resource, changes, urn
from tests.sandbox.kube.kube_doubles import CLUSTER, TOKEN, Azure, deployment

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SECRET = "kubernetes:core/v1:Secret"
NAMESPACE = "kubernetes:core/v1:Namespace"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
CLASS = "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass"


def configured(**settings: str) -> Kubernetes:
    plugin = Kubernetes()
    variables = {f"kubernetes:config:{key}": value for key, value in settings.items()}
    answer = plugin.Configure(proto.ConfigureRequest(variables=variables), Context())
    assert answer.supportsPreview
    return plugin


@pytest.fixture
def plugin(kubeconfig: dict[str, Any]) -> Iterator[Kubernetes]:
    made = configured(kubeconfig=json.dumps(kubeconfig))
    yield made
    made._api._pool.clear()


def config_map(**data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": data}


def test_a_deployment_is_made_changed_and_deleted(plugin: Kubernetes, app: Starlette) -> None:
    resource = Resource(plugin, DEPLOYMENT)
    resource.create(deployment(replicas=2))
    assert resource.id == "default/transcribe"
    assert resource.outputs["metadata"]["uid"]
    assert changes(resource.diff(deployment(replicas=2))) == {}

    changed = resource.diff(deployment(replicas=3))
    assert (changes(changed), list(changed.replaces)) == ({"spec.replicas": "UPDATE"}, [])
    resource.update(deployment(replicas=3))
    stored = app.state.store.get(CLUSTER, kinds.named("Deployment"), "default", "transcribe")
    assert stored["spec"]["replicas"] == 3

    resource.delete()
    resource.delete()  # gone is gone
    assert resource.read().id == ""


def test_a_cluster_wide_object_has_a_plain_id(plugin: Kubernetes) -> None:
    resource = Resource(plugin, NAMESPACE)
    resource.create({"metadata": {"name": "speech"}})
    assert resource.id == "speech"
    assert changes(resource.diff({"metadata": {"name": "speech"}})) == {}
    assert changes(resource.refresh_diff()) == {}


def test_a_custom_resource_is_found_by_discovery(plugin: Kubernetes, azure: Azure) -> None:
    resource = Resource(plugin, CLASS)
    body = {"metadata": {"name": "keys"}, "spec": {"provider": "azure", "anything": {"goes": 1}}}
    resource.create(body)
    assert resource.id == "default/keys"
    assert changes(resource.diff(body)) == {}
    azure.clusters[CLUSTER].secrets_store = False
    with pytest.raises(CallFailedError, match="could not find the requested resource"):
        Resource(plugin, CLASS, "other").create(body)


def test_a_name_is_drawn_once_and_kept(plugin: Kubernetes) -> None:
    resource = Resource(plugin, CONFIG_MAP, "settings")
    body = {"data": {"a": "1"}}
    name = resource.checked(body)["metadata"]["name"]
    assert resource.checked(body)["metadata"]["name"] == name  # the same seed in preview and up
    assert len(name) == len("settings-12345678")
    assert int(name.removeprefix("settings-"), 16) >= 0
    resource.create(body)
    assert resource.inputs["metadata"] == {"name": name, "annotations": {"pulumi.com/autonamed": "true"}}
    later, failures = resource.check(body, seed=b"another")
    assert (later["metadata"]["name"], failures) == (name, [])
    replacing = resource.diff({"data": {"a": "2"}})
    assert not replacing.deleteBeforeReplace  # the new one gets a name of its own


def test_the_engines_naming_rule_is_followed(plugin: Kubernetes) -> None:
    resource = Resource(plugin, CONFIG_MAP)
    options = proto.CheckRequest.AutonamingOptions
    proposed, _ = resource.check({}, autonaming=options(mode=options.ENFORCE, proposed_name="as-told"))
    assert proposed["metadata"]["name"] == "as-told"
    _, failures = resource.check({}, autonaming=options(mode=options.DISABLE))
    assert failures == ["autonaming is disabled, resource requires the .metadata.name field to be set"]


def test_no_label_is_added(plugin: Kubernetes) -> None:
    # With server-side apply, its default, the real plugin marks nothing: the field managers tell.
    assert Resource(plugin, CONFIG_MAP).checked(config_map())["metadata"] == {"name": "settings"}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"foo": 1}, 'spec.foo: unknown field "spec.foo"'),
        ({"replicas": "2"}, "spec.replicas: Input should be a valid integer"),
        ({"selector": None}, "spec.selector: Required value"),
    ],
)
def test_check_knows_the_types(plugin: Kubernetes, wrong: dict[str, Any], reason: str) -> None:
    _, failures = Resource(plugin, DEPLOYMENT).check(deployment(**wrong))
    assert failures == [reason]


def test_check_takes_what_is_not_known_yet(plugin: Kubernetes) -> None:
    body = deployment(selector=UNKNOWN)
    body["spec"]["template"]["spec"]["containers"][0]["image"] = UNKNOWN
    body["metadata"]["annotations"] = UNKNOWN
    inputs, failures = Resource(plugin, DEPLOYMENT).check(body)
    assert failures == []
    assert inputs["spec"]["selector"] is UNKNOWN
    _, failures = Resource(plugin, DEPLOYMENT).check({**body, "foo": 1})
    assert failures == ['foo: unknown field "foo"']


def test_an_object_of_another_kind_than_its_type_is_refused(plugin: Kubernetes) -> None:
    _, failures = Resource(plugin, DEPLOYMENT).check(config_map())
    assert failures == [
        "apiVersion: the type says apps/v1, the object v1",
        "kind: the type says Deployment, the object ConfigMap",
    ]


def test_the_providers_namespace_is_for_namespaced_kinds(kubeconfig: dict[str, Any]) -> None:
    plugin = configured(kubeconfig=json.dumps(kubeconfig), namespace="kube-public")
    assert Resource(plugin, CONFIG_MAP).checked(config_map())["metadata"]["namespace"] == "kube-public"
    assert "namespace" not in Resource(plugin, NAMESPACE).checked({"metadata": {"name": "n"}})["metadata"]


@pytest.mark.parametrize(
    ("change", "path", "delete_first"),
    [
        ({"metadata": {"name": "other"}}, "metadata.name", False),
        ({"metadata": {"name": "transcribe", "namespace": "kube-public"}}, "metadata.namespace", False),
        ({"spec": {"selector": {"matchLabels": {"tier": "x"}}}}, "spec.selector.matchLabels.tier", True),
    ],
)
def test_what_replaces_a_deployment(plugin: Kubernetes, change: Any, path: str, delete_first: bool) -> None:
    resource = Resource(plugin, DEPLOYMENT)
    resource.create(deployment())
    body = deployment()
    body["metadata"] = change.get("metadata", body["metadata"])
    body["spec"] |= change.get("spec", {})
    answer = resource.diff(body)
    assert path in answer.replaces
    assert changes(answer)[path].endswith("_REPLACE")
    assert answer.deleteBeforeReplace == delete_first


def test_the_default_namespace_may_be_named_or_not(plugin: Kubernetes) -> None:
    resource = Resource(plugin, CONFIG_MAP)
    resource.create(config_map(a="1"))
    named = config_map(a="1")
    named["metadata"]["namespace"] = "default"
    assert list(resource.diff(named).replaces) == []


def test_data_of_a_config_map_replaces_it_unless_it_is_mutable(plugin: Kubernetes, kubeconfig: dict[str, Any]) -> None:
    resource = Resource(plugin, CONFIG_MAP)
    resource.create(config_map(a="1"))
    assert changes(resource.diff(config_map(a="2"))) == {"data.a": "UPDATE_REPLACE"}
    resource.plugin = configured(kubeconfig=json.dumps(kubeconfig), enableConfigMapMutable="true")
    assert changes(resource.diff(config_map(a="2"))) == {"data.a": "UPDATE"}


def test_texts_of_a_secret_are_compared_as_data(plugin: Kubernetes) -> None:
    resource = Resource(plugin, SECRET)
    resource.create({"metadata": {"name": "keys"}, "stringData": {"k": "one"}})
    assert resource.inputs["data"] == {"k": "b25l"}
    assert changes(resource.diff({"metadata": {"name": "keys"}, "data": {"k": "b25l"}})) == {}
    different = resource.diff({"metadata": {"name": "keys"}, "stringData": {"k": "two"}})
    assert changes(different) == {"data.k": "UPDATE_REPLACE"}
    assert different.deleteBeforeReplace


def test_what_a_secret_holds_is_marked_secret_everywhere(plugin: Kubernetes) -> None:
    body = python_to_struct({"metadata": {"name": "keys"}, "stringData": {"k": "one"}})
    inputs = plugin.Check(proto.CheckRequest(urn=urn(SECRET, "s"), news=body), Context()).inputs
    made = plugin.Create(proto.CreateRequest(urn=urn(SECRET, "s"), properties=inputs), Context())
    read = plugin.Read(proto.ReadRequest(urn=urn(SECRET, "s"), id=made.id), Context())
    for properties in (inputs, made.properties, read.properties, read.inputs):
        assert properties["data"][SIGNATURE] == "1b47061264138c4ac30d75fd1eb44270"


def test_a_preview_tries_the_object_and_keeps_nothing(plugin: Kubernetes, app: Starlette) -> None:
    outputs = Resource(plugin, DEPLOYMENT).preview(deployment())
    assert outputs["spec"]["replicas"] == 1
    assert app.state.store.objects(CLUSTER, kinds.named("Deployment")) == []


def test_a_preview_fails_where_the_api_would(plugin: Kubernetes) -> None:
    body = deployment(selector={"matchLabels": {"app": "other"}})
    with pytest.raises(CallFailedError, match="does not match template"):
        Resource(plugin, DEPLOYMENT).preview(body)


def test_a_preview_of_what_comes_first_in_the_same_run(plugin: Kubernetes) -> None:
    body = config_map(a="1")
    body["metadata"]["namespace"] = "not-there-yet"
    assert Resource(plugin, CONFIG_MAP).preview(body) == body


def test_a_preview_with_unknowns_shows_the_inputs(plugin: Kubernetes) -> None:
    resource = Resource(plugin, CONFIG_MAP)
    assert resource.preview({**config_map(), "data": {"a": UNKNOWN}})["data"] == {"a": UNKNOWN}
    resource.create(config_map(a="1"))
    assert changes(resource.diff({**config_map(), "data": {"a": UNKNOWN}})) == {"data.a": "UPDATE_REPLACE"}
    assert resource.update({**config_map(), "data": {"a": UNKNOWN}}, preview=True)["data"] == {"a": UNKNOWN}


def test_metadata_may_be_unknown_as_a_whole(plugin: Kubernetes) -> None:
    resource = Resource(plugin, CONFIG_MAP)
    resource.create(config_map(a="1"))
    assert changes(resource.diff({**config_map(a="1"), "metadata": UNKNOWN})) == {}


def test_a_preview_works_before_there_is_a_cluster() -> None:
    plugin = configured()
    assert Resource(plugin, CONFIG_MAP).preview(config_map(a="1"))["data"] == {"a": "1"}
    with pytest.raises(CallFailedError, match="configured Kubernetes cluster is unreachable: it has no kubeconfig"):
        Resource(plugin, CONFIG_MAP).create(config_map())


def test_a_deleted_cluster_is_unreachable_and_not_empty(plugin: Kubernetes, azure: Azure) -> None:
    resource = Resource(plugin, CONFIG_MAP)
    resource.create(config_map())
    azure.clusters.clear()
    with pytest.raises(CallFailedError, match="cluster is unreachable"):
        resource.read()
    with pytest.raises(CallFailedError, match="cluster is unreachable"):
        resource.delete()


def test_a_kubeconfig_without_a_log_in_is_told(kubeconfig: dict[str, Any]) -> None:
    kubeconfig["users"][0]["user"] = {"client-certificate-data": "x"}
    with pytest.raises(CallFailedError, match="by token or by exec"):
        Resource(configured(kubeconfig=json.dumps(kubeconfig)), CONFIG_MAP).create(config_map())


def test_a_user_logs_in_by_a_credential_plugin_again_when_its_token_is_refused(
    kubeconfig: dict[str, Any], tmp_path: Path, azure: Azure
) -> None:
    (tmp_path / "token").write_text(TOKEN)
    answer = '{"apiVersion": "%s", "kind": "ExecCredential", "status": {"token": "\'$(cat "$TOKEN_FILE")\'"}}'
    version = "client.authentication.k8s.io/v1beta1"
    kubeconfig["users"][0]["user"] = {
        "exec": {
            "apiVersion": version,
            "command": "sh",
            "args": ["-c", f"echo '{answer % version}'"],
            "env": [{"name": "TOKEN_FILE", "value": str(tmp_path / "token")}],
        }
    }
    plugin = configured(kubeconfig=json.dumps(kubeconfig))
    Resource(plugin, CONFIG_MAP).create(config_map())
    azure.clusters[CLUSTER].token = "another-token"
    other = {**config_map(), "metadata": {"name": "other"}}
    with pytest.raises(CallFailedError, match="Unauthorized"):
        Resource(plugin, CONFIG_MAP).create(other)
    (tmp_path / "token").write_text("another-token")
    Resource(plugin, CONFIG_MAP).create(other)
    plugin._api._pool.clear()


def test_an_object_that_is_there_is_not_taken_over(plugin: Kubernetes) -> None:
    Resource(plugin, CONFIG_MAP).create(config_map())
    with pytest.raises(CallFailedError, match='configmaps "settings" already exists'):
        Resource(plugin, CONFIG_MAP, "again").create(config_map())


def test_an_update_keeps_what_others_set(plugin: Kubernetes, app: Starlette) -> None:
    resource = Resource(plugin, DEPLOYMENT)
    resource.create(deployment(replicas=2, minReadySeconds=60))
    stored = app.state.store.get(CLUSTER, kinds.named("Deployment"), "default", "transcribe")
    stored["metadata"]["annotations"] = {"by": "somebody"}
    app.state.store.replace(CLUSTER, kinds.named("Deployment"), "default", "transcribe", stored)
    resource.update(deployment(replicas=3))
    assert resource.outputs["metadata"]["annotations"] == {"by": "somebody"}
    assert resource.outputs["spec"]["replicas"] == 3
    assert "minReadySeconds" not in resource.outputs["spec"]


def test_a_refresh_sees_a_changed_value_and_only_that(plugin: Kubernetes, app: Starlette) -> None:
    resource = Resource(plugin, DEPLOYMENT)
    resource.create(deployment(replicas=2))
    assert changes(resource.refresh_diff()) == {}
    stored = app.state.store.get(CLUSTER, kinds.named("Deployment"), "default", "transcribe")
    stored["spec"] |= {"replicas": 5, "paused": False}
    app.state.store.replace(CLUSTER, kinds.named("Deployment"), "default", "transcribe", stored)
    assert changes(resource.refresh_diff()) == {"spec.replicas": "UPDATE"}


def test_an_import_takes_every_input_of_the_live_object(plugin: Kubernetes) -> None:
    Resource(plugin, DEPLOYMENT).create(deployment(replicas=2))
    imported = Resource(plugin, DEPLOYMENT)
    imported.id = "default/transcribe"
    inputs = imported.read().inputs
    assert inputs["spec"]["replicas"] == 2
    assert set(inputs["metadata"]) == {"name", "namespace"}
    assert "status" not in inputs


def diff_config(olds: dict[str, Any], news: dict[str, Any]) -> tuple[bool, list[str]]:
    request = proto.DiffRequest(olds=python_to_struct(olds), news=python_to_struct(news))
    answer = Kubernetes().DiffConfig(request, Context())
    return answer.changes == proto.DiffResponse.DIFF_SOME, list(answer.replaces)


def test_only_another_cluster_replaces_the_provider(kubeconfig: dict[str, Any]) -> None:
    olds = {"kubeconfig": json.dumps(kubeconfig)}
    kubeconfig["users"][0]["user"]["token"] = TOKEN[::-1]
    assert diff_config(olds, {"kubeconfig": json.dumps(kubeconfig)}) == (True, [])
    assert diff_config(olds, olds) == (False, [])
    kubeconfig["clusters"][0]["cluster"]["server"] = "https://elsewhere"
    elsewhere = {"kubeconfig": json.dumps(kubeconfig)}
    assert diff_config(olds, elsewhere) == (True, ["kubeconfig"])
    named = {"clusterIdentifier": "speech"}
    assert diff_config(olds | named, elsewhere | named) == (True, [])
    assert diff_config(olds | named, olds | {"clusterIdentifier": "x"}) == (True, ["clusterIdentifier"])


def test_a_kubeconfig_that_is_not_known_yet_replaces_as_with_the_real_plugin(kubeconfig: dict[str, Any]) -> None:
    olds = {"kubeconfig": json.dumps(kubeconfig)}
    assert diff_config(olds, {"kubeconfig": UNKNOWN}) == (True, ["kubeconfig"])
    named = {"clusterIdentifier": "speech"}
    assert diff_config(olds | named, {"kubeconfig": UNKNOWN} | named) == (True, [])
