"""The diagnostic container as a container group that runs once, where the stack's groups run."""

import time
from typing import Any

from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerinstance import ContainerInstanceManagementClient
from azure.mgmt.containerinstance.models import ContainerGroup

from operations.doctor.inside_run import PAUSE_SECONDS, Ended, NotRunError, Waited, last_line
from operations.doctor.login import session
from operations.doctor.subject import Subject
from speech.capacity.plan import Plan
from speech.manifests import groups
from speech.manifests.arguments import API_KEY
from speech.manifests.egress import no_proxy
from speech.manifests.groups_wiring import GroupWiring, Pull
from speech.settings.stack import Stack
from speech.settings.target import ContainerInstancesTarget

_LINES = 20
_AT_TOP = ("location", "tags", "identity", "zones")
_SUBNET = "groups"
"""Of the network that a stack makes for its groups."""

Document = dict[str, Any]


def run(subject: Subject, stack: Stack, plan: Plan, told: dict[str, Any], waited: Waited) -> Ended:
    """`plan` has the diagnostic container alone; `told` are the stack's outputs. Raises NotRunError, AzureError."""
    login = session(subject)
    (group,), (container,) = plan.container_groups, plan.containers
    key = told["keys"][stack.billing.active_key]
    document = groups.document(group, container, _wiring(subject, stack, told, login.subscription), {API_KEY: key})
    where = plan.names["resource_group"]
    with login.client(ContainerInstanceManagementClient) as client:
        api = client.container_groups
        try:
            wanted: ContainerGroup = ContainerGroup.deserialize(_in_arm(document))
            api.begin_create_or_update(where, group.name, wanted).result()
            while True:
                found = next(one for one in api.get(where, group.name).containers if one.name == groups.SPEECH)
                state = found.instance_view.current_state if found.instance_view else None
                if state and state.state == "Terminated":
                    log = client.containers.list_logs(where, group.name, groups.SPEECH, tail=_LINES).content or ""
                    return Ended(state.exit_code == 0, last_line(log))
                doing = (state and (state.detail_status or state.state)) or "Pending"
                if not waited(f"the diagnostic container: {doing}"):
                    return Ended(None, doing)
                time.sleep(PAUSE_SECONDS)
        except HttpResponseError as refused:
            raise NotRunError(refused.message or str(refused)) from None
        finally:
            api.begin_delete(where, group.name).result()


def _wiring(subject: Subject, stack: Stack, told: dict[str, Any], subscription: str) -> GroupWiring:
    target = stack.target
    if not isinstance(target, ContainerInstancesTarget):
        raise TypeError(target)
    group = f"{subscription}/resourceGroups/{subject.plan.names['resource_group']}/providers"
    own = f"{group}/Microsoft.Network/virtualNetworks/{subject.plan.names['network']}/subnets/{_SUBNET}"
    inside = subject.plan.exposure.kind == "internal"
    server, identity = subject.plan.pull_server, subject.plan.names["identity"]
    if server and stack.registry.resource_id is None:
        raise NotRunError(f"{server} asks for a password, which doctor does not read")
    puller = f"{group}/Microsoft.ManagedIdentity/userAssignedIdentities/{identity}"
    return GroupWiring(
        location=subject.plan.location,
        billing=told["endpoint"],
        guard_image=subject.plan.images.guard,
        no_proxy=no_proxy(stack),
        disconnected=subject.plan.disconnected,
        subnet_id=(target.subnet_id or own) if inside else None,
        dns_servers=target.dns_servers,
        pull=Pull(server, identity=puller) if server else None,
        tags=stack.tags,
    )


def _in_arm(document: Document) -> Document:
    """As Resource Manager takes it: the provider's words are the same, but flat, and its identities are a list."""
    rest = {name: value for name, value in document.items() if name not in {*_AT_TOP, "containerGroupName"}}
    for name in ("containers", "initContainers"):
        rest[name] = [
            {"name": each["name"], "properties": {key: value for key, value in each.items() if key != "name"}}
            for each in rest.get(name) or []
        ]
    top = {name: document[name] for name in _AT_TOP if name in document}
    if identity := top.get("identity"):
        top["identity"] = {
            **identity,
            "userAssignedIdentities": {each: {} for each in identity["userAssignedIdentities"]},
        }
    return {**top, "properties": rest}
