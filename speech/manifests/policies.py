"""Who may talk to the pods of the Speech namespace, and to whom they may talk."""

from collections.abc import Iterator

from speech.capacity.addresses import POD_CIDR, SERVICE_CIDR
from speech.capacity.exposure import Exposure
from speech.capacity.plan import ContainerPlan, Plan
from speech.manifests.document import MANAGED, Document, metadata, selector
from speech.manifests.wiring import Wiring

_ANYWHERE = "0.0.0.0/0"
# The machine's own services: the instance's metadata and tokens, the fabric. No pod has business there.
_THE_MACHINE = ("169.254.0.0/16", "168.63.129.16/32")
# Where AKS's LocalDNS answers on every node (aks/localdns-custom, 2026-07; on by itself from Kubernetes 1.37).
_LOCAL_DNS = ("169.254.10.10/32", "169.254.10.11/32")
_DNS_PORTS = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
_HTTPS = [{"protocol": "TCP", "port": 443}]


def network_policies(plan: Plan, wiring: Wiring) -> list[Document]:
    """Nothing is allowed but names, metering, and clients: one policy each, found by its name.

    A NetworkPolicy knows addresses, no host names, and those of Azure's metering change: outside the cluster every
    address is allowed at TCP 443, or, where the account is private, its private endpoint alone. A firewall can hold
    them to names: the stack's output `egress`. The kubelet's probes need no rule, nor do the pulls of images and keys:
    they are the node's own.
    """
    return [
        _policy("default-deny", wiring, {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}),
        _policy("names", wiring, {"podSelector": {}, "policyTypes": ["Egress"], "egress": list(_names())}),
        _policy(
            "metering",
            wiring,
            {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": _metering(plan), "ports": _HTTPS}]},
        ),
        *(_clients(container, wiring) for container in plan.containers if container.port),
    ]


def _policy(name: str, wiring: Wiring, spec: Document) -> Document:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": wiring.namespace, "labels": MANAGED},
        "spec": spec,
    }


def _names() -> Iterator[Document]:
    yield {
        "to": [
            {
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
                "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
            }
        ],
        "ports": _DNS_PORTS,
    }
    yield {"to": [{"ipBlock": {"cidr": address}} for address in _LOCAL_DNS], "ports": _DNS_PORTS}


def _metering(plan: Plan) -> list[Document]:
    endpoints = {"ipBlock": {"cidr": plan.addresses.endpoints}}
    if plan.private_account:
        return [endpoints]
    inside = [POD_CIDR, SERVICE_CIDR, plan.addresses.space, *_THE_MACHINE]
    # The public addresses, and the private one that the same name may have inside the network.
    return [{"ipBlock": {"cidr": _ANYWHERE, "except": inside}}, endpoints]


def _clients(container: ContainerPlan, wiring: Wiring) -> Document:
    """The container's port, for its clients."""
    ports = [{"protocol": "TCP", "port": container.port}]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(f"clients-of-{container.name}", wiring.namespace, container.name, container.kind),
        "spec": {
            "podSelector": {"matchLabels": selector(container.name)},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": _peers(wiring.exposure), "ports": ports}],
        },
    }


def _peers(exposure: Exposure) -> list[Document]:
    """Every pod of the cluster, or the clients' ranges: a load balancer passes their addresses on.

    Pods are chosen by labels: Cilium lets no range of addresses stand for pods (azure-cni-powered-by-cilium, 2026-06).
    """
    if not exposure.load_balancer:
        return [{"namespaceSelector": {}}]
    return [{"ipBlock": {"cidr": cidr}} for cidr in exposure.clients or (_ANYWHERE,)]
