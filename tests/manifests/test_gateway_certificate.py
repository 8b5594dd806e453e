"""A gateway's certificate, brought from a key vault."""

from typing import Any

import pytest

from speech.manifests import gateway, gateway_certificate
from speech.manifests.cluster import documents
from tests.manifests.made import ACCESS, planned, wired
from tests.settings.broken_gateway import VAULT, of_class

OWN = of_class("envoy", tls={"vault_certificate": "speech-tls"})
THEIRS = of_class("envoy", tls={"vault_certificate": "speech-tls", "vault_id": VAULT})


def brought(*changes: tuple[str, object]) -> dict[str, Any]:
    return gateway_certificate.documents(wired(planned(*changes)), ACCESS)


def test_the_gateway_listens_with_the_secret_that_the_vault_brings() -> None:
    made = wired(planned(OWN))
    [listener] = gateway.shared(made)["gateway"]["spec"]["listeners"]
    [reference] = listener["tls"]["certificateRefs"]
    [secret] = brought(OWN)["certificate-class"]["spec"]["secretObjects"]
    assert reference["name"] == secret["secretName"]
    assert secret["type"] == "kubernetes.io/tls"
    assert {each["key"] for each in secret["data"]} == {"tls.crt", "tls.key"}


@pytest.mark.parametrize(("given", "vault"), [(OWN, ACCESS.vault), (THEIRS, "mine")])
def test_the_vault_is_the_stacks_or_the_one_that_is_named(given: tuple[str, object], vault: str) -> None:
    parameters = brought(given)["certificate-class"]["spec"]["parameters"]
    assert parameters["keyvaultName"] == vault
    assert parameters["clientID"] == ACCESS.client_id


def test_two_pods_hold_the_secret_and_never_both_go() -> None:
    found = brought(OWN)
    holders, budget = found["certificate"]["spec"], found["certificate-budget"]["spec"]
    assert holders["replicas"] - budget["maxUnavailable"] == 1
    assert budget["selector"]["matchLabels"].items() <= holders["template"]["metadata"]["labels"].items()
    [volume] = holders["template"]["spec"]["volumes"]
    assert volume["csi"]["volumeAttributes"]["secretProviderClass"] == found["certificate-class"]["metadata"]["name"]


def test_nobody_waits_for_a_certificate_in_a_vault_that_is_just_being_made() -> None:
    assert brought(OWN)["certificate"]["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true"}
    assert "annotations" not in brought(THEIRS)["certificate"]["metadata"], "theirs has it, or the run says so"


def test_a_secret_of_the_users_needs_no_vault() -> None:
    assert brought(of_class("envoy", tls={"secret": "mine"})) == {}
    assert brought() == {}


def test_they_come_before_the_gateway() -> None:
    made = planned(OWN)
    order = [(each["kind"], each["metadata"]["name"]) for each in documents(made, wired(made), ACCESS)]
    assert order.index(("Deployment", "gateway-certificate")) < order.index(("Gateway", "speech"))
