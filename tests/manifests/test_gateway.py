"""A gateway before the containers: routes by host name, limits, time-outs, and rules for callers."""

from typing import Any

import pytest

from sandbox.kube import kinds, schema
from speech.capacity.plan import Plan
from speech.manifests import cluster, gateway, outputs
from speech.manifests.document import Document
from tests.manifests.made import ACCESS, exposed, wired

TLS = {"class_name": "envoy", "tls": {"secret": "speech-tls"}}
ISTIO = {**TLS, "class_name": "approuting-istio", "policies": "none"}
CIDRS = ["203.0.113.0/24"]
JWT = {
    "issuer": "https://login.contoso.example",
    "jwks_url": "https://login.contoso.example/keys",
    "audiences": ["speech"],
}
VOICE = {"name": "read-en", "kind": "neural-text-to-speech", "locale": "en-US", "voice": "AriaNeural"}
C = "speech:containers[0]"


def behind(given: object = TLS, *changes: tuple[str, object], exposure: str = "public", **clients: object) -> Plan:
    asked = clients or {"cidrs": CIDRS}
    return exposed(exposure, *changes, domain="speech.contoso.example", gateway=given, clients=asked)


def objects(made: Plan) -> dict[str, Document]:
    """By kind; of NetworkPolicies by name."""
    found = cluster.documents(made, wired(made), ACCESS)
    return {each["metadata"]["name"] if each["kind"] == "NetworkPolicy" else each["kind"]: each for each in found}


def spec(made: Plan, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = objects(made)[kind]["spec"]
    return found


def test_one_listener_serves_every_name_below_the_domain() -> None:
    (listener,) = spec(behind(), "Gateway")["listeners"]
    assert (listener["hostname"], listener["port"], listener["protocol"]) == ("*.speech.contoso.example", 443, "HTTPS")
    assert listener["tls"]["certificateRefs"] == [{"group": "", "kind": "Secret", "name": "speech-tls"}]


def test_without_a_certificate_it_listens_in_clear() -> None:
    (listener,) = spec(behind({"class_name": "envoy"}), "Gateway")["listeners"]
    assert (listener["port"], listener["protocol"], "tls" in listener) == (80, "HTTP", False)


def test_a_host_name_leads_to_its_container_whatever_the_path() -> None:
    route = spec(behind(), "HTTPRoute")
    assert route["hostnames"] == ["transcribe-en.speech.contoso.example"]
    (rule,) = route["rules"]
    assert rule["matches"] == [{"path": {"type": "PathPrefix", "value": "/"}}]
    assert [(each["name"], each["port"]) for each in rule["backendRefs"]] == [("transcribe-en", 5000)]


def test_a_stream_has_no_request_time_out_and_an_answer_that_of_the_longest_stream() -> None:
    (stream,) = spec(behind(), "HTTPRoute")["rules"]
    assert stream["timeouts"] == {"request": "0s", "backendRequest": "0s"}
    voice = {**VOICE, "version": "3.11.0", "demand": {"concurrent_streams": 2}}
    (answer,) = spec(behind(TLS, (C, voice), ("speech:network.longest_stream_minutes", 90)), "HTTPRoute")["rules"]
    assert answer["timeouts"] == {"request": "90m", "backendRequest": "90m"}


def test_every_idle_time_out_and_the_proxies_drain_follow_from_the_longest_stream() -> None:
    made = behind(TLS, ("speech:network.longest_stream_minutes", 90))
    assert spec(made, "ClientTrafficPolicy")["timeout"] == {"http": {"streamIdleTimeout": "90m"}}
    assert spec(made, "BackendTrafficPolicy")["timeout"] == {"http": {"streamIdleTimeout": "90m"}}
    assert spec(made, "EnvoyProxy")["shutdown"] == {"drainTimeout": "90m"}


def test_the_pod_with_the_fewest_streams_is_chosen_and_gets_no_more_than_it_decodes() -> None:
    made = behind()
    policy = spec(made, "BackendTrafficPolicy")
    assert policy["loadBalancer"] == {"type": "LeastRequest"}
    assert policy["circuitBreaker"]["perEndpoint"] == {"maxConnections": made.containers[0].decoders}


def test_a_large_fleet_is_not_held_to_envoys_own_limit() -> None:
    made = behind(TLS, (f"{C}.demand", {"concurrent_streams": 4000}))
    container = made.containers[0]
    most = 2 * container.replicas.max * container.streams_per_pod
    assert most > 1024
    assert spec(made, "BackendTrafficPolicy")["circuitBreaker"]["maxConnections"] == most


def test_connections_stay_known_on_both_sides() -> None:
    keepalive = {"probes": 3, "idleTime": "60s", "interval": "30s"}
    assert spec(behind(), "ClientTrafficPolicy")["tcpKeepalive"] == keepalive
    assert spec(behind(), "BackendTrafficPolicy")["tcpKeepalive"] == keepalive


def test_callers_from_elsewhere_are_refused_by_the_load_balancer_and_the_gateway() -> None:
    made = behind()
    assert spec(made, "EnvoyProxy")["provider"]["kubernetes"]["envoyService"]["loadBalancerSourceRanges"] == CIDRS
    asked = spec(made, "SecurityPolicy")["authorization"]
    assert asked["defaultAction"] == "Deny"
    assert [(rule["action"], rule["principal"]) for rule in asked["rules"]] == [("Allow", {"clientCIDRs": CIDRS})]


def test_a_token_is_taken_from_a_header_or_the_query() -> None:
    (provider,) = spec(behind(jwt=JWT), "SecurityPolicy")["jwt"]["providers"]
    assert (provider["issuer"], provider["audiences"]) == (JWT["issuer"], ["speech"])
    assert provider["remoteJWKS"] == {"uri": JWT["jwks_url"]}
    assert provider["extractFrom"]["params"] == ["access_token"]
    assert provider["extractFrom"]["headers"] == [{"name": "Authorization", "valuePrefix": "Bearer "}]


def test_a_key_is_taken_from_a_header_or_the_query_and_kept_from_the_containers() -> None:
    asked = spec(behind(api_keys={"secret": "speech-callers"}), "SecurityPolicy")["apiKeyAuth"]
    assert asked["credentialRefs"] == [{"group": "", "kind": "Secret", "name": "speech-callers"}]
    assert asked["extractFrom"] == [{"headers": ["X-Api-Key"]}, {"params": ["api-key"]}]
    assert asked["sanitize"] is True


def test_a_certificate_is_asked_of_callers() -> None:
    asked = spec(behind(certificate_authority="speech-callers-ca"), "ClientTrafficPolicy")["tls"]["clientValidation"]
    assert asked["caCertificateRefs"] == [{"group": "", "kind": "Secret", "name": "speech-callers-ca"}]


def test_what_callers_show_in_a_query_is_not_logged() -> None:
    assert spec(behind(jwt=JWT), "EnvoyProxy")["telemetry"] == {"accessLog": {"disable": True}}
    assert "telemetry" not in spec(behind(), "EnvoyProxy")


def test_the_rules_for_callers_stand_before_the_gateway_does() -> None:
    made = behind(jwt=JWT)
    assert list(gateway.shared(wired(made))) == ["proxy", "connections", "rules", "gateway"]


def test_services_have_no_address_of_their_own_behind_a_gateway() -> None:
    service = spec(behind(), "Service")
    assert service["type"] == "ClusterIP"
    assert service["ports"][0]["appProtocol"] == "kubernetes.io/ws"


def test_the_gateways_pods_alone_reach_a_container() -> None:
    (rule,) = spec(behind(), "clients-of-transcribe-en")["ingress"]
    owner = {
        "gateway.envoyproxy.io/owning-gateway-name": "speech",
        "gateway.envoyproxy.io/owning-gateway-namespace": "speech",
    }
    assert rule["from"] == [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "envoy-gateway-system"}},
            "podSelector": {"matchLabels": owner},
        }
    ]
    assert "gateway" not in objects(behind())


def test_a_gateway_whose_pods_stand_beside_the_containers_takes_callers_and_calls_the_cluster() -> None:
    made = behind(ISTIO)
    pods = {"podSelector": {"matchLabels": {"gateway.networking.k8s.io/gateway-name": "speech"}}}
    (rule,) = spec(made, "clients-of-transcribe-en")["ingress"]
    assert rule["from"] == [pods]
    own = spec(made, "gateway")
    assert {"podSelector": own["podSelector"]} == pods
    assert (own["ingress"], own["egress"]) == ([{}], [{"to": [{"namespaceSelector": {}}]}])


def test_pods_of_another_class_are_found_in_their_namespace() -> None:
    (rule,) = spec(behind({**ISTIO, "pods_namespace": "gateways"}), "clients-of-transcribe-en")["ingress"]
    assert rule["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "gateways"}}}]


def test_the_class_of_another_gets_no_policies_of_envoy_gateway_but_the_load_balancers_ranges() -> None:
    made = behind(ISTIO)
    assert {each for each in objects(made) if each.endswith(("TrafficPolicy", "SecurityPolicy", "EnvoyProxy"))} == set()
    infrastructure = spec(made, "Gateway")["infrastructure"]
    assert infrastructure["annotations"]["service.beta.kubernetes.io/azure-allowed-ip-ranges"] == "203.0.113.0/24"
    assert "parametersRef" not in infrastructure


@pytest.mark.parametrize(("exposure", "internal"), [("internal", "true"), ("public", None)])
def test_its_load_balancer_is_as_exposed_as_the_stack_says(exposure: str, internal: str | None) -> None:
    annotations = spec(behind(exposure=exposure), "Gateway")["infrastructure"]["annotations"]
    assert annotations.get("service.beta.kubernetes.io/azure-load-balancer-internal") == internal
    assert annotations["service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout"] == "30"


def test_clients_are_given_the_gateways_name_scheme_and_port() -> None:
    made = behind()
    assert made.containers[0].host_url == "wss://transcribe-en.speech.contoso.example:443"
    found = outputs.containers(made)["transcribe-en"]
    assert found["host_url"] == "wss://transcribe-en.speech.contoso.example:443"
    assert found["urls"]["ready"] == "https://transcribe-en.speech.contoso.example:443/ready"
    clear = outputs.containers(behind({"class_name": "envoy"}))["transcribe-en"]
    assert clear["host_url"] == "ws://transcribe-en.speech.contoso.example:80"


@pytest.mark.parametrize("made", [behind(), behind(jwt=JWT), behind(api_keys={"secret": "a"}), behind(ISTIO)])
def test_no_field_is_unknown_to_the_sandbox(made: Plan) -> None:
    served = {(kind.api_version, kind.name): kind for kind in kinds.GATEWAY}
    found = [each for each in cluster.documents(made, wired(made)) if "gateway." in each["apiVersion"]]
    assert found
    for document in found:
        assert schema.faults(served[document["apiVersion"], document["kind"]], document) == []
