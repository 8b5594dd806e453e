"""The parts of a stack file that could be read, so that rules speak even where other parts are broken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from speech.settings.account import Account, Billing
from speech.settings.containers import Container
from speech.settings.network import Network
from speech.settings.stack import Environment, Stack
from speech.settings.target import AksTarget, ContainerInstancesTarget, DockerTarget, KubernetesTarget, Target


@dataclass(frozen=True, slots=True)
class Draft:
    """A stack with holes: a part that could not be read is None, a container that could not be read is left out."""

    raw: Mapping[str, Any]
    environment: Environment | None
    location: str | None
    account: Account | None
    billing: Billing | None
    target: AksTarget | KubernetesTarget | ContainerInstancesTarget | DockerTarget | None
    network: Network | None
    containers: Mapping[int, Container]
    acknowledged: frozenset[str]

    @property
    def is_prod(self) -> bool:
        """Whether what the catalogue does not know is a fault."""
        return self.environment is Environment.PROD

    def named(self) -> Iterator[tuple[str, Container]]:
        """The containers with the paths that faults give them."""
        for index, container in self.containers.items():
            yield f"speech:containers[{index}]", container


def complete(stack: Stack, raw: Mapping[str, Any]) -> Draft:
    """The draft of a stack that was read whole."""
    return Draft(
        raw=raw,
        environment=stack.environment,
        location=stack.location,
        account=stack.account,
        billing=stack.billing,
        target=stack.target,
        network=stack.network,
        containers=dict(enumerate(stack.containers)),
        acknowledged=frozenset(stack.acknowledge),
    )


def salvage(raw: Mapping[str, Any]) -> Draft:
    """What can be read of a broken stack file, part by part."""
    containers = raw.get("containers")
    read = {
        index: _read(Container, container)
        for index, container in enumerate(containers if isinstance(containers, list | tuple) else ())
    }
    return Draft(
        raw=raw,
        environment=_read(Environment, raw.get("environment")),
        location=_read(str, raw.get("location")),
        account=_read(Account, raw.get("account")),
        billing=_read(Billing, raw.get("billing")),
        target=_read(Target, raw.get("target")),
        network=_read(Network, raw.get("network")),
        containers={index: container for index, container in read.items() if container is not None},
        acknowledged=frozenset(_read(tuple[str, ...], raw.get("acknowledge", ())) or ()),
    )


def _read(form: Any, value: object) -> Any:  # noqa: ANN401  # a Target is a union, which no type variable binds
    try:
        return TypeAdapter(form).validate_python(value)
    except ValidationError:
        return None
