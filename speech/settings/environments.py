"""What an environment stands for: the defaults that `speech:environment` picks, each overridable in the stack file."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from speech.catalog.kinds import kind, kinds
from speech.settings.account import Account
from speech.settings.containers import Scaling
from speech.settings.stack import Environment
from speech.settings.target import AksTarget

DEV, TEST, PROD = Environment.DEV, Environment.TEST, Environment.PROD

DEFAULTS: Mapping[type[BaseModel], Mapping[str, Mapping[Environment, Any]]] = {
    Account: {
        "protect": {DEV: False, TEST: False, PROD: True},
    },
    AksTarget: {
        "tier": {DEV: "Free", TEST: "Free", PROD: "Standard"},
        "zones": {DEV: [], TEST: [], PROD: ["1", "2", "3"]},
        "authentication": {DEV: "local", TEST: "local", PROD: "entra"},
        "system_nodes": {DEV: 1, TEST: 1, PROD: 3},
    },
    Scaling: {
        "min_replicas": {DEV: 1, TEST: 1, PROD: 2},
    },
}
"""The one table, by settings and field; docs/configuration.md shows it."""

WITHOUT_SCALING = ("container-instances", "docker")
"""Hosts that add nothing by themselves: what runs there is counted once, for the peak."""


def with_defaults(sections: Mapping[str, Any]) -> dict[str, Any]:
    """The sections of a stack file with its environment's defaults under them. What is no mapping stays as it is."""
    named = sections.get("environment")
    environment = Environment(named) if isinstance(named, str) and named in set(Environment) else DEV
    filled = {"network": {}, **sections}
    filled["account"] = _over(Account, environment, sections.get("account", {}))
    target = sections.get("target")
    host = target.get("kind") if isinstance(target, Mapping) else None
    if host == "aks":
        filled["target"] = _over(AksTarget, environment, target)
    containers = sections.get("containers")
    if isinstance(containers, list | tuple):
        filled["containers"] = [_with_scaling(container, environment, host) for container in containers]
    return filled


def picked(sections: Mapping[str, Any], environment: Environment) -> Iterator[tuple[str, object]]:
    """What the environment decides where sections of a stack file that holds leave it open, by path."""
    account, target = sections.get("account", {}), sections.get("target", {})
    places: list[tuple[type[BaseModel], str, Mapping[str, Any]]] = []
    if account.get("mode", "create") == "create":
        places.append((Account, "speech:account", account))
    if target.get("kind") == "aks":
        places.append((AksTarget, "speech:target", target))
    if target.get("kind") not in WITHOUT_SCALING:
        for at, container in enumerate(sections.get("containers", ())):
            if not kind(container["kind"]).once:
                places.append((Scaling, f"speech:containers[{at}].scaling", container.get("scaling", {})))
    for settings, path, given in places:
        for name, by_environment in DEFAULTS[settings].items():
            if name not in given:
                yield f"{path}.{name}", by_environment[environment]


def _with_scaling(container: object, environment: Environment, host: object) -> object:
    if not isinstance(container, Mapping):
        return container
    facts = kinds().get(str(container.get("kind")))
    # A container that works on a GPU leaves its processor idle: nothing would be added while it is busy.
    by = "fixed" if host in WITHOUT_SCALING or (facts and facts.gpu) else "cpu"
    scaling = container.get("scaling", {})
    return {
        **container,
        "scaling": _over(Scaling, environment, {"by": by, **scaling} if isinstance(scaling, Mapping) else scaling),
    }


def _over(settings: type[BaseModel], environment: Environment, given: object) -> object:
    defaults = {name: by_environment[environment] for name, by_environment in DEFAULTS[settings].items()}
    return {**defaults, **given} if isinstance(given, Mapping) else given
