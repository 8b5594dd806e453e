"""A gateway of the Gateway API before the containers, by host name, and Envoy Gateway's policies for it.

Names of fields are those of the definitions that Gateway API 1.6.1 (standard channel; `v1`) and Envoy Gateway 1.9.0
(`gateway.envoyproxy.io/v1alpha1`) publish, of 2026.
"""

from speech.capacity.exposure import Entrance
from speech.capacity.plan import ContainerPlan
from speech.catalog.kinds import kind
from speech.manifests import envoy_gateway, gateway_certificate, load_balancer
from speech.manifests.document import MANAGED, Document, metadata
from speech.manifests.wiring import Wiring

GATEWAY = "speech"
"""The name of the gateway, and of what goes with it."""
GROUP, ENVOY = "gateway.networking.k8s.io", "gateway.envoyproxy.io"
_PROXIES = 2
"""One may go. Each sees its own streams only: many would balance worse, and each has the limits for itself."""
_KEEPALIVE = {"probes": 3, "idleTime": "60s", "interval": "30s"}
"""Well below the idle minutes of any load balancer on the way."""
_LIMIT = 1024
"""Envoy's own for connections to all pods of a container together."""
_ALLOWED_RANGES = "service.beta.kubernetes.io/azure-allowed-ip-ranges"


def shared(wiring: Wiring) -> dict[str, Document]:
    """What stands before all containers, by role; its rules come before it, so that it never stands open."""
    entrance = wiring.exposure.entrance
    if entrance is None:
        return {}
    rules = _envoys(wiring, entrance) if entrance.envoy else {}
    return {**rules, "gateway": _gateway(wiring, entrance)}


def of_container(plan: ContainerPlan, wiring: Wiring) -> dict[str, Document]:
    """The way from the gateway to a container, by role."""
    entrance = wiring.exposure.entrance
    if entrance is None:
        return {}
    made = {"route": _route(plan, wiring, entrance)}
    if entrance.envoy:
        made["traffic"] = _traffic(plan, wiring, entrance)
    return made


def peer(entrance: Entrance, namespace: str) -> Document:
    """The gateway's own pods, as a rule of a network policy has them."""
    found = _pods_namespace(entrance)
    if found in (None, namespace):
        return {"podSelector": {"matchLabels": {f"{GROUP}/gateway-name": GATEWAY}}}
    chosen: Document = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": found}}}
    if entrance.envoy:
        owner = {f"{ENVOY}/owning-gateway-{what}": of for what, of in (("name", GATEWAY), ("namespace", namespace))}
        chosen["podSelector"] = {"matchLabels": owner}
    return chosen


def own_pods(wiring: Wiring) -> Document | None:
    """The network policy of a gateway whose pods stand beside the containers; None where they stand elsewhere.

    They take whoever calls, and call the containers and their controller, wherever in the cluster that is.
    """
    entrance = wiring.exposure.entrance
    if entrance is None or _pods_namespace(entrance) not in (None, wiring.namespace):
        return None
    return {**peer(entrance, wiring.namespace), "policyTypes": ["Ingress", "Egress"], "ingress": [{}], "egress": [
        {"to": [{"namespaceSelector": {}}]}
    ]}  # fmt: skip


def _pods_namespace(entrance: Entrance) -> str | None:
    return entrance.gateway.pods_namespace or (envoy_gateway.NAMESPACE if entrance.envoy else None)


def _object(group: str, what: str, wiring: Wiring, spec: Document) -> Document:
    version = "v1" if group == GROUP else "v1alpha1"
    meta = {"name": GATEWAY, "namespace": wiring.namespace, "labels": MANAGED}
    return {"apiVersion": f"{group}/{version}", "kind": what, "metadata": meta, "spec": spec}


def _secret(name: str) -> Document:
    return {"group": "", "kind": "Secret", "name": name}


def _gateway(wiring: Wiring, entrance: Entrance) -> Document:
    """One listener for all host names below the domain."""
    tls, exposure = entrance.gateway.tls, wiring.exposure
    listener: Document = {
        "name": "https" if tls else "http",
        "hostname": f"*.{exposure.domain}",
        "port": entrance.port,
        "protocol": "HTTPS" if tls else "HTTP",
        "allowedRoutes": {"namespaces": {"from": "Same"}},
    }
    if tls:
        kept = tls.secret or gateway_certificate.SECRET
        listener["tls"] = {"mode": "Terminate", "certificateRefs": [_secret(kept)]}
    annotations = load_balancer.annotations(exposure, own_network=wiring.own_network)
    if exposure.clients and not entrance.envoy:
        annotations[_ALLOWED_RANGES] = ",".join(exposure.clients)
    infrastructure: Document = {"annotations": annotations}
    if entrance.envoy:
        infrastructure["parametersRef"] = {"group": ENVOY, "kind": "EnvoyProxy", "name": GATEWAY}
    spec = {"gatewayClassName": entrance.gateway.class_name, "infrastructure": infrastructure, "listeners": [listener]}
    return _object(GROUP, "Gateway", wiring, spec)


def _route(plan: ContainerPlan, wiring: Wiring, entrance: Entrance) -> Document:
    """Every path under a container's host name: clients drop any path of a host URL.

    A stream is a request without an end: no time-out. What asks once is answered within the longest stream, or nobody
    waits for it any more.
    """
    streams = kind(plan.kind).client_scheme == "ws"
    longest = "0s" if streams else f"{entrance.stream_minutes}m"
    service = {"group": "", "kind": "Service", "name": plan.name, "port": plan.port, "weight": 1}
    rule = {
        "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
        "backendRefs": [service],
        "timeouts": {"request": longest, "backendRequest": longest},
    }
    spec = {
        "parentRefs": [{"group": GROUP, "kind": "Gateway", "name": GATEWAY}],
        "hostnames": [plan.host],
        "rules": [rule],
    }
    meta = metadata(plan.name, wiring.namespace, plan.name, plan.kind)
    return {"apiVersion": f"{GROUP}/v1", "kind": "HTTPRoute", "metadata": meta, "spec": spec}


def _traffic(plan: ContainerPlan, wiring: Wiring, entrance: Entrance) -> Document:
    """To the pod with the fewest streams, and to none more than it decodes: each stream holds one connection.

    Limits are each proxy's own. Pods that go still have streams while others take their place: twice the pods count
    for the container as a whole.
    """
    most = max(_LIMIT, 2 * plan.replicas.max * plan.streams_per_pod)
    spec = {
        "targetRefs": [{"group": GROUP, "kind": "HTTPRoute", "name": plan.name}],
        "loadBalancer": {"type": "LeastRequest"},
        "tcpKeepalive": _KEEPALIVE,
        "circuitBreaker": {
            "maxConnections": most,
            "maxParallelRequests": most,
            "maxPendingRequests": most,
            "perEndpoint": {"maxConnections": plan.decoders or plan.streams_per_pod},
        },
        "timeout": {"http": {"streamIdleTimeout": f"{entrance.stream_minutes}m"}},
    }
    meta = metadata(plan.name, wiring.namespace, plan.name, plan.kind)
    return {"apiVersion": f"{ENVOY}/v1alpha1", "kind": "BackendTrafficPolicy", "metadata": meta, "spec": spec}


def _envoys(wiring: Wiring, entrance: Entrance) -> dict[str, Document]:
    """What Envoy Gateway is told of the gateway as a whole."""
    target = {"targetRefs": [{"group": GROUP, "kind": "Gateway", "name": GATEWAY}]}
    made = {
        "proxy": _object(ENVOY, "EnvoyProxy", wiring, _proxy(wiring, entrance)),
        "connections": _object(ENVOY, "ClientTrafficPolicy", wiring, {**target, **_connections(entrance)}),
    }
    if rules := _rules(entrance):
        made["rules"] = _object(ENVOY, "SecurityPolicy", wiring, {**target, **rules})
    return made


def _proxy(wiring: Wiring, entrance: Entrance) -> Document:
    """Proxies that stay for their streams when they go.

    A token in a query would stand in Envoy's log of requests: there is none where callers prove themselves.
    """
    service: Document = {"type": "LoadBalancer", "externalTrafficPolicy": "Local"}
    if wiring.exposure.clients:
        service["loadBalancerSourceRanges"] = list(wiring.exposure.clients)
    kubernetes = {
        "envoyDeployment": _deployment(wiring, entrance),
        "envoyPDB": {"minAvailable": _PROXIES - 1},
        "envoyService": service,
    }
    spec: Document = {
        "provider": {"type": "Kubernetes", "kubernetes": kubernetes},
        "shutdown": {"drainTimeout": f"{entrance.stream_minutes}m"},
    }
    if entrance.clients.proven:
        spec["telemetry"] = {"accessLog": {"disable": True}}
    return spec


def _deployment(wiring: Wiring, entrance: Entrance) -> Document:
    """The proxies' pods: beside the cluster's own where the stack makes the nodes, from its registry if it has one."""
    found: Document = {"replicas": _PROXIES}
    pod = envoy_gateway.system_nodes(wiring)
    if entrance.gateway.install and wiring.registry:
        found["container"] = {"image": f"{wiring.registry}/{envoy_gateway.PROXY_IMAGE}"}
    if entrance.gateway.install and wiring.pull_secret:
        pod["imagePullSecrets"] = [{"name": wiring.pull_secret}]
    return {**found, "pod": pod} if pod else found


def _connections(entrance: Entrance) -> Document:
    found: Document = {
        "tcpKeepalive": _KEEPALIVE,
        "timeout": {"http": {"streamIdleTimeout": f"{entrance.stream_minutes}m"}},
    }
    if entrance.clients.certificate_authority:
        found["tls"] = {"clientValidation": {"caCertificateRefs": [_secret(entrance.clients.certificate_authority)]}}
    return found


def _rules(entrance: Entrance) -> Document:
    """What callers must show, beside a certificate: not each Speech SDK can set headers, so queries count too."""
    clients = entrance.clients
    found: Document = {}
    if jwt := clients.jwt:
        provider: Document = {
            "name": "callers",
            "issuer": jwt.issuer,
            "remoteJWKS": {"uri": jwt.jwks_url},
            "extractFrom": {
                "headers": [{"name": "Authorization", "valuePrefix": "Bearer "}],
                "params": [jwt.query_parameter],
            },
        }
        if jwt.audiences:
            provider["audiences"] = list(jwt.audiences)
        found["jwt"] = {"providers": [provider]}
    if keys := clients.api_keys:
        # The containers, whose logs keep what they get, never see a key.
        found["apiKeyAuth"] = {
            "credentialRefs": [_secret(keys.secret)],
            "extractFrom": [{"headers": [keys.header]}, {"params": [keys.query_parameter]}],
            "sanitize": True,
        }
    if clients.cidrs:
        allowed = {"name": "ranges", "action": "Allow", "principal": {"clientCIDRs": list(clients.cidrs)}}
        found["authorization"] = {"defaultAction": "Deny", "rules": [allowed]}
    return found
