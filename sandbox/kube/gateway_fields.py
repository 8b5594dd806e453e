"""The fields of a gateway's objects that the sandbox knows: those of the published definitions that stacks write.

Gateway API 1.6.1 and Envoy Gateway 1.9.0, of 2026. A real API server drops a field that it does not know, with a
warning; so that a misspelt one is seen, the sandbox refuses it, and those that only other users write with it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Fields = Mapping[str, Any]
"""By field what is below it: a mapping, a list with the form of its items, or a type. `*` is any name."""

_REFERENCE = {"group": str, "kind": str, "name": str}
_KEEPALIVE = {"probes": int, "idleTime": str, "interval": str}
_TIMEOUT = {"http": {"streamIdleTimeout": str, "idleTimeout": str}}
_SOURCES = {"headers": [str], "params": [str]}
_JWT = {
    "name": str,
    "issuer": str,
    "audiences": [str],
    "remoteJWKS": {"uri": str},
    "extractFrom": {"headers": [{"name": str, "valuePrefix": str}], "params": [str]},
}
_POD = {
    "nodeSelector": {"*": str},
    "tolerations": [{"key": str, "operator": str, "effect": str}],
    "imagePullSecrets": [{"name": str}],
}
SPECS: Mapping[str, Fields] = {
    "GatewayClass": {"controllerName": str},
    "Gateway": {
        "gatewayClassName": str,
        "infrastructure": {"annotations": {"*": str}, "parametersRef": _REFERENCE},
        "listeners": [
            {
                "name": str,
                "hostname": str,
                "port": int,
                "protocol": str,
                "tls": {"mode": str, "certificateRefs": [_REFERENCE]},
                "allowedRoutes": {"namespaces": {"from": str}},
            }
        ],
    },
    "HTTPRoute": {
        "parentRefs": [_REFERENCE],
        "hostnames": [str],
        "rules": [
            {
                "matches": [{"path": {"type": str, "value": str}}],
                "backendRefs": [{**_REFERENCE, "port": int, "weight": int}],
                "timeouts": {"request": str, "backendRequest": str},
            }
        ],
    },
    "EnvoyProxy": {
        "provider": {
            "type": str,
            "kubernetes": {
                "envoyDeployment": {"replicas": int, "container": {"image": str}, "pod": _POD},
                "envoyPDB": {"minAvailable": int},
                "envoyService": {"type": str, "externalTrafficPolicy": str, "loadBalancerSourceRanges": [str]},
            },
        },
        "shutdown": {"drainTimeout": str, "minDrainDuration": str},
        "telemetry": {"accessLog": {"disable": bool}},
    },
    "ClientTrafficPolicy": {
        "targetRefs": [_REFERENCE],
        "tcpKeepalive": _KEEPALIVE,
        "timeout": _TIMEOUT,
        "tls": {"clientValidation": {"caCertificateRefs": [_REFERENCE]}},
    },
    "BackendTrafficPolicy": {
        "targetRefs": [_REFERENCE],
        "loadBalancer": {"type": str},
        "tcpKeepalive": _KEEPALIVE,
        "circuitBreaker": {
            "maxConnections": int,
            "maxParallelRequests": int,
            "maxPendingRequests": int,
            "perEndpoint": {"maxConnections": int},
        },
        "timeout": _TIMEOUT,
    },
    "SecurityPolicy": {
        "targetRefs": [_REFERENCE],
        "jwt": {"providers": [_JWT]},
        "apiKeyAuth": {"credentialRefs": [_REFERENCE], "extractFrom": [_SOURCES], "sanitize": bool},
        "authorization": {
            "defaultAction": str,
            "rules": [{"name": str, "action": str, "principal": {"clientCIDRs": [str]}}],
        },
    },
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "GatewayClass": ("controllerName",),
    "Gateway": ("gatewayClassName", "listeners"),
}
"""What a spec must have."""


def unknown(form: object, value: object, path: str = "spec") -> Iterator[str]:
    """The paths of fields that no definition has."""
    if isinstance(form, Mapping) and isinstance(value, dict):
        for name, below in value.items():
            if name in form or "*" in form:
                yield from unknown(form.get(name, form.get("*")), below, f"{path}.{name}")
            else:
                yield f"{path}.{name}"
    elif isinstance(form, list) and isinstance(value, list):
        for at, each in enumerate(value):
            yield from unknown(form[0], each, f"{path}[{at}]")


def mistyped(form: object, value: object, path: str = "spec") -> Iterator[str]:
    """The paths of values of another type."""
    expected = dict if isinstance(form, Mapping) else list if isinstance(form, list) else form
    # A truth is a number for Python, not for an API.
    if not isinstance(expected, type) or not isinstance(value, expected) or (expected is int and value is True):
        yield path
    elif isinstance(form, Mapping) and isinstance(value, dict):
        for name, below in value.items():
            if (known := form.get(name, form.get("*"))) is not None:
                yield from mistyped(known, below, f"{path}.{name}")
    elif isinstance(form, list) and isinstance(value, list):
        for at, each in enumerate(value):
            yield from mistyped(form[0], each, f"{path}[{at}]")
