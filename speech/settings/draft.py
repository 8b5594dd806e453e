"""The parts of a stack file that could be read, so that rules speak even where other parts are broken."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from speech.settings.account import Account, Billing, ModelAccount
from speech.settings.containers import Container
from speech.settings.network import Network
from speech.settings.operations import Monitoring, Registry
from speech.settings.stack import MOST_ACKNOWLEDGED, Environment, Stack
from speech.settings.target import AksTarget, ContainerInstancesTarget, DockerTarget, KubernetesTarget, Target

MOST_CONTAINERS = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """A stack with holes: a part that could not be read is None, a container that could not be read is left out."""

    written: Mapping[str, Any]
    """Sections as the file has them, without defaults."""
    today: date | None
    environment: Environment | None
    location: str | None
    account: Account | None
    billing: Billing | None
    target: AksTarget | KubernetesTarget | ContainerInstancesTarget | DockerTarget | None
    network: Network | None
    monitoring: Monitoring | None
    registry: Registry | None
    model_account: ModelAccount | None
    tags: Mapping[str, str]
    containers: Mapping[int, Container]
    """By their place in the list; those beyond MOST_CONTAINERS are left out, which is a fault of its own."""
    acknowledged: frozenset[str]

    @property
    def is_prod(self) -> bool:
        """Whether what the catalogue does not know is a fault."""
        return self.environment is Environment.PROD

    @property
    def disconnected(self) -> bool:
        """Whether containers run without a way to Azure."""
        return self.billing is not None and self.billing.mode == "disconnected"

    @property
    def in_given_subnet(self) -> bool:
        """Whether containers run in a subnet of the user's."""
        return isinstance(self.target, AksTarget | ContainerInstancesTarget) and self.target.subnet_id is not None

    def written_containers(self) -> tuple[Mapping[str, Any], ...]:
        """The containers as the file has them, without defaults, those too that could not be read."""
        given = self.written.get("containers")
        return tuple(each if isinstance(each, Mapping) else {} for each in given) if isinstance(given, list) else ()

    def named(self) -> Iterator[tuple[str, Container]]:
        """The containers with the paths that faults give them."""
        for index, container in self.containers.items():
            yield f"speech:containers[{index}]", container


def complete(stack: Stack, written: Mapping[str, Any], today: date | None) -> Draft:
    """The draft of a stack that was read whole."""
    return Draft(
        written=written,
        today=today,
        environment=stack.environment,
        location=stack.location,
        account=stack.account,
        billing=stack.billing,
        target=stack.target,
        network=stack.network,
        monitoring=stack.monitoring,
        registry=stack.registry,
        model_account=stack.model_account,
        tags=stack.tags,
        containers=dict(enumerate(stack.containers[:MOST_CONTAINERS])),
        acknowledged=frozenset(stack.acknowledge),
    )


def salvage(filled: Mapping[str, Any], written: Mapping[str, Any], today: date | None) -> Draft:
    """What can be read of a broken stack file, part by part; `filled` has the defaults of its environment."""
    acknowledged = _read(TypeAdapter(tuple[str, ...]).validate_python, filled.get("acknowledge", ())) or ()
    containers = filled.get("containers")
    read = {
        index: _read(Container.model_validate, container)
        for index, container in enumerate(containers[:MOST_CONTAINERS] if isinstance(containers, list | tuple) else ())
    }
    return Draft(
        written=written,
        today=today,
        environment=_read(TypeAdapter(Environment).validate_python, filled.get("environment")),
        location=_read(TypeAdapter(str).validate_python, filled.get("location")),
        account=_read(Account.model_validate, filled.get("account")),
        billing=_read(Billing.model_validate, filled.get("billing")),
        target=_read(TypeAdapter(Target).validate_python, filled.get("target")),
        network=_read(Network.model_validate, filled.get("network")),
        monitoring=_read(Monitoring.model_validate, filled.get("monitoring", {})),
        registry=_read(Registry.model_validate, filled.get("registry", {})),
        model_account=_read(ModelAccount.model_validate, filled.get("model_account")),
        tags=_read(TypeAdapter(dict[str, str]).validate_python, filled.get("tags", {})) or {},
        containers={index: container for index, container in read.items() if container is not None},
        acknowledged=frozenset(acknowledged[:MOST_ACKNOWLEDGED]),
    )


def _read(validate: Callable[[object], Any], value: object) -> Any:  # noqa: ANN401  # each part has a type of its own
    try:
        return validate(value)
    except ValueError:
        return None
