"""Helm releases as the plugin plays them."""

from typing import Any

from pulumi.runtime.proto import provider_pb2 as proto

from sandbox.plugins.kubernetes import releases
from sandbox.plugins.serving import python_to_struct

URN = "urn:pulumi:dev::speech::speech:kubernetes:EnvoyGateway$kubernetes:helm.sh/v3:Release::speech-envoy-release"
INPUTS: dict[str, Any] = {"name": "eg", "namespace": "gateways", "chart": "oci://a/b", "values": {"replicas": 1}}


def diff(**changes: object) -> proto.DiffResponse:
    news = python_to_struct({**INPUTS, **changes})
    return releases.diff(proto.DiffRequest(urn=URN, old_inputs=python_to_struct(INPUTS), news=news))


def test_a_release_is_told_from_other_resources() -> None:
    assert releases.is_release(URN)
    assert not releases.is_release(URN.replace("helm.sh/v3:Release", "apps/v1:Deployment"))


def test_a_release_without_a_name_is_refused() -> None:
    unnamed = {key: value for key, value in INPUTS.items() if key != "name"}
    [failure] = releases.check(proto.CheckRequest(urn=URN, news=python_to_struct(unnamed))).failures
    assert failure.reason.startswith("name: ")
    assert not releases.check(proto.CheckRequest(urn=URN, news=python_to_struct(INPUTS))).failures


def test_other_values_are_an_upgrade_and_another_namespace_is_another_release() -> None:
    assert diff().changes == proto.DiffResponse.DIFF_NONE
    upgraded = diff(values={"replicas": 2})
    assert (list(upgraded.diffs), list(upgraded.replaces)) == (["values.replicas"], [])
    moved = diff(namespace="elsewhere")
    assert list(moved.replaces) == ["namespace"]
    assert moved.deleteBeforeReplace


def test_a_preview_installs_nothing() -> None:
    answer = releases.create(None, proto.CreateRequest(urn=URN, properties=python_to_struct(INPUTS), preview=True))
    assert not answer.id
