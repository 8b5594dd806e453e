"""Microsoft.ContainerInstance: container groups, their life, and what a region has to give."""

import re
import uuid
from copy import deepcopy
from pathlib import Path

from sandbox.arm import group_states, instance_quota, operations, principals
from sandbox.arm.errors import ArmError, conflict, resource_not_found
from sandbox.arm.ids import normal_location
from sandbox.arm.instance_quota import GROUP_TYPE
from sandbox.arm.model import Answer, Call, Provider, ResourceType, Route, Wire, World
from sandbox.arm.providers import group_checks, group_networks, group_sources, group_updates
from sandbox.arm.store import Document, Resource

_VERSIONS = frozenset(
    {"2021-10-01", "2022-09-01", "2023-05-01", "2024-05-01-preview", "2024-10-01-preview", "2024-11-01-preview",
     "2025-09-01", "2026-07-01"}
)  # fmt: skip
_LOG_BYTES = 4 * 2**20
_DEFAULTS: Document = {"properties": {"sku": "Standard", "restartPolicy": "Always", "initContainers": []}}


def _complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    if call.method == "PATCH" and existing:  # takes tags only, and its body has no secrets
        wanted.document["properties"] = deepcopy(existing.properties)
        return
    hidden = wanted.hidden
    principals.settle_identity(call.world, wanted, existing)
    group_checks.complete(wanted)
    if existing:
        group_updates.check(wanted, existing)
    before = hidden.get("specification")
    changed = before is None or group_updates.needs_restart(wanted.properties, before)
    if existing and changed and group_states.has_ended(call.store, existing):
        # container-instances-update; the code is assumed.
        text = f"The container group '{wanted.name}' has ended. Terminated container groups can't be updated."
        raise conflict("ContainerGroupTerminated", text)
    hidden.setdefault("uid", str(uuid.uuid4()))
    hidden.setdefault("stopped", False)
    group_networks.settle(call, wanted, moved=False)
    group_sources.check(call.store, wanted)
    hidden["generation"] = hidden.get("generation", 0) + changed
    if not hidden["stopped"]:
        instance_quota.check(call.store, wanted)
    hidden["specification"] = deepcopy(wanted.properties)
    wanted.document["properties"] = group_updates.shown(wanted.properties)


def _start(call: Call, group: Resource) -> Answer:
    """Compute is allocated anew: quota is asked for, and the address is another one."""
    if not group.hidden["stopped"]:
        return Answer(204)
    instance_quota.check(call.store, group)
    whole = _whole(group)
    group_networks.settle(call, whole, moved=True)
    group_sources.check(call.store, whole)
    group.hidden = {**whole.hidden, "stopped": False, "specification": whole.properties}
    group.document["properties"] = {**group.properties, **group_updates.shown(whole.properties)}
    _begin_anew(call, group)
    return Answer(202, None, operations.begin(call, group, "start", Wire(202, "both")))


def _restart(call: Call, group: Resource) -> Answer:
    """Answered with 204, at which clients do not poll."""
    group.hidden["stopped"] = False
    _begin_anew(call, group)
    return Answer(204)


def _begin_anew(call: Call, group: Resource) -> None:
    group.hidden["generation"] += 1
    call.store.save(group)


def _stop(call: Call, group: Resource) -> Answer:
    group.hidden["stopped"] = True
    call.store.save(group)
    return Answer(204)


def _whole(group: Resource) -> Resource:
    """The group with its secrets."""
    properties = deepcopy(group.hidden["specification"])
    return Resource(group.id, GROUP_TYPE, {**group.document, "properties": properties}, dict(group.hidden))


def _busy(holder: Resource, operation: Document) -> ArmError | None:
    del operation
    text = f"The container group '{holder.name}' is still transitioning, please retry later."
    return conflict("ContainerGroupTransitioning", text)


def _logs(call: Call) -> Answer:
    """The container's last lines, since it was last started anew."""
    names = call.match
    place = f"/subscriptions/{names['subscription']}/resourceGroups/{names['group']}/providers/{GROUP_TYPE}"
    group = call.store.resource(f"{place}/{names['name']}")
    listed = [*group.properties["containers"], *group.properties["initContainers"]] if group else []
    if not group or names["container"] not in {each["name"] for each in listed}:
        raise resource_not_found(f"{GROUP_TYPE}/containers", f"{names['name']}/{names['container']}", names["group"])
    file = group_states.log_of(call.store, group, names["container"])
    lines = _tail(Path(file)).splitlines(keepends=True) if file else []
    wanted = int(call.query.get("tail", "0"))
    return Answer(200, {"content": "".join(lines[-wanted:] if wanted else lines)})


def _tail(file: Path) -> str:
    if not file.exists():
        return ""
    with file.open("rb") as log:
        log.seek(max(file.stat().st_size - _LOG_BYTES, 0))
        return log.read().decode(errors="replace")


def _usages(call: Call) -> Answer:
    region = normal_location(call.match["location"])
    usage = instance_quota.used(call.store, region)
    listed = [
        {
            "unit": "Count",
            "currentValue": int(usage[name]),
            "limit": instance_quota.limit(call.store, region, name),
            "name": {"value": name, "localizedValue": shown},
        }
        for name, shown in instance_quota.NAMES.items()
    ]
    return Answer(200, {"value": listed})


def _capabilities(call: Call) -> Answer:
    region = normal_location(call.match["location"])
    cpus, memory = instance_quota.largest(call.store, region)
    listed = [
        {
            "resourceType": "containerGroups",
            "osType": "Linux",
            "location": region,
            "ipAddressType": kind,
            "gpu": "None",
            "capabilities": {"maxMemoryInGB": memory, "maxCpu": cpus, "maxGpuCount": 0},
        }
        for kind in ("Public", "Private")
    ]
    return Answer(200, {"value": listed})


def _removing(world: World, group: Resource) -> None:
    group_states.forget(world.store, group)


_IN = "/subscriptions/{subscription}/providers/Microsoft.ContainerInstance/locations/{location}"
_LOGS = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerInstance/containerGroups/{name}"
    "/containers/{container}/logs"
)
PROVIDER = Provider(
    namespace="Microsoft.ContainerInstance",
    types=(
        ResourceType(
            name=GROUP_TYPE,
            versions=_VERSIONS,
            name_rule=re.compile(r"(?!.*--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"),
            create=Wire(201, "async"),
            update=Wire(200, "async"),
            delete=Wire(202, "location"),
            states=("Pending", "Updating"),
            defaults=_DEFAULTS,
            complete=_complete,
            removing=_removing,
            busy=_busy,
            view=group_states.view,
            actions={"start": _start, "restart": _restart, "stop": _stop},
        ),
    ),
    routes=(
        Route("GET", _LOGS, _logs, _VERSIONS),
        Route("GET", _IN + "/usages", _usages, _VERSIONS),
        Route("GET", _IN + "/capabilities", _capabilities, _VERSIONS),
    ),
)
