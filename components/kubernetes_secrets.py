"""Keys and passwords of pods, in their namespace."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pulumi

from components.aks_cluster import inside
from components.documents import KubernetesObject
from components.existing_account import ExistingAccount
from components.key_vault import Kept, KeyVault
from speech.manifests import keys
from speech.manifests.arguments import secrets
from speech.manifests.document import Document
from speech.settings.stack import Stack


@dataclass(frozen=True, slots=True)
class Content:
    """A Secret that pods name: what it is called, and what it holds by entry."""

    name: pulumi.Output[str]
    entries: Mapping[str, pulumi.Output[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class PodSecrets:
    """Every Secret of a namespace that the stack makes itself."""

    billing: Content | None = None
    """The active key; None where the secrets driver brings it from the vault."""
    options: Mapping[str, Content] = field(default_factory=dict)
    """By container, what its options refer to."""
    model: Content | None = None
    """The key of the account that has the custom models."""
    pull: pulumi.Output[str] | None = None
    """The log-in at a registry that asks for one."""

    def documents(self, namespace: str) -> Iterator[tuple[str, Document]]:
        """Each Secret, under a name that stays when its own changes."""
        named = {
            "billing": self.billing,
            **{f"{name}-options": found for name, found in self.options.items()},
            "model": self.model,
        }
        for name, content in named.items():
            if content is not None:
                entries = {entry: value.apply(keys.encoded) for entry, value in content.entries.items()}
                yield name, keys.secret(namespace, content.name, entries)
        if self.pull is not None:
            yield "pull", keys.pull_secret(namespace, self.pull.apply(keys.encoded))


def pod_secrets(stack: Stack, vault: KeyVault, model_account: ExistingAccount | None, *, by_vault: bool) -> PodSecrets:
    """What the pods of a stack need beside what `by_vault` brings them: named by the versions that the vault gives."""
    options = {
        container.name: {
            entry: vault.more[keys.vault_option_name(container.name, entry)] for entry in secrets(container.options)
        }
        for container in stack.containers
        if secrets(container.options)
    }
    password = vault.more.get(keys.VAULT_REGISTRY_PASSWORD)
    return PodSecrets(
        billing=None if by_vault else billing(stack, vault),
        options={name: _options(name, kept) for name, kept in options.items()},
        model=_model(vault) if model_account else None,
        pull=_login(stack, password) if password else None,
    )


def billing(stack: Stack, vault: KeyVault) -> Content:
    """The active key."""
    active = stack.billing.active_key
    kept = vault.keys[active]
    return Content(kept.version.apply(lambda version: keys.secret_name(active, version)), {keys.SECRET_KEY: kept.value})


def _options(container: str, kept: Mapping[str, Kept]) -> Content:
    versions = pulumi.Output.all(*(one.version for one in kept.values()))
    return Content(
        versions.apply(lambda found: keys.options_secret_name(container, found)),
        {entry: one.value for entry, one in kept.items()},
    )


def _login(stack: Stack, password: Kept) -> pulumi.Output[str]:
    server, username = stack.registry.server or "", stack.registry.username or ""
    return password.value.apply(lambda found: keys.docker_config(server, username, found))


def _model(vault: KeyVault) -> Content:
    kept = vault.more[keys.VAULT_MODEL_KEY]
    return Content(kept.version.apply(keys.model_secret_name), {keys.SECRET_KEY: kept.value})


@dataclass(frozen=True, kw_only=True, slots=True)
class KubernetesSecretsArgs:
    """What the Secrets hold, and where they stand."""

    namespace: str
    secrets: PodSecrets
    cluster: pulumi.Resource | None
    """None where the stack did not make it."""
    needs: list[pulumi.Resource]


class KubernetesSecrets(pulumi.ComponentResource):
    """Keys and passwords of pods, in their namespace.

    Creates: a Secret for the billing key where no vault brings it; one for each container whose options hold secrets;
    one for the account of custom models; one for the registry.
    """

    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: KubernetesSecretsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("speech:kubernetes:KubernetesSecrets", name, None, opts)
        child = pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(parent=self, depends_on=args.needs), inside(args.cluster)
        )
        self.ready = [
            KubernetesObject(f"{name}-{role}", document, child)
            for role, document in args.secrets.documents(args.namespace)
        ]
        self.register_outputs({})
