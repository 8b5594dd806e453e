"""A Kubernetes cluster of the user's own: pods as the demand has them, nodes and their cost are his."""

from collections.abc import Sequence
from dataclasses import replace

from speech.capacity.containers import Sized
from speech.capacity.drain import drain, waits
from speech.capacity.exposure import exposure, host
from speech.capacity.money import CostLine
from speech.capacity.names import namespace
from speech.capacity.placement import Place, Placement
from speech.settings.containers import ScaleBy
from speech.settings.stack import Stack
from speech.settings.target import KubernetesTarget

_HTTP_PORT = 80


def placed(stack: Stack, target: KubernetesTarget, made: Sequence[Sized]) -> Placement:
    """Pods and their waits; the stack neither makes nor pays nodes."""
    behind_ingress = target.ingress_class is not None and stack.network.domain is not None
    exposed = exposure(stack.network)
    if behind_ingress:
        # An Ingress gives names outside to what is exposed inside alone.
        exposed = replace(exposed, kind="internal")
    drained = drain(stack.network.longest_stream_minutes, 1, max(each.facts.startup_minutes for each in made))
    places = {
        each.container.name: Place(
            replicas=each.pods.replicas,
            fixed=each.container.scaling.by is ScaleBy.FIXED,
            host=host(exposed, each.container.name, namespace(stack)),
            entrance=exposed.entrance if each.facts.port else None,
            host_port=_HTTP_PORT if behind_ingress and each.facts.port else None,
            waits=waits(each.startup_minutes, drained.grace_seconds, each.pods.replicas.max),
        )
        for each in made
    }
    running = [
        (each.pods, each.pods.replicas.max + each.container.scaling.spare_pods) for each in made if not each.facts.once
    ]
    cpu = sum(pods.shape.cpu * count for pods, count in running)
    memory = sum(pods.shape.memory_gib * count for pods, count in running)
    return Placement(
        places=places,
        drain=drained,
        cost=(CostLine("nodes of your own", None),),
        why=(
            f"at the peak the pods ask for {cpu:g} cpu and {memory:g} GiB in all",
            "compute is not priced: the nodes are yours",
        ),
    )
