"""Azure Container Instances: a group a replica, in public or in a network."""

from collections.abc import Iterator

import pulumi

from components.container_groups import ContainerGroups, ContainerGroupsArgs
from components.existing_account import ExistingAccount
from components.existing_network import ExistingNetwork, existing_network
from components.file_shares import FileShares, FileSharesArgs
from components.groups_network import GroupsNetwork, GroupsNetworkArgs
from components.hosts.host import Deployed, Surroundings
from components.hosts.private_links import private_links
from components.identity import IdentityArgs, identity_with_role
from components.key_vault import KeyVault
from components.role import ACR_PULL
from components.secrets_of import option_secrets, secret_at
from components.speech_account import SpeechAccount
from speech.capacity.plan import ContainerPlan
from speech.manifests import groups
from speech.manifests.arguments import API_KEY
from speech.manifests.egress import no_proxy
from speech.manifests.groups_wiring import GroupWiring, Pull, Storage
from speech.settings.target import ContainerInstancesTarget


class ContainerInstancesHost:
    """Makes a network where groups are not public and none is given, shares for their volumes, and the groups."""

    outbound_ip: pulumi.Output[str] | None = None
    subnet_id: pulumi.Output[str] | None = None

    def __init__(self, around: Surroundings, target: ContainerInstancesTarget) -> None:
        self._around, self._target = around, target
        self._network: GroupsNetwork | None = None
        self._theirs: ExistingNetwork | None = None
        if target.subnet_id is not None:
            self._theirs = existing_network(target.subnet_id, around.stack.network.endpoints_subnet_id)
            self.subnet_id = self._theirs.subnet_id
        elif around.plan.exposure.kind == "internal":
            self._network = self._made_network()
            self.subnet_id, self.outbound_ip = self._network.groups_subnet_id, self._network.outbound_ip

    def deploy(self, account: SpeechAccount | ExistingAccount, vault: KeyVault) -> Deployed:
        """Shares, and the groups of every container beside each other."""
        around, network = self._around, self._network
        joined = network or self._theirs
        links = private_links(around, account, vault, joined.network_id, joined.endpoints_subnet_id) if joined else []
        pull, may_pull = self._pull()
        files = self._files()
        wiring = GroupWiring(
            location=around.plan.location,
            billing=account.endpoint,
            guard_image=around.plan.images.guard,
            no_proxy=no_proxy(around.stack),
            disconnected=around.plan.disconnected,
            subnet_id=self.subnet_id,
            dns_servers=self._target.dns_servers,
            pull=pull,
            storage=Storage(files.account_name, files.key) if files else None,
            tags=around.tags,
        )
        key = account.keys.key1 if around.stack.billing.active_key == "key1" else account.keys.key2
        needs = [*links, *account.plans, *may_pull, *(files.shares if files else [])]
        made = dict(self._groups(wiring, key, needs))
        addresses = {
            name: pulumi.Output.all(*each.addresses) for name, each in made.items() if self._container(name).port
        }
        outputs = {"outbound_ip": network.outbound_ip} if network else {}
        return Deployed(addresses=addresses, outputs=outputs)

    def _groups(
        self, wiring: GroupWiring, key: pulumi.Output[str], needs: list[pulumi.Resource]
    ) -> Iterator[tuple[str, ContainerGroups]]:
        around, of_options = self._around, option_secrets(self._around.stack)
        for container in around.plan.containers:
            secrets = {API_KEY: key, **of_options.get(container.name, {})}
            args = ContainerGroupsArgs(
                resource_group=around.resource_group,
                documents=[
                    groups.document(group, container, wiring, secrets)
                    for group in around.plan.container_groups
                    if group.container == container.name
                ],
                once=container.once,
                needs=needs,
            )
            yield container.name, ContainerGroups(f"{around.name}-{container.name}", args, around.child)

    def _container(self, name: str) -> ContainerPlan:
        return next(container for container in self._around.plan.containers if container.name == name)

    def _made_network(self) -> GroupsNetwork:
        around, plan = self._around, self._around.plan
        args = GroupsNetworkArgs(
            resource_group=around.resource_group,
            network_name=plan.names["network"],
            addresses=plan.addresses,
            clients=plan.exposure.clients,
            ports=tuple(sorted({container.port for container in plan.containers if container.port})),
            service_endpoints=tuple(self._service_endpoints()),
            private_endpoints=around.stack.account.private_endpoint,
            tags=around.tags,
        )
        return GroupsNetwork(around.name, args, around.child)

    def _service_endpoints(self) -> Iterator[str]:
        if self._around.stack.account.service_endpoint:
            yield "Microsoft.CognitiveServices"
        # Shares are mounted in a network by nothing else (volume-azure-files page, 2025-11).
        if groups.shares(self._around.plan):
            yield "Microsoft.Storage"

    def _files(self) -> FileShares | None:
        around, shares = self._around, groups.shares(self._around.plan)
        if not shares:
            return None
        args = FileSharesArgs(
            resource_group=around.resource_group,
            # Only of a network of its own the stack knows that it has a service endpoint.
            subnet_id=self._network.groups_subnet_id if self._network else None,
            shares=shares,
            tags=around.tags,
        )
        return FileShares(around.name, args, around.child)

    def _pull(self) -> tuple[Pull | None, list[pulumi.Resource]]:
        """How groups pull from a registry that asks who they are, and what must be there before they can."""
        around, registry = self._around, self._around.stack.registry
        if around.plan.pull_server is None:
            return None, []
        if registry.resource_id is None:
            password = secret_at("registry.password")
            return Pull(around.plan.pull_server, username=registry.username, password=password), []
        puller = IdentityArgs(
            resource_group=around.resource_group,
            identity_name=around.plan.names["identity"],
            role=ACR_PULL,
            scope=pulumi.Output.from_input(registry.resource_id),
            purpose="images",
            tags=around.tags,
        )
        made = identity_with_role(f"{around.name}-puller", f"{around.name}-registry", puller, around.child)
        return Pull(around.plan.pull_server, identity=made.identity.id), [made.role]
