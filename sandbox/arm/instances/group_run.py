"""One start of a container group: its init containers one after the other, then its containers beside each other."""

from collections.abc import Callable
from functools import partial

from sandbox.arm.instances.container_life import ContainerLife
from sandbox.arm.model import dig
from sandbox.arm.store import Document, Resource
from sandbox.kube.images import is_played
from sandbox.kube.process import Process

_NOT_RUN = "not run"


class GroupRun:
    """The containers of one generation of a group. `group` has its whole specification."""

    def __init__(
        self, group: Resource, start: Callable[[Document], Process], now: Callable[[], float], pause_seconds: float
    ) -> None:
        self.group = group
        restart = str(group.properties["restartPolicy"])
        # An init container runs to its end, whatever the policy of the others.
        once = "Never" if restart == "Never" else "OnFailure"
        self._init = {
            each["name"]: ContainerLife(each, once, partial(start, each), now, pause_seconds)
            for each in group.properties["initContainers"]
            if is_played(each["properties"])
        }
        self._containers = [
            ContainerLife(each, restart, partial(start, each), now, pause_seconds)
            for each in group.properties["containers"]
            if is_played(each["properties"])
        ]

    @property
    def key(self) -> tuple[str, int]:
        """Which start of which group it is."""
        return str(self.group.hidden["uid"]), int(self.group.hidden["generation"])

    @property
    def processes(self) -> list[Process]:
        """Those that have not been seen to end."""
        lives = [*self._init.values(), *self._containers]
        return [life.process for life in lives if life.process and life.process.exit_status is None]

    @property
    def ports(self) -> dict[int, str]:
        """Where the containers listen on this machine, by their own ports."""
        return {number: address for life in self._containers for number, address in life.ports.items()}

    def follow(self) -> None:
        """Moves on: the next init container once the one before has ended well."""
        for life in self._init.values():
            life.follow()
            if not (life.over and life.exit_code == 0):
                return
        for life in self._containers:
            life.follow()

    def stop(self) -> None:
        """Asks every process to end."""
        for life in (*self._init.values(), *self._containers):
            life.stop()

    @property
    def state(self) -> str:
        """The state of the group."""
        if any(life.over and life.exit_code for life in self._init.values()):
            return "Failed"
        if self._containers and all(life.over for life in self._containers):
            return "Failed" if any(life.exit_code for life in self._containers) else "Succeeded"
        whole = len(self._containers) == len(self.group.properties["containers"])
        running = all(life.state == "Running" or life.over for life in self._containers)
        return "Running" if whole and running else "Pending"

    def view(self) -> Document:
        """{state, events, containers}, as `group_states.tell` takes it."""
        told = {life.name: life.view() for life in (*self._init.values(), *self._containers)}
        for each in (*self.group.properties["containers"], *self.group.properties["initContainers"]):
            told.setdefault(each["name"], _unplayed(each))
        return {"state": self.state, "events": [], "containers": told}

    def rows(self) -> list[Document]:
        """What `GET /sandbox/workloads` answers of the group: a row for each container."""
        lives = {life.name: life for life in self._containers}
        init = [self._init_row(each) for each in self.group.properties["initContainers"]]
        return [
            {
                "group": self.group.name,
                "resource_group": self.group.id.split("/")[4],
                "container": each["name"],
                **self._row(each, lives.get(each["name"])),
                "init": init,
            }
            for each in self.group.properties["containers"]
        ]

    def _row(self, container: Document, life: ContainerLife | None) -> Document:
        declared = [int(port["port"]) for port in container["properties"]["ports"]]
        row: Document = {"url": None, "port": declared[0] if declared else None, "address": None, "pid": None}
        if life is None:
            reason = f"the sandbox plays no container of image {container['properties']['image']}"
            return {**row, "state": _NOT_RUN, "ready": False, "restarts": 0, "reason": reason}
        ports, reason = life.ports, life.reason
        if ports:
            row |= {"address": next(iter(ports.values())), "port": next(iter(ports)), "url": self._url(ports)}
        if ports and declared and not set(declared) & set(ports):
            reason = f"nothing listens on port {declared[0]}: the container listens on {next(iter(ports))}"
        row["pid"] = life.process.pid if life.process else None
        state = life.state
        if state == "Running" and not ports:  # to Azure it runs; who reads this row wants to call it
            state, reason = "Waiting", "it does not listen yet"
        return {**row, "state": state, "ready": life.ready, "restarts": life.restarts, "reason": reason}

    def _url(self, ports: dict[int, str]) -> str | None:
        """The address under which the group shows the port to others; None where it does not."""
        address = self.group.properties.get("ipAddress") or {}
        shown = next((port["port"] for port in address.get("ports", []) if port["port"] in ports), None)
        return f"http://{address.get('fqdn') or address['ip']}:{shown}" if shown else None

    def _init_row(self, container: Document) -> Document:
        life = self._init.get(container["name"])
        if life is None:
            image = dig(container, "properties.image")
            reason = f"the sandbox runs no shell and plays no container of image {image}"
            return {"name": container["name"], "state": _NOT_RUN, "reason": reason, "exit_code": None}
        return {"name": life.name, "state": life.state, "reason": life.reason, "exit_code": life.exit_code}


def _unplayed(container: Document) -> Document:
    reason = f"the sandbox plays no container of image {dig(container, 'properties.image')}"
    return {"restartCount": 0, "currentState": {"state": "Waiting", "detailStatus": reason}, "events": []}
