"""Docker hosts: one of each container, each on a port of its own."""

from collections.abc import Sequence

from speech.capacity.containers import Sized
from speech.capacity.drain import drain, group_waits
from speech.capacity.money import CostLine
from speech.capacity.placement import Place, Placement
from speech.capacity.plan import Range
from speech.settings.faults import Finding, Severity
from speech.settings.stack import Stack


def placed(stack: Stack, made: Sequence[Sized]) -> Placement:
    """Ports of the host, from the kind's own upwards in the order of the stack file."""
    ports = host_ports(made)
    places = {
        each.container.name: Place(
            replicas=Range(1, 1),
            fixed=True,
            # As clients on the host itself have it: which others reach it is for its firewall to say.
            host="localhost",
            host_port=ports.get(each.container.name),
            waits=group_waits(each.startup_minutes),
        )
        for each in made
    }
    running = [each.pods.shape for each in made if not each.facts.once]
    cpu, memory = sum(shape.cpu for shape in running), sum(shape.memory_gib for shape in running)
    return Placement(
        places=places,
        drain=drain(stack.network.longest_stream_minutes, 1, max(each.facts.startup_minutes for each in made)),
        cost=(CostLine("hosts of your own", None),),
        why=(
            f"a host runs one of each container: {cpu:g} cpu and {memory:g} GiB in all",
            "compute is not priced: the hosts are yours",
        ),
        warnings=tuple(_more_hosts(made, stack)),
    )


def host_ports(made: Sequence[Sized]) -> dict[str, int]:
    """By container, the first port from its kind's own upwards that no container before it has."""
    taken: dict[str, int] = {}
    for each in made:
        port = each.facts.port
        if port is not None:
            while port in taken.values():
                port += 1
            taken[each.container.name] = port
    return taken


def _peak_of(each: Sized) -> str:
    """The word by which the stack file says the peak."""
    demand = each.container.demand
    return "characters_a_second" if demand and demand.characters_a_second else "concurrent_streams"


def _more_hosts(made: Sequence[Sized], stack: Stack) -> list[Finding]:
    """Demand that one container does not carry needs more hosts."""
    paths = {container.name: f"speech:containers[{at}]" for at, container in enumerate(stack.containers)}
    return [
        Finding(
            f"{paths[each.container.name]}.demand.{_peak_of(each)}",
            f"needs {each.pods.peak} containers of {each.pods.streams_per_pod} streams, and a host runs one: take"
            f" {each.pods.peak} hosts, or give the container more cpu",
            Severity.WARNING,
        )
        for each in made
        if each.pods.peak > 1
    ]
