"""What the documents of a container need to know of their surroundings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from speech.capacity.exposure import INSIDE, Exposure
from speech.capacity.names import pool_name
from speech.capacity.plan import Plan
from speech.settings.operations import Prometheus


@dataclass(frozen=True, slots=True)
class Account:
    """The account that a run reports to. Values may be outputs of resources."""

    billing: Any
    """Its endpoint, a URL."""
    secret: Any
    """The name of the Secret with its key."""
    by_vault: bool
    """That Secret is there only while a pod mounts the vault."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """One for all containers of a stack. `billing` and `key_version` may be outputs of resources."""

    namespace: str
    own_network: bool
    """The stack makes the network, and knows its subnets."""
    pools: Mapping[str, str]
    """By their names in the plan, those in Azure: pods move when another pool takes the place of theirs."""
    billing: Any
    """The account's endpoint, a URL."""
    key_version: Any
    """Changes with the key's value, so that pods roll; says nothing about the value."""
    secret: Any
    """The name of the Secret that holds the active key."""
    grace_seconds: int
    """How long a pod that goes may wait for its streams."""
    guard_image: str
    exposure: Exposure = INSIDE
    disconnected: bool = False
    """Containers run by licence: what serves has neither endpoint nor key."""
    by_vault: bool = True
    """The secrets driver brings the key from the vault; else the stack makes the Secret itself."""
    secrets: Mapping[str, Any] = field(default_factory=dict)
    """By container, the name of the Secret that holds what its options refer to; its name changes with its content."""
    model_billing: Any = None
    """Disconnected: endpoint of the account from which custom models come."""
    model_secret: Any = None
    """Disconnected: the name of the Secret with that account's key."""
    pull_secret: str | None = None
    """The Secret by which nodes pull images."""
    storage_class: str | None = None
    """Of volumes that many nodes may write; None: the cluster's default."""
    node_selector: Mapping[str, str] = field(default_factory=dict)
    """Labels of nodes, where the stack makes no pools."""
    spot: bool = False
    """Nodes of the pools are spot nodes."""
    ingress_class: str | None = None
    """Of an Ingress a container, where the user's cluster has one."""
    no_proxy: str = ""
    pause_image: str = ""
    registry: str | None = None
    """Who has copies of all images; None: their makers."""
    prometheus: Prometheus | None = None
    """Who counts the streams of containers that scale by them."""

    @property
    def behind_ingress(self) -> bool:
        """Whether containers are reached through the Ingress controller of the user's cluster."""
        return self.ingress_class is not None and self.exposure.domain is not None

    @property
    def account(self) -> Account:
        """The account that containers report to."""
        return Account(self.billing, self.secret, self.by_vault)

    @property
    def model_account(self) -> Account:
        """The account from which custom models come."""
        if self.model_secret is None:
            return self.account
        return Account(self.model_billing, self.model_secret, by_vault=False)


def wiring(plan: Plan, billing: Any, key_version: Any, secret: Any, **more: Any) -> Wiring:  # noqa: ANN401  # outputs of resources
    """All that the plan decides, the three values that only resources know, and `more` of Wiring's fields."""
    return Wiring(
        namespace=plan.names["namespace"],
        own_network=plan.own_network,
        pools={pool.name: pool_name(pool) for pool in plan.node_pools},
        spot=any(pool.spot for pool in plan.node_pools),
        billing=billing,
        key_version=key_version,
        secret=secret,
        grace_seconds=plan.grace_seconds,
        guard_image=plan.images.guard,
        exposure=plan.exposure,
        disconnected=plan.disconnected,
        pause_image=plan.images.pause,
        registry=plan.images.registry,
        prometheus=plan.prometheus,
        **more,
    )
