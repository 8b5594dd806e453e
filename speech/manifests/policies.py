"""Who may talk to the pods of the Speech namespace, and to whom they may talk."""

from collections.abc import Iterator

from speech.capacity.plan import ContainerPlan, Plan
from speech.manifests import gateway, reach
from speech.manifests.cache import CACHE
from speech.manifests.document import MANAGED, Document, helper_selector, metadata, selector
from speech.manifests.jobs import SETUP
from speech.manifests.wiring import Wiring

# Where AKS's LocalDNS answers on every node (aks/localdns-custom, 2026-07; on by itself from Kubernetes 1.37).
_LOCAL_DNS = ("169.254.10.10/32", "169.254.10.11/32")
# Where NodeLocal DNSCache does on others' nodes (kubernetes.io, nodelocaldns).
_NODE_LOCAL_DNS = ("169.254.20.10/32",)
_DNS_PORTS = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]


def network_policies(plan: Plan, wiring: Wiring) -> list[Document]:
    """Nothing is allowed but names, and by container its metering, the servers of its options, and its clients.

    A NetworkPolicy knows addresses, no host names: `reach` says what that leaves open. A firewall can hold pods
    to names: the stack's output `egress`. So it is for fast transcription, too: a client may name a URL (`audioUrl`)
    that the container fetches. A policy keeps it from the cluster, its network and the machine, and from every port but
    443; what it may fetch outside, a firewall, a proxy or a private account decides. The kubelet's probes need no rule,
    nor do the pulls of images and keys: they are the node's own.
    """
    return [
        _policy("default-deny", wiring, {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}),
        *([_policy("gateway", wiring, spec)] if (spec := gateway.own_pods(wiring)) else []),
        _policy("names", wiring, {"podSelector": {}, "policyTypes": ["Egress"], "egress": list(_names(plan))}),
        *(policy for container in plan.containers for policy in _of(container, plan, wiring)),
    ]


def _policy(name: str, wiring: Wiring, spec: Document) -> Document:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": wiring.namespace, "labels": MANAGED},
        "spec": spec,
    }


def _names(plan: Plan) -> Iterator[Document]:
    yield {
        "to": [
            {
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
                "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
            }
        ],
        "ports": _DNS_PORTS,
    }
    local = _LOCAL_DNS if plan.system_pool else _NODE_LOCAL_DNS
    yield {"to": [{"ipBlock": {"cidr": address}} for address in local], "ports": _DNS_PORTS}


def _of(container: ContainerPlan, plan: Plan, wiring: Wiring) -> Iterator[Document]:
    """The policies of one container, its cache, and the runs that fetch something for it."""
    pods, setup, cache = selector(container.name), *(helper_selector(role, container.name) for role in (SETUP, CACHE))
    # The pods of one that runs once bear the labels of a setup.
    if not container.once and (rules := list(_calls(container, plan))):
        yield _egress("calls", container, wiring, pods, rules)
    if container.once or container.model or wiring.disconnected:
        yield _egress("setup", container, wiring, setup, [_fetching(container, plan)])
    if container.port:
        yield _ingress("clients", container, wiring, pods, {"from": _clients(wiring), "ports": _ports(container.port)})
    if container.cache:
        peers = [{"podSelector": {"matchLabels": pods}}]
        yield _ingress("cache", container, wiring, cache, {"from": peers, "ports": _ports(container.cache.port)})


def _calls(container: ContainerPlan, plan: Plan) -> Iterator[Document]:
    """Whom a container that serves calls: disconnected ones report to nobody."""
    options = container.options
    if options.proxy:
        yield reach.url(options.proxy.url)
    elif not plan.disconnected:
        yield reach.metering(plan)
    if options.sentiment:
        yield reach.url(options.sentiment.host)
    if options.fluentd:
        yield reach.host(options.fluentd.host, options.fluentd.port)
    if options.application_insights and not options.proxy:
        yield reach.downloads(plan)
    if container.cache:
        peers = [{"podSelector": {"matchLabels": helper_selector(CACHE, container.name)}}]
        yield {"to": peers, "ports": _ports(container.cache.port)}
    elif options.diarization and options.diarization.cache:
        yield reach.endpoint(options.diarization.cache)


def _fetching(container: ContainerPlan, plan: Plan) -> Document:
    if container.options.proxy:
        return reach.url(container.options.proxy.url)
    return reach.downloads(plan) if container.model else reach.metering(plan)


def _clients(wiring: Wiring) -> list[Document]:
    """Every pod of the cluster, or the clients' ranges: a load balancer passes their addresses on.

    Pods are chosen by labels: Cilium lets no range of addresses stand for pods (azure-cni-powered-by-cilium, 2026-06).
    An Ingress is served by pods, wherever its clients are; so is a gateway, whose pods alone are let in.
    """
    exposure = wiring.exposure
    if exposure.entrance:
        return [gateway.peer(exposure.entrance, wiring.namespace)]
    if wiring.behind_ingress or not exposure.load_balancer:
        return [{"namespaceSelector": {}}]
    return [{"ipBlock": {"cidr": cidr}} for cidr in exposure.clients or (reach.ANYWHERE,)]


def _egress(
    what: str, container: ContainerPlan, wiring: Wiring, pods: dict[str, str], rules: list[Document]
) -> Document:
    spec = {"podSelector": {"matchLabels": pods}, "policyTypes": ["Egress"], "egress": rules}
    return _of_container(what, container, wiring, spec)


def _ingress(what: str, container: ContainerPlan, wiring: Wiring, pods: dict[str, str], rule: Document) -> Document:
    spec = {"podSelector": {"matchLabels": pods}, "policyTypes": ["Ingress"], "ingress": [rule]}
    return _of_container(what, container, wiring, spec)


def _of_container(what: str, container: ContainerPlan, wiring: Wiring, spec: Document) -> Document:
    name = f"{what}-of-{container.name}"
    return {
        **_policy(name, wiring, spec),
        "metadata": metadata(name, wiring.namespace, container.name, container.kind),
    }


def _ports(port: int) -> list[Document]:
    return [{"protocol": "TCP", "port": port}]
