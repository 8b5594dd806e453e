"""What an environment stands for: the defaults that `speech:environment` picks, each overridable in the stack file."""

from collections.abc import Mapping
from typing import Any

from speech.settings.stack import Environment

ACCOUNT: Mapping[Environment, Mapping[str, Any]] = {
    Environment.DEV: {"protect": False},
    Environment.TEST: {"protect": False},
    Environment.PROD: {"protect": True},
}
AKS: Mapping[Environment, Mapping[str, Any]] = {
    Environment.DEV: {"tier": "Free", "zones": (), "system_nodes": 1, "authentication": "local"},
    Environment.TEST: {"tier": "Free", "zones": (), "system_nodes": 1, "authentication": "local"},
    Environment.PROD: {"tier": "Standard", "zones": ("1", "2", "3"), "system_nodes": 3, "authentication": "entra"},
}
SCALING: Mapping[Environment, Mapping[str, Any]] = {
    Environment.DEV: {"min_replicas": 1},
    Environment.TEST: {"min_replicas": 1},
    Environment.PROD: {"min_replicas": 2},
}


def with_defaults(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The sections of a stack file with its environment's defaults under them. What is no mapping stays as it is."""
    named = raw.get("environment")
    environment = Environment(named) if isinstance(named, str) and named in set(Environment) else Environment.DEV
    filled = dict(raw)
    filled["account"] = _over(ACCOUNT[environment], raw.get("account", {}))
    filled.setdefault("network", {})
    target = raw.get("target")
    if isinstance(target, Mapping) and target.get("kind") == "aks":
        filled["target"] = _over(AKS[environment], target)
    containers = raw.get("containers")
    if isinstance(containers, list | tuple):
        filled["containers"] = [_with_scaling(container, SCALING[environment]) for container in containers]
    return filled


def _with_scaling(container: object, defaults: Mapping[str, Any]) -> object:
    if not isinstance(container, Mapping):
        return container
    return {**container, "scaling": _over(defaults, container.get("scaling", {}))}


def _over(defaults: Mapping[str, Any], given: object) -> object:
    return {**defaults, **given} if isinstance(given, Mapping) else given
