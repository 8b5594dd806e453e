"""Resources as rules read them: plain values, and one word for what a preview cannot know yet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi_policy import proxy
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY, serialize_properties

CLUSTER_TYPES: Final = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job")
GROUP: Final = "azure-native:containerinstance:ContainerGroup"


class Unknown:
    """A value that only an update will know. Rules pass it: they are asked again by the update itself."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
_UNKNOWNS: Final = frozenset(value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_"))


class Marked:
    """A value that is marked secret; what it is, nobody here reads."""

    def __repr__(self) -> str:
        return "MARKED"


MARKED: Final = Marked()


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource, by what the program asks for."""

    type: str
    """`azure-native:keyvault:Vault`, whatever API version the program names."""
    urn: str
    props: Mapping[str, Any]
    protect: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What rules may ask of the stack."""

    acknowledged: frozenset[str] = frozenset()
    """speech:acknowledge of the stack file."""
    registries: tuple[str, ...] = ()
    """Hosts that images may come from; none given: any that is named."""
    tags: tuple[str, ...] = ("environment",)
    """Tags that every Azure resource carries."""


@dataclass(frozen=True, slots=True)
class Container:
    """A container of a pod or of a container group."""

    path: str
    """Of its document, from the resource's properties."""
    body: Mapping[str, Any] = field(default_factory=dict)


def plain(value: object) -> Any:  # noqa: ANN401  # whatever it is made of
    """The library's read-only views as dicts and lists, UNKNOWN where a value is not known."""
    if isinstance(value, Mapping):
        return {key: _member(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_member(value, index) for index in range(len(value))]
    return value


def _member(value: Any, key: Any) -> Any:  # noqa: ANN401  # as above
    try:
        return plain(value[key])
    except proxy.UnknownValueError:
        return UNKNOWN


def marked(props: Mapping[str, Any]) -> Any:  # noqa: ANN401  # as above
    """What a remediation gets, MARKED where a value is secret: its views hide that, so it is read as it is sent."""
    return _without_secrets(serialize_properties(props))


def _without_secrets(value: Any) -> Any:  # noqa: ANN401  # as above
    if isinstance(value, Mapping):
        secret = value.get(SPECIAL_SIG_KEY) == SPECIAL_SECRET_SIG
        return MARKED if secret else {key: _without_secrets(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_secrets(one) for one in value]
    return UNKNOWN if isinstance(value, str) and value in _UNKNOWNS else value


def token(resource_type: str) -> str:
    """A type without its API version: `azure-native:keyvault/v20230701:Vault` is a Vault as any."""
    package, _, rest = resource_type.partition(":")
    module, _, name = rest.partition(":")
    return f"{package}:{module.partition('/')[0]}:{name}" if package == "azure-native" else resource_type


def at(props: object, *way: str) -> Any:  # noqa: ANN401  # as above
    """The value down there: None where there is none, UNKNOWN where it lies inside something unknown."""
    for step in way:
        if props is UNKNOWN:
            return UNKNOWN
        props = props.get(step) if isinstance(props, Mapping) else None
    return props


def items(props: object, *way: str) -> list[Any]:
    """The list down there; empty where there is none, or where it is not known."""
    found = at(props, *way)
    return found if isinstance(found, list) else []


def containers(resource: Resource) -> Iterator[Container]:
    """Every container of a pod, of what makes pods, or of a container group."""
    if resource.type == GROUP:
        for part in ("containers", "initContainers"):
            yield from _listed(resource.props, part)
        return
    for way in pod_specs(resource):
        for part in ("containers", "initContainers"):
            yield from _listed(resource.props, *way, part)


def pod_specs(resource: Resource) -> Iterator[tuple[str, ...]]:
    """Where the resource's pods are described."""
    package, _, rest = resource.type.partition(":")
    kind = rest.rpartition(":")[2]
    if package != "kubernetes":
        return
    if kind == "Pod":
        yield ("spec",)
    elif kind in CLUSTER_TYPES:
        yield ("spec", "template", "spec")
    elif kind == "CronJob":
        yield ("spec", "jobTemplate", "spec", "template", "spec")


def _listed(props: object, *way: str) -> Iterator[Container]:
    for index, body in enumerate(items(props, *way)):
        if isinstance(body, Mapping):
            yield Container(f"{'.'.join(way)}[{index}]", body)
