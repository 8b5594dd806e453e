"""What `speech verify` asks, of a stack's containers or of its cluster."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from operations.stack_outputs import NoOutputsError, outputs
from operations.verify import docker_host
from operations.verify.check import Section
from operations.verify.images import Running, UnknownImagesError
from operations.verify.progress import Progress
from operations.verify.run import run
from operations.verify.target import Asking, Target, targets
from speech.capacity.plan import Plan
from speech.files.stack_file import FailedError, UnreadableError
from speech.settings.stack import Stack

if TYPE_CHECKING:
    from operations.verify.kube import Cluster

_CLUSTERS = {"aks", "kubernetes"}


@dataclass(frozen=True, slots=True)
class Question:
    """What the user wants to know."""

    stack: Stack
    plan: Plan
    project: Path
    asking: Asking
    only: tuple[str, ...] = ()
    """These containers; none: all."""
    streams: int = 0


def of_containers(asked: Question) -> list[Section]:
    """Every container that serves. Raises UnreadableError for names that none has, FailedError for a stack not up."""
    plan, addresses = asked.plan, asked.asking.addresses
    serving = [container.name for container in plan.containers if container.port is not None]
    for name in asked.only:
        if name not in serving:
            raise UnreadableError(f'--container: "{name}" serves nothing here; there are: {", ".join(serving)}')
    with Progress(Console(stderr=True)) as progress:
        told, why = _told(asked, progress)
        found = targets(plan, told.get("containers", {}), asked.only)
        names = {target.name for target in found}
        for name in addresses:
            if name not in names:
                raise UnreadableError(f'--address: "{name}" is none of {", ".join(sorted(names)) or "nothing"}')
        if why is not None and names - addresses.keys():
            remedy = f"pulumi up --stack {plan.stack}, or an --address for each container"
            raise FailedError(f"{plan.stack}: {why}\n  {remedy}")
        tunnels, running = _inside(asked, told, why)
        progress.expect(len(found))
        return run(found, asked.asking, tunnels, running, asked.streams, progress)


def of_cluster(asked: Question) -> list[Section]:
    """Whether the cluster takes the stack, up or not. Raises UnreadableError for a stack that has none."""
    if asked.plan.target not in _CLUSTERS:
        raise UnreadableError(f"--cluster: {asked.plan.stack} runs on {asked.plan.target}, in no cluster")
    with Progress(Console(stderr=True)) as progress:
        told, _ = _told(asked, progress)
        from operations.verify.cluster.section import section  # noqa: PLC0415  # the other half of the command

        progress.expect(1)
        return [section(asked.stack, asked.plan, told, asked.project, asked.asking.context, progress)]


def _told(asked: Question, progress: Progress) -> tuple[dict[str, Any], str | None]:
    progress.tell(asked.plan.stack, "asks the engine for its outputs", None)
    try:
        return outputs(asked.plan.stack, asked.project), None
    except NoOutputsError as error:
        return {}, str(error)


def _inside(
    asked: Question, told: Mapping[str, Any], why: str | None
) -> tuple["Cluster | None", Callable[[Target], Sequence[Running]]]:
    """The way through the cluster's API, where the stack has one, and who tells which images run."""
    if asked.plan.container_groups:
        from operations.verify import groups  # noqa: PLC0415  # the SDK takes its time

        return None, groups.running(asked.plan)
    if asked.plan.target not in _CLUSTERS:
        return None, docker_host.running
    if why is not None and asked.asking.context is None:
        return None, _nobody(why)
    from operations.verify import kube  # noqa: PLC0415  # as above

    try:
        found = kube.cluster(asked.stack, asked.plan, told, asked.project, asked.asking.context)
    except kube.NoClusterError as error:
        return None, _nobody(str(error))
    return found, found.running


def _nobody(why: str) -> Callable[[Target], Sequence[Running]]:
    def unknown(_: Target) -> Sequence[Running]:
        raise UnknownImagesError(why)

    return unknown
