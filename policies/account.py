"""The Speech account and the vault of its keys."""

from collections.abc import Iterator

from policies.reading import About, Resource, at

ACCOUNT = "azure-native:cognitiveservices:Account"
VAULT = "azure-native:keyvault:Vault"
_BILLING_KINDS = ("SpeechServices", "CognitiveServices", "AIServices")


def account_keeps_local_auth(account: Resource, _: About) -> Iterator[str]:
    """Containers report their usage with a key: they know no other log-in."""
    billing = account.type == ACCOUNT and at(account.props, "kind") in _BILLING_KINDS
    if billing and at(account.props, "properties", "disableLocalAuth") is True:
        yield (
            "properties.disableLocalAuth: true refuses keys, and containers report their usage with a key alone: they "
            "stop. Set it to false; where an Azure Policy sets it, exempt this account"
        )


def account_has_network_rules(account: Resource, _: About) -> Iterator[str]:
    """An account that any address reaches is guarded by its keys alone."""
    if account.type != ACCOUNT or at(account.props, "properties", "publicNetworkAccess") == "Disabled":
        return
    if at(account.props, "properties", "networkAcls", "defaultAction") in {None, "Allow"}:
        yield (
            "properties.networkAcls.defaultAction: any address on the internet reaches the account, a leaked key is "
            "enough to use it. List who may with speech:account.allowed_ip_ranges, or set speech:account.public_access "
            "to false"
        )


def account_is_protected(account: Resource, _: About) -> Iterator[str]:
    """A deleted account stops every container within the hour, and holds its name for 48 hours."""
    if account.type == ACCOUNT and not account.protect:
        yield (
            "protect: one `pulumi destroy` deletes the account, and every container stops. Set speech:account.protect "
            "to true (protect=True in a program of yours)"
        )


def vault_keeps_what_is_deleted(vault: Resource, _: About) -> Iterator[str]:
    """Purged keys are gone, and so is whatever read them."""
    if vault.type != VAULT:
        return
    if at(vault.props, "properties", "enableSoftDelete") is False:
        yield "properties.enableSoftDelete: false loses a deleted vault at once. Leave it out: Azure's default is true"
    if at(vault.props, "properties", "enablePurgeProtection") in {None, False}:
        yield (
            "properties.enablePurgeProtection: without it whoever may delete the vault may also purge its keys. Set it "
            "to true; it cannot be taken back"
        )


def vault_is_read_by_role(vault: Resource, _: About) -> Iterator[str]:
    """Access policies grant a whole vault, and whoever may write the vault may grant them."""
    if vault.type == VAULT and at(vault.props, "properties", "enableRbacAuthorization") in {None, False}:
        yield (
            "properties.enableRbacAuthorization: access policies let every Contributor of the vault read its keys. Set "
            "it to true and grant Key Vault Secrets User"
        )
