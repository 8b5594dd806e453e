"""What NetworkPolicies allow, worked out from the API's own words and from nothing of the product.

A pod that a policy selects may do only what some policy that selects it allows (kubernetes.io, Network Policies). As
with Cilium on AKS, a range of addresses stands for what is outside the cluster: never for pods.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Policies = Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class Pod:
    """A pod of the cluster."""

    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def namespace_labels(self) -> Mapping[str, str]:
        return {"kubernetes.io/metadata.name": self.namespace}


@dataclass(frozen=True)
class Outside:
    """An address outside the cluster."""

    address: str


def allowed(policies: Policies, source: Pod | Outside, target: Pod | Outside, port: int, protocol: str = "TCP") -> bool:
    """Whether a connection is allowed at both of its ends."""
    return _end(policies, source, target, "Egress", port, protocol) and _end(
        policies, target, source, "Ingress", port, protocol
    )


def _end(policies: Policies, pod: Pod | Outside, peer: Pod | Outside, direction: str, port: int, protocol: str) -> bool:
    if isinstance(pod, Outside):
        return True
    bound = [policy for policy in policies if _selects(policy, pod) and direction in policy["spec"]["policyTypes"]]
    rules = [rule for policy in bound for rule in policy["spec"].get(direction.lower(), [])]
    side = "to" if direction == "Egress" else "from"
    return not bound or any(
        (side not in rule or any(_is(each, peer, pod.namespace) for each in rule[side]))
        and ("ports" not in rule or {"protocol": protocol, "port": port} in rule["ports"])
        for rule in rules
    )


def _selects(policy: Mapping[str, Any], pod: Pod) -> bool:
    return policy["metadata"]["namespace"] == pod.namespace and _matches(policy["spec"]["podSelector"], pod.labels)


def _is(peer: Mapping[str, Any], end: Pod | Outside, namespace: str) -> bool:
    if "ipBlock" in peer:
        return isinstance(end, Outside) and _within(peer["ipBlock"], end.address)
    if isinstance(end, Outside):
        return False
    in_namespace = (
        _matches(peer["namespaceSelector"], end.namespace_labels)
        if "namespaceSelector" in peer
        else end.namespace == namespace
    )
    return in_namespace and _matches(peer.get("podSelector", {}), end.labels)


def _within(block: Mapping[str, Any], address: str) -> bool:
    at = ipaddress.ip_address(address)
    if any(at in ipaddress.ip_network(taken) for taken in block.get("except", ())):
        return False
    return at in ipaddress.ip_network(block["cidr"])


def _matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    assert set(selector) <= {"matchLabels"}, "no other form is read here"
    wanted: Mapping[str, str] = selector.get("matchLabels", {})
    return wanted.items() <= labels.items()
