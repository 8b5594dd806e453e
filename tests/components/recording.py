"""Runs components without an engine, and keeps what they would have made."""

import asyncio
import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.runtime import settings

KUBECONFIG = "apiVersion: v1\nkind: Config\n"
KUBECONFIG_EXEC = "apiVersion: v1\nkind: Config\nusers: [{user: {exec: {command: kubelogin}}}]\n"
PLANTED_KEYS = ("planted-key-one", "planted-key-two")


@dataclass
class Made:
    """One registered resource. `parent` is the logical name of its parent, None for the stack's own."""

    token: str
    name: str
    inputs: Mapping[str, Any]
    parent: str | None
    opts: pulumi.ResourceOptions


@dataclass
class Recorder(pulumi.runtime.Mocks):
    """Answers as Azure would, as far as components read the answer."""

    inputs: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.inputs[args.typ, args.name] = args.inputs
        given = dict(args.inputs)
        answer = OUTPUTS.get(args.typ, lambda _: {})(given)
        name = next((given[key] for key in NAMES if key in given), f"{args.name}1a2b3c4d")
        return f"/ids/{args.name}", {**given, "name": name, **answer}

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, Any]:
        self.calls.append(args.token)
        return CALLS[args.token]


def _placed(address: dict[str, Any]) -> dict[str, Any]:
    label = address.get("dnsNameLabel")
    found = {"ip": "10.80.0.4", "fqdn": f"{label}.a1b2.westeurope.azurecontainer.io" if label else None}
    return {**address, **found}


def _mapped(identity: dict[str, Any]) -> dict[str, Any]:
    return {**identity, "userAssignedIdentities": {key: {} for key in identity["userAssignedIdentities"]}}


NAMES = ("accountName", "vaultName", "agentPoolName", "resourceName", "resourceGroupName")
OUTPUTS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "azure-native:cognitiveservices:Account": lambda given: {
        "properties": {
            **given["properties"],
            "endpoint": f"https://{given['properties'].get('customSubDomainName', 'x')}.cognitiveservices.azure.com/",
        }
    },
    "azure-native:keyvault:Vault": lambda given: {"name": "speech-kv1a2b3c4d", "properties": given["properties"]},
    "azure-native:keyvault:Secret": lambda given: {
        "name": given["secretName"],
        "properties": {"secretUriWithVersion": f"https://kv/secrets/{given['secretName']}/0123abcd"},
    },
    "azure-native:managedidentity:UserAssignedIdentity": lambda _: {"clientId": "client", "principalId": "principal"},
    # Identities go in as a list of ids and come back as a map.
    "azure-native:containerservice:ManagedCluster": lambda given: {
        "oidcIssuerProfile": {"issuerURL": "https://issuer/"},
        "nodeResourceGroup": "MC_rg-speech-test",
        "identityProfile": {"kubeletidentity": {"objectId": "kubelet"}},
        "identity": _mapped(given["identity"]),
    },
    "azure-native:containerinstance:ContainerGroup": lambda given: {
        "ipAddress": _placed(given["ipAddress"]) if "ipAddress" in given else None,
        "identity": _mapped(given["identity"]) if "identity" in given else None,
    },
    "azure-native:network:PublicIPAddress": lambda _: {"ipAddress": "20.0.0.1"},
}
CALLS: dict[str, dict[str, Any]] = {
    "azure-native:authorization:getClientConfig": {
        "clientId": "c",
        "objectId": "o",
        "subscriptionId": "00000000-0000-4000-8000-000000000001",
        "tenantId": "00000000-0000-4000-8000-000000000002",
    },
    "azure-native:cognitiveservices:listAccountKeys": dict(zip(("key1", "key2"), PLANTED_KEYS, strict=True)),
    "azure-native:storage:listStorageAccountKeys": {
        "keys": [{"keyName": "key1", "value": "planted-storage-key", "permissions": "FULL", "creationTime": ""}]
    },
    "azure-native:authorization:getClientToken": {"token": "planted-token"},
    "azure-native:containerservice:listManagedClusterAdminCredentials": {
        "kubeconfigs": [{"name": "clusterAdmin", "value": base64.b64encode(KUBECONFIG.encode()).decode()}]
    },
    "azure-native:containerservice:listManagedClusterUserCredentials": {
        "kubeconfigs": [{"name": "clusterUser", "value": base64.b64encode(KUBECONFIG_EXEC.encode()).decode()}]
    },
    "azure-native:cognitiveservices:getAccount": {
        "properties": {"endpoint": "https://theirs.cognitiveservices.azure.com/"}
    },
}


@dataclass(frozen=True)
class Recording:
    """What a program made, in order."""

    made: tuple[Made, ...]
    calls: tuple[str, ...]
    outputs: Mapping[str, Any]
    secret_outputs: frozenset[str]

    def one(self, token: str) -> Made:
        """The only resource of a type."""
        (found,) = [made for made in self.made if made.token == token]
        return found

    def named(self, name: str) -> Made:
        """The only resource of a logical name that is no component."""
        (found,) = [made for made in self.made if made.name == name and not made.token.startswith("speech:")]
        return found

    def all(self, token: str) -> list[Made]:
        """Every resource of a type."""
        return [made for made in self.made if made.token == token]


def record(
    program: Callable[[], Mapping[str, Any]], *, preview: bool = False, before: Callable[[], None] = lambda: None
) -> Recording:
    """Runs `program` in an event loop of its own; it returns outputs by name. `before` registers transformations."""
    recorder, seen, resolved, secret = Recorder(), [], {}, set()

    def note(args: pulumi.ResourceTransformationArgs) -> None:
        parent = args.opts.parent
        seen.append(
            (args.type_, args.name, parent._name if parent else None, args.opts)
        )  # the SDK shows a name nowhere else

    def run() -> pulumi.Output[Any]:
        before()
        pulumi.runtime.register_stack_transformation(note)
        outputs = program()
        return pulumi.Output.all(*[keep(name, value) for name, value in outputs.items()])

    def keep(name: str, value: Any) -> pulumi.Output[Any]:
        output = pulumi.Output.from_input(value)

        async def look() -> Any:
            if await output.is_secret():
                secret.add(name)
            resolved[name] = await output.future()
            return None

        return pulumi.Output.from_input(look())

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        settings.reset_options(project="speech-containers", stack="test")
        pulumi.runtime.set_mocks(recorder, project="speech-containers", stack="test", preview=preview)
        pulumi.runtime.test(run)()
    finally:
        loop.close()
    made = tuple(
        Made(token, name, recorder.inputs.get((token, name), {}), parent, opts) for token, name, parent, opts in seen
    )
    return Recording(made, tuple(recorder.calls), resolved, frozenset(secret))
