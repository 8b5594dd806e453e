"""Every rule with its name and its level in each environment: the one table of docs/policies.md."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pulumi_policy import EnforcementLevel

from policies import account, hosts, images, keys, reach, tags
from policies.reading import About, Resource

_MUST, _SHOULD, _OFF = EnforcementLevel.MANDATORY, EnforcementLevel.ADVISORY, EnforcementLevel.DISABLED
ENVIRONMENTS: Final = ("dev", "test", "prod")
Levels = Mapping[str, EnforcementLevel]


def _levels(dev: EnforcementLevel, test: EnforcementLevel, prod: EnforcementLevel) -> Levels:
    return dict(zip(ENVIRONMENTS, (dev, test, prod), strict=True))


_EVERYWHERE = _levels(_MUST, _MUST, _MUST)
_PROD_ALONE = _levels(_OFF, _OFF, _MUST)
_ADVISED = _levels(_SHOULD, _SHOULD, _MUST)


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise. `find` yields a violation's words: path, what, why, remedy."""

    name: str
    description: str
    levels: Levels
    find: Callable[[Resource, About], Iterator[str]]


@dataclass(frozen=True, slots=True)
class StackRule:
    """A promise between resources. `find` yields the URN of who breaks it, and the words."""

    name: str
    description: str
    levels: Levels
    find: Callable[[Sequence[Resource], About], Iterator[tuple[str, str]]]


SECRETS = "secrets-are-secret-in-state"
SECRETS_DESCRIPTION = "What is secret by nature is marked so, and encrypted in the state."

RULES: Final = (
    Rule(
        "account-keeps-local-auth",
        "The Speech account accepts keys, which containers need.",
        _EVERYWHERE,
        account.account_keeps_local_auth,
    ),
    Rule(
        "account-has-network-rules",
        "The Speech account is reached from listed addresses only.",
        _PROD_ALONE,
        account.account_has_network_rules,
    ),
    Rule("account-is-protected", "The Speech account outlives a destroy.", _PROD_ALONE, account.account_is_protected),
    Rule(
        "vault-keeps-what-is-deleted",
        "Deleted vaults and keys can be had back.",
        _PROD_ALONE,
        account.vault_keeps_what_is_deleted,
    ),
    Rule("vault-is-read-by-role", "Keys in a vault are read by role.", _ADVISED, account.vault_is_read_by_role),
    Rule(
        "keys-are-never-in-the-clear",
        "No key stands in environment, arguments or ConfigMaps.",
        _EVERYWHERE,
        keys.keys_are_never_in_the_clear,
    ),
    Rule("images-are-pinned", "Images have a version or a digest.", _ADVISED, images.images_are_pinned),
    Rule(
        "images-come-from-allowed-registries",
        "Images come from registries that are named and allowed.",
        _ADVISED,
        images.images_come_from_allowed_registries,
    ),
    Rule("nodes-have-avx2", "Nodes of Speech containers have AVX2.", _EVERYWHERE, hosts.nodes_have_avx2),
    Rule(
        "load-balancers-have-source-ranges",
        "Public addresses answer listed clients only.",
        _EVERYWHERE,
        reach.load_balancers_have_source_ranges,
    ),
    Rule("groups-are-private", "Container groups have no public address.", _EVERYWHERE, reach.groups_are_private),
    Rule("resources-are-tagged", "Azure resources say whose they are.", _ADVISED, tags.resources_are_tagged),
)

STACK_RULES: Final = (
    StackRule(
        "autoscaler-owns-replicas",
        "What an autoscaler scales has no fixed number of replicas.",
        _EVERYWHERE,
        hosts.autoscaler_owns_replicas,
    ),
)
