"""The rules of a Cognitive Services account: kinds and SKUs, sub-domains, keys and restoring."""

import re
import secrets
import string
import uuid

from sandbox.arm import commitments, deleted, network_rules, principals
from sandbox.arm.commitments import PLAN_TYPE
from sandbox.arm.deleted import Deleted
from sandbox.arm.errors import ArmError, bad_request, conflict
from sandbox.arm.ids import normal_location
from sandbox.arm.model import Answer, Call, World
from sandbox.arm.network_rules import ACCOUNTS
from sandbox.arm.operations import timestamp
from sandbox.arm.providers.commitments import not_approved
from sandbox.arm.store import Document, Resource

ACCOUNT_TYPE = "Microsoft.CognitiveServices/accounts"
SKUS = {
    "SpeechServices": ("F0", "S0", "DC0"),
    "CognitiveServices": ("S0",),
    "AIServices": ("S0",),
    "TextTranslation": ("F0", "S1"),
    "TextAnalytics": ("F0", "S"),
    "ComputerVision": ("F0", "S1"),
}
"""Kinds the double knows, with the SKUs that each may have."""
_KEY_LENGTH = 84
_KEY_LETTERS = string.ascii_letters + string.digits
_SUBDOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}[a-z0-9]")


def complete(call: Call, wanted: Resource, existing: Resource | None) -> None:
    """Checks a PUT or PATCH as the service does, and fills in what the service adds."""
    properties = wanted.properties
    restore = properties.get("restore") is True
    if not existing:
        gone = deleted.find(call.world, ACCOUNT_TYPE, wanted.id)
        if gone and not restore:
            raise conflict(
                "FlagMustBeSetForRestore",
                f"An existing resource with ID '{wanted.id}' has been soft-deleted. To restore the resource, you must "
                "specify 'restore' to be 'true' in the property. If you don't want to restore existing resource, "
                "please purge it first.",
            )
        if gone:
            _restore(call, wanted, gone)
        elif restore:
            text = f"The resource '{wanted.id}' was never deleted, so it cannot be restored."
            raise bad_request("CanNotRestoreANonExistingResource", text)
    _check_sku(call, wanted, existing)
    _settle_subdomain(call, wanted, existing)
    principals.settle_identity(call.world, wanted, existing)
    if "key1" not in wanted.hidden:
        wanted.hidden |= {"key1": new_key(), "key2": new_key()}
    _settle_rules(call, wanted)
    _fill(call, wanted)


def _restore(call: Call, wanted: Resource, gone: Deleted) -> None:
    """The restored account is what it was, keys included; what the request says comes on top."""
    old = deleted.take_back(call.world, gone)
    wanted.hidden = old.hidden
    wanted.document["properties"] = {**old.properties, **(call.body.get("properties") or {})}
    for part in ("kind", "sku", "identity"):
        if part in old.document:
            wanted.document.setdefault(part, old.document[part])


def _check_sku(call: Call, wanted: Resource, existing: Resource | None) -> None:
    kind, sku = wanted.document.get("kind"), (wanted.document.get("sku") or {}).get("name")
    if not kind or not sku:
        missing = "kind" if not kind else "sku.name"
        raise bad_request("InvalidRequestContent", f"The required property '{missing}' is missing.", target=missing)
    if kind not in SKUS:
        text = f"The account type '{kind}' is either invalid or unavailable in given region."
        raise bad_request("InvalidApiSetId", text, target="kind")
    if sku not in SKUS[kind]:
        text = f"The SKU '{sku}' is not available for the account type '{kind}'."
        raise bad_request("SkuNotEligible", text, target="sku.name")
    if existing and existing.document["kind"] != kind:
        raise bad_request("PropertyChangeNotAllowed", "Changing property 'kind' is not allowed.", target="kind")
    if sku == "DC0" and not commitments.is_approved(call.store):
        raise not_approved()
    if existing and existing.document["sku"]["name"] != sku and call.store.of_type(PLAN_TYPE, existing.id):
        text = "The SKU of an account with commitment plans cannot be changed."
        raise bad_request("SkuNotEligible", text, target="sku.name")
    if sku == "F0":
        for other in call.store.of_type(ACCOUNT_TYPE):
            if other.key != wanted.key and (other.document["kind"], other.document["sku"]["name"]) == (kind, sku):
                text = f"Operation failed. Only one free account is allowed for account type '{kind}'."
                raise bad_request("CanNotCreateMultipleFreeAccounts", text)


def _settle_subdomain(call: Call, wanted: Resource, existing: Resource | None) -> None:
    """A sub-domain is lower case, unique in the world and set once: leaving it out is a change too."""
    name = wanted.properties.get("customSubDomainName")
    before = existing.properties.get("customSubDomainName") if existing else None
    if before and before != name:
        # pulumi-azure-native issue 2754
        raise bad_request("UpdatingCustomDomainNotAllowed", "Updating or disabling sub domain is not supported.")
    if not name:
        return
    if not is_subdomain(name):
        text = f"The custom subdomain name '{name}' is invalid: 2 to 64 lower-case letters, digits and hyphens."
        raise bad_request("InvalidCustomDomain", text, target="properties.customSubDomainName")
    if subdomain_taken(call.world, name, wanted.key):
        raise conflict(
            "CustomDomainInUse",
            f"Please pick a different name. The subdomain name '{name}' is not available as it's already used by a "
            "resource. If the resource using the name was deleted in the last 48 hours, you may need to purge the "
            "deleted resource. See https://go.microsoft.com/fwlink/?linkid=2215493 for details.",
        )


def _settle_rules(call: Call, wanted: Resource) -> None:
    """Network rules need a sub-domain of the account's own: only its host name says whose rules are meant."""
    rules = wanted.properties.get("networkAcls")
    if not rules:
        return
    restricts = rules.get("defaultAction") == "Deny" or rules.get("ipRules") or rules.get("virtualNetworkRules")
    if restricts and not wanted.properties.get("customSubDomainName"):
        text = "Network rules need a custom subdomain name of the account."
        raise bad_request("CustomDomainRequired", text, target="properties.networkAcls")
    network_rules.check(call, rules, ACCOUNTS)
    wanted.properties["networkAcls"] = {"ipRules": [], "virtualNetworkRules": [], **rules}


def is_subdomain(name: str) -> bool:
    """Whether the name has a sub-domain's form."""
    return bool(_SUBDOMAIN.fullmatch(name))


def subdomain_taken(world: World, name: str, but_by: str = "") -> bool:
    """Whether a living or deleted account, or somebody else in the world, has the sub-domain."""
    live = world.store.of_type(ACCOUNT_TYPE)
    gone = [each.resource for each in deleted.every(world, ACCOUNT_TYPE)]
    used = {each.properties.get("customSubDomainName") for each in (*live, *gone) if each.key != but_by}
    return name in used or name in world.store.setting("taken_names", [])


def _fill(call: Call, wanted: Resource) -> None:
    properties, region = wanted.properties, normal_location(wanted.document["location"])
    name = properties.get("customSubDomainName")
    endpoint = f"https://{name}.cognitiveservices.azure.com/" if name else regional_endpoint(region)
    properties.pop("privateEndpointConnections", None)
    properties |= {
        "endpoint": endpoint,
        "endpoints": _endpoints(wanted.document["kind"], endpoint),
        "internalId": wanted.hidden.setdefault("internalId", uuid.uuid4().hex),
        "dateCreated": wanted.hidden.setdefault("dateCreated", timestamp(call.store.now())),
        "callRateLimit": {"rules": []},
        "isMigrated": False,
        "capabilities": [{"name": "VirtualNetworks"}, {"name": "CustomerManagedKey"}, {"name": "Container"}],
    }


def regional_endpoint(region: str) -> str:
    """The endpoint of an account without a sub-domain of its own."""
    return f"https://{region}.api.cognitive.microsoft.com/"


def _endpoints(kind: str, endpoint: str) -> Document:
    if kind != "SpeechServices":
        return {kind: endpoint}
    services = ("Speech to Text", "Text to Speech (Neural)", "Custom Voice", "Audio Content Creation")
    return {f"Speech Services {service}": endpoint for service in services} | {"Token": endpoint, "Container": endpoint}


def new_key() -> str:
    """An account key: 84 letters and digits."""
    return "".join(secrets.choice(_KEY_LETTERS) for _ in range(_KEY_LENGTH))


def list_keys(call: Call, account: Resource) -> Answer:
    """POST listKeys: refused where local authentication is off."""
    del call
    if account.properties.get("disableLocalAuth"):
        raise bad_request("BadRequest", "Failed to list key. disableLocalAuth is set to be true")
    _check_state(account)
    return Answer(200, {name: account.hidden[name] for name in ("key1", "key2")})


def regenerate_key(call: Call, account: Resource) -> Answer:
    """POST regenerateKey: a new Key1 or Key2 at once; the answer holds both."""
    name = {"key1": "key1", "key2": "key2"}.get(str(call.body.get("keyName")).lower())
    if name is None:
        raise bad_request("InvalidRequestContent", "The keyName must be Key1 or Key2.", target="keyName")
    _check_state(account)
    account.hidden[name] = new_key()
    call.store.save(account)
    return Answer(200, {each: account.hidden[each] for each in ("key1", "key2")})


def _check_state(account: Resource) -> None:
    state = account.properties["provisioningState"]
    if state in {"Creating", "Accepted", "Deleting"}:
        raise _state_refusal(account, state)


def busy(holder: Resource, operation: Document) -> ArmError | None:
    """A write while another one runs on the account."""
    return _state_refusal(holder, holder.properties["provisioningState"]) if operation["type"] == ACCOUNT_TYPE else None


def _state_refusal(account: Resource, state: str) -> ArmError:
    return conflict("AccountProvisioningStateInvalid", f"Account {account.id} in state {state}")
