"""The gateway: what it needs, and what it alone can ask of callers."""

from collections.abc import Iterator

from speech.settings.draft import Draft
from speech.settings.faults import Finding
from speech.settings.network import Gateway, Network
from speech.settings.target import AksTarget, KubernetesTarget

NETWORK, GATEWAY = "speech:network", "speech:network.gateway"
OF_ISTIO = ("approuting-istio", "istio")
"""The classes that AKS manages (aks/app-routing-gateway-api and istio-gateway-api, 2026)."""
OUTSIDE = ("azure-alb-external",)
"""Classes whose proxies are no pods: Application Gateway for Containers."""


def a_gateway_stands_in_a_cluster(draft: Draft) -> Iterator[Finding]:
    """Nothing else has the Gateway API."""
    if _gateway(draft) and draft.target and not isinstance(draft.target, AksTarget | KubernetesTarget):
        yield Finding(GATEWAY, f"has no effect on {draft.target.kind}, which has no Gateway API: leave it out")


def a_gateway_leads_to_names_outside(draft: Draft) -> Iterator[Finding]:
    """It tells containers apart by the host that a caller names, and it has an address outside the cluster."""
    network = draft.network
    if network is None or network.gateway is None or not isinstance(draft.target, AksTarget | KubernetesTarget):
        return
    if network.domain is None:
        yield Finding(f"{NETWORK}.domain", "missing. A gateway needs names, as in  domain: speech.contoso.example")
    if network.exposure == "cluster":
        message = '"cluster" needs no gateway, pods call each other: write  exposure: internal  or public'
        yield Finding(f"{NETWORK}.exposure", message)


def one_way_leads_in(draft: Draft) -> Iterator[Finding]:
    """An Ingress would lead past the gateway's rules."""
    if _gateway(draft) and isinstance(draft.target, KubernetesTarget) and draft.target.ingress_class:
        yield Finding("speech:target.ingress_class", "an Ingress leads past the gateway: leave one of them out")


def a_certificate_has_one_place(draft: Draft) -> Iterator[Finding]:
    """TLS without a certificate serves nobody."""
    gateway = _gateway(draft)
    tls = gateway.tls if gateway else None
    if tls and not tls.secret and not tls.vault_certificate:
        yield Finding(
            f"{GATEWAY}.tls.secret", "missing. Name the Secret with the certificate, as in  secret: speech-tls"
        )
    if tls and tls.secret and tls.vault_certificate:
        yield Finding(f"{GATEWAY}.tls.vault_certificate", "says again where the certificate is, as secret does")
    if tls and tls.vault_id and not tls.vault_certificate:
        yield Finding(f"{GATEWAY}.tls.vault_id", "has no effect without  vault_certificate")


def a_vault_brings_certificates_to_aks_alone(draft: Draft) -> Iterator[Finding]:
    """Its add-on carries them into the cluster; nothing does on another."""
    gateway = _gateway(draft)
    if gateway and gateway.tls and gateway.tls.vault_certificate and isinstance(draft.target, KubernetesTarget):
        message = "nothing brings it to a cluster of your own: put it into a Secret there, and name that as  secret"
        yield Finding(f"{GATEWAY}.tls.vault_certificate", message)


def policies_are_those_of_the_class(draft: Draft) -> Iterator[Finding]:
    """Another controller passes Envoy Gateway's policies over, without a word."""
    gateway = _gateway(draft)
    if gateway is None:
        return
    if gateway.class_name in OUTSIDE:
        message = (
            f'"{gateway.class_name}" is not in this version: its proxies are no pods of the cluster, and the network'
        )
        yield Finding(f"{GATEWAY}.class_name", f"{message} policies let pods of a gateway in and nobody else")
    elif gateway.class_name in OF_ISTIO and gateway.policies == "envoy-gateway":
        message = f"{gateway.class_name} passes Envoy Gateway's policies over: write  policies: none"
        yield Finding(f"{GATEWAY}.policies", message)


def what_is_installed_is_envoy_gateway(draft: Draft) -> Iterator[Finding]:
    """The chart decides where its proxies run; without it nobody asks where it lies."""
    gateway = _gateway(draft)
    if gateway is None:
        return
    if gateway.chart and not gateway.install:
        yield Finding(f"{GATEWAY}.chart", "has no effect without  install: envoy")
    if gateway.install and gateway.policies == "none":
        yield Finding(f"{GATEWAY}.policies", '"none" would leave what install brings unused: leave it out')
    if gateway.install and gateway.pods_namespace:
        message = "install puts them into envoy-gateway-system: leave it out"
        yield Finding(f"{GATEWAY}.pods_namespace", message)


def proofs_are_asked_for_by_envoy_gateway(draft: Draft) -> Iterator[Finding]:
    """The Gateway API itself knows no rules for callers; in clear, a token is anybody's."""
    network = draft.network
    if network is None:
        return
    for word in _proofs(network):
        path = f"{NETWORK}.clients.{word}"
        if network.gateway is None:
            yield Finding(path, "nobody asks for it without a gateway: write  gateway: {class_name: envoy, tls: ...}")
        elif network.gateway.policies == "none":
            yield Finding(path, "only Envoy Gateway's policies ask for it: leave it out, or take a class of that")
        elif network.gateway.tls is None:
            yield Finding(path, "would cross the network in clear: write  gateway: {tls: {secret: speech-tls}}, too")


def a_caller_proves_itself_once(draft: Draft) -> Iterator[Finding]:
    """Envoy Gateway asks for each proof that it is told of: nobody has a token and a key."""
    clients = draft.network.clients if draft.network else None
    if clients and clients.jwt and clients.api_keys:
        yield Finding(f"{NETWORK}.clients.api_keys", "a caller would need both, the token too: leave one out")


def ranges_hold_on_the_way_in(draft: Draft) -> Iterator[Finding]:
    """On AKS the load balancer holds others back; on another cluster, a policy of Envoy Gateway."""
    gateway = _gateway(draft)
    other = isinstance(draft.target, KubernetesTarget) and gateway and gateway.policies == "none"
    if other and draft.network and draft.network.clients.cidrs:
        message = (
            "would hold nobody back with  policies: none  on a cluster of your own: leave it out, its firewall decides"
        )
        yield Finding(f"{NETWORK}.clients.cidrs", message)


def _gateway(draft: Draft) -> Gateway | None:
    return draft.network.gateway if draft.network else None


def _proofs(network: Network) -> list[str]:
    return [word for word in ("certificate_authority", "jwt", "api_keys") if getattr(network.clients, word)]


RULES = (
    a_gateway_stands_in_a_cluster,
    a_gateway_leads_to_names_outside,
    one_way_leads_in,
    a_certificate_has_one_place,
    a_vault_brings_certificates_to_aks_alone,
    policies_are_those_of_the_class,
    what_is_installed_is_envoy_gateway,
    proofs_are_asked_for_by_envoy_gateway,
    a_caller_proves_itself_once,
    ranges_hold_on_the_way_in,
)
