"""Clouds, and the regions that have the Speech service."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from speech.catalog import nearest
from speech.catalog.documents import document


@dataclass(frozen=True, slots=True)
class Cloud:
    """A cloud's names. Hosts with {region} or {name} (the custom domain) are templates."""

    name: str
    """public, usgovernment or china, as the Pulumi provider calls them."""
    arm: str
    login: str
    portal: str
    csi_cloud: str
    """What the secrets store driver calls it."""
    metering_host: str
    account_host: str
    stt_host: str
    tts_host: str
    vault_suffix: str
    private_dns: Mapping[str, str]
    """Zones of private endpoints: account, vault, registry, cluster ({region})."""
    registry_hosts: tuple[str, ...]
    skus: tuple[str, ...]
    sells_disconnected: bool
    sources: tuple[str, ...]
    as_of: str


@dataclass(frozen=True, slots=True)
class Region:
    """A region with the Speech service."""

    name: str
    cloud: Cloud
    custom_training: bool
    """Has hardware to train custom models."""

    @property
    def metering_host(self) -> str:
        """The regional host that containers report to."""
        return self.cloud.metering_host.format(region=self.name)


def region(name: str) -> Region | None:
    """The region of this name, also as it is displayed ("West Europe"); None for one without Speech."""
    return regions().get(name.lower().replace(" ", ""))


def nearest_region(text: str) -> str | None:
    """The region whose name reads most like `text`."""
    return nearest.nearest(text.replace(" ", ""), regions())


@cache
def regions() -> Mapping[str, Region]:
    """Every region with Speech by its name: cloud after cloud, by the alphabet."""
    return MappingProxyType(
        {
            name: Region(name, clouds()[row["cloud"]], name in row["custom_training"])
            for row in document("regions")["regions"]
            for name in row["names"]
        }
    )


@cache
def clouds() -> Mapping[str, Cloud]:
    """Every cloud by its name."""
    content = document("regions")
    return MappingProxyType(
        {
            row["name"]: Cloud(
                **{name: row[name] for name in _AS_WRITTEN},
                private_dns=MappingProxyType(row["private_dns"]),
                registry_hosts=tuple(row["registry_hosts"]),
                skus=tuple(row["skus"]),
                sources=tuple(content["sources"][source] for source in row["source"]),
            )
            for row in content["clouds"]
        }
    )


_AS_WRITTEN = (
    "name", "arm", "login", "portal", "csi_cloud", "metering_host", "account_host", "stt_host", "tts_host",
    "vault_suffix", "sells_disconnected", "as_of",
)  # fmt: skip
