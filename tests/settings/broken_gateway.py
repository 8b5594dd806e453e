"""Stack files that break the rules of a gateway, each as changes to the dev stack, and the findings."""

from tests.settings.broken_hosts import CLUSTER, DOCKER, GROUPS, RISKS, Rows

N, T = "speech:network", "speech:target"
G = f"{N}.gateway"
ENVOY = {"class_name": "envoy", "tls": {"secret": "speech-tls"}}
JWT = {"issuer": "https://login.contoso.example", "jwks_url": "https://login.contoso.example/keys"}
VAULT = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/mine"
KEYS = {"secret": "speech-callers"}


def behind(gateway: object, **more: object) -> tuple[str, object]:
    """A network behind a gateway."""
    return N, {"exposure": "internal", "domain": "speech.contoso.example", "gateway": gateway, **more}


def of_class(name: str, **more: object) -> tuple[str, object]:
    return behind({"class_name": name, **more})


# rule, changes to the dev stack, path of the fault, words in it
FAULTS: Rows = [
    ("what_is_installed_is_envoy_gateway", [of_class("mine", install="envoy", policies="none")], f"{G}.policies", '"none" would leave what install brings unused'),
    ("what_is_installed_is_envoy_gateway", [of_class("envoy", install="envoy", pods_namespace="a")], f"{G}.pods_namespace", "install puts them into envoy-gateway-system: leave it out"),
    ("what_is_installed_is_envoy_gateway", [of_class("envoy", chart="oci://contoso.azurecr.io/gateway-helm")], f"{G}.chart", "has no effect without  install: envoy"),
    ("a_certificate_has_one_place", [of_class("envoy", tls={"secret": "a", "vault_certificate": "a"})], f"{G}.tls.vault_certificate", "says again where the certificate is"),
    ("a_certificate_has_one_place", [of_class("envoy", tls={"secret": "a", "vault_id": VAULT})], f"{G}.tls.vault_id", "has no effect without  vault_certificate"),
    ("a_vault_brings_certificates_to_aks_alone", [*CLUSTER, of_class("envoy", tls={"vault_certificate": "a"})], f"{G}.tls.vault_certificate", "nothing brings it to a cluster of your own"),
    ("a_gateway_stands_in_a_cluster", [*GROUPS, (G, ENVOY)], G, "has no effect on container-instances, which has no Gateway API"),
    ("a_gateway_stands_in_a_cluster", [*DOCKER, (G, ENVOY)], G, "has no effect on docker"),
    ("a_gateway_leads_to_names_outside", [behind(ENVOY, domain=None)], f"{N}.domain", "missing. A gateway needs names, as in  domain: speech.contoso.example"),
    ("a_gateway_leads_to_names_outside", [behind(ENVOY, exposure="cluster")], f"{N}.exposure", '"cluster" needs no gateway'),
    ("one_way_leads_in", [*CLUSTER, behind(ENVOY), (f"{T}.ingress_class", "nginx")], f"{T}.ingress_class", "an Ingress leads past the gateway"),
    ("a_certificate_has_one_place", [of_class("envoy", tls={})], f"{G}.tls.secret", "missing. Name the Secret with the certificate"),
    ("policies_are_those_of_the_class", [of_class("azure-alb-external")], f"{G}.class_name", "is not in this version: its proxies are no pods of the cluster"),
    *[
        ("policies_are_those_of_the_class", [of_class(name)], f"{G}.policies", f"{name} passes Envoy Gateway's policies over: write  policies: none")
        for name in ("approuting-istio", "istio")
    ],
    *[
        ("proofs_are_asked_for_by_envoy_gateway", [network], f"{N}.clients.{word}", words)
        for word, proof in (("certificate_authority", "speech-ca"), ("jwt", JWT), ("api_keys", KEYS))
        for network, words in (
            ((N, {"clients": {word: proof}}), "nobody asks for it without a gateway"),
            (behind({**ENVOY, "policies": "none"}, clients={word: proof}), "only Envoy Gateway's policies ask for it"),
            (behind({"class_name": "envoy"}, clients={word: proof}), "would cross the network in clear"),
        )
    ],
    ("a_caller_proves_itself_once", [behind(ENVOY, clients={"jwt": JWT, "api_keys": KEYS})], f"{N}.clients.api_keys", "a caller would need both, the token too: leave one out"),
    ("ranges_hold_on_the_way_in", [*CLUSTER, of_class("istio", policies="none"), (f"{N}.clients", {"cidrs": ["10.0.0.0/8"]})], f"{N}.clients.cidrs", "would hold nobody back with  policies: none"),
    ("a_public_container_names_its_clients", [behind(ENVOY, exposure="public")], f"{N}.clients.cidrs", "anybody could use the containers"),
]  # fmt: skip
ALLOWED = [
    [behind(ENVOY, exposure="public", clients={"jwt": JWT})],
    [behind(ENVOY, exposure="public", clients={"api_keys": KEYS})],
    [behind(ENVOY, exposure="public", clients={"certificate_authority": "speech-ca"})],
    [behind({**ENVOY, "class_name": "approuting-istio", "policies": "none"}, clients={"cidrs": ["10.0.0.0/8"]})],
    [of_class("envoy", tls={"vault_certificate": "speech-tls", "vault_id": VAULT})],
    [of_class("envoy", install="envoy", chart="oci://contoso.azurecr.io/helm/gateway-helm")],
    [*CLUSTER, RISKS, behind({"class_name": "any", "policies": "none", "pods_namespace": "gateways"})],
]
"""What breaks none."""
