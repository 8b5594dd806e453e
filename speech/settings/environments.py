"""What an environment stands for: the defaults that `speech:environment` picks, each overridable in the stack file."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from speech.catalog.kinds import kind, kinds
from speech.settings.account import Account
from speech.settings.containers import Probes, Scaling
from speech.settings.options import Logging
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
    Probes: {
        # Whoever develops wants to see what hangs; in production a restart cuts the streams of a pod that is only slow.
        "liveness_minutes": {DEV: 2, TEST: 5, PROD: 5},
    },
    Logging: {
        # From Information on, a container's log holds what was said.
        "level": {DEV: "Information", TEST: "Information", PROD: "Warning"},
    },
}
"""The one table, by settings and field; docs/configuration.md shows it."""

_Place = tuple[type[BaseModel], str, Mapping[str, Any]]
_LOGGING = "logging"
WITHOUT_PROBES = ("docker",)
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
        filled["containers"] = [_with_picks(container, environment, host) for container in containers]
    return filled


def picked(sections: Mapping[str, Any], environment: Environment) -> Iterator[tuple[str, object]]:
    """What the environment decides where sections of a stack file that holds leave it open, by path."""
    account, target = sections.get("account", {}), sections.get("target", {})
    places: list[_Place] = []
    if account.get("mode", "create") == "create":
        places.append((Account, "speech:account", account))
    if target.get("kind") == "aks":
        places.append((AksTarget, "speech:target", target))
    for at, container in enumerate(sections.get("containers", ())):
        places += _of_container(f"speech:containers[{at}]", container, target.get("kind"))
    for settings, path, given in places:
        for name, by_environment in DEFAULTS[settings].items():
            if name not in given:
                yield f"{path}.{name}", by_environment[environment]


def _of_container(path: str, container: Mapping[str, Any], host: object) -> Iterator[_Place]:
    facts = kind(container["kind"])
    if host not in WITHOUT_SCALING and not facts.once:
        yield Scaling, f"{path}.scaling", container.get("scaling", {})
    if host not in WITHOUT_PROBES and not facts.once:
        yield Probes, f"{path}.probes", container.get("probes", {})
    if _LOGGING in facts.options:
        yield Logging, f"{path}.options.{_LOGGING}", (container.get("options") or {}).get(_LOGGING) or {}


def _with_picks(container: object, environment: Environment, host: object) -> object:
    if not isinstance(container, Mapping):
        return container
    facts = kinds().get(str(container.get("kind")))
    # A container that works on a GPU leaves its processor idle: nothing would be added while it is busy.
    by = "fixed" if host in WITHOUT_SCALING or (facts and facts.gpu) else "cpu"
    scaling = container.get("scaling", {})
    found = {
        **container,
        "scaling": _over(Scaling, environment, {"by": by, **scaling} if isinstance(scaling, Mapping) else scaling),
        "probes": _over(Probes, environment, container.get("probes", {})),
    }
    options = container.get("options", {})
    if facts and _LOGGING in facts.options and isinstance(options, Mapping):
        given = options.get(_LOGGING) or {}
        # What is every image's own level need not be said.
        if given or DEFAULTS[Logging]["level"][environment] != Logging().level:
            found["options"] = {**options, _LOGGING: _over(Logging, environment, given)}
    return found


def _over(settings: type[BaseModel], environment: Environment, given: object) -> object:
    defaults = {name: by_environment[environment] for name, by_environment in DEFAULTS[settings].items()}
    return {**defaults, **given} if isinstance(given, Mapping) else given
