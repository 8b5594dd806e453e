"""Prices, limits, clouds and ways out."""

from typing import Any, Literal

from pydantic import Field

from speech.catalog.schema.rows import CloudName, Document, JudgedRow, Positive, Row, SourcedRow, Text


class Cloud(SourcedRow):
    """The names of one cloud."""

    name: CloudName
    arm: Text
    login: Text
    portal: Text
    csi_cloud: Text
    metering_host: Text
    account_host: Text
    stt_host: Text
    tts_host: Text
    vault_suffix: Text
    private_dns: dict[Literal["account", "vault", "registry", "cluster"], Text]
    registry_hosts: list[Text]
    skus: list[Literal["F0", "S0", "DC0"]]
    sells_disconnected: bool


class RegionRow(Row):
    """Regions of one cloud."""

    cloud: CloudName
    names: list[Text]
    custom_training: list[Text]


class Regions(Document):
    """regions.json."""

    clouds: list[Cloud]
    regions: list[RegionRow]


class Meter(JudgedRow):
    """One unit of a container's usage."""

    name: Text
    unit: Text
    usd: Positive | None


class Commitment(JudgedRow):
    """A monthly commitment tier."""

    meter: Text
    hosting: Literal["connected"]
    included: int
    unit: Text
    usd_a_month: Positive
    overage_usd: Positive


class Service(JudgedRow):
    """A service by region; "*" stands for every region."""

    name: Text
    unit: Text
    usd: dict[Text, Positive]
    asked: dict[str, JudgedRow] = Field(default={})
    """Where prices of single regions come from, if not from the row's source."""


class Prices(Document):
    """prices.json."""

    meters: list[Meter]
    commitments: list[Commitment]
    services: list[Service]


class Destination(Row):
    """What must be reachable."""

    use: Text
    cloud: CloudName | Literal["*"]
    host: Text | None
    port: int
    protocol: Literal["HTTPS", "HTTP", "TCP", "UDP"]
    reason: Text


class Egress(Document):
    """egress.json."""

    rows: list[Destination]


class Limit(Row):
    """A least and a most."""

    name: Text
    minimum: float
    maximum: float
    unit: Text
    pattern: Text | None


class Limits(Document):
    """limits.json."""

    limits: list[Limit]
    reserved_ports: dict[str, Any]


class RetailProduct(Row):
    """How the Retail Prices API calls a product: one of several names, as names change."""

    name: Text
    service: Text
    product: Text
    region: Text | None
    """Where it is priced, if not in each region."""


class RetailMeter(Row):
    """The meter behind a price: of a row of `meters` or of `services`."""

    table: Literal["meters", "services"]
    name: Text
    product: Text
    sku: Text
    meter: Text
    unit: Text


class RetailCommitment(Row):
    """Commitment tiers of a meter: SKUs that begin alike and end with what they include, 2K or 80M."""

    name: Text
    product: Text
    sku: Text
    unit_of: int
    """What a unit of ours is in theirs: 1, or 1,000,000 characters."""


class Retail(Document):
    """retail.json."""

    products: list[RetailProduct]
    meters: list[RetailMeter]
    commitments: list[RetailCommitment]
