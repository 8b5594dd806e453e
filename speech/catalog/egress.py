"""What must be reachable from the cluster or group, for firewalls, network policies and NO_PROXY."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from speech.catalog.documents import document


@dataclass(frozen=True, slots=True)
class Destination:
    """One thing to allow. `host`: a name, *.name, a service tag (AzureCloud.<region>), None where no page names it."""

    host: str | None
    port: int
    protocol: str
    """HTTPS, HTTP, TCP or UDP."""
    reason: str
    source: str


def egress(cloud: str, region: str, uses: Iterable[str], custom_domain: str | None = None) -> tuple[Destination, ...]:
    """Destinations of these uses, once each, in the order of the uses.

    Raises KeyError for a use that does not exist; a use may have no destination in a cloud.
    """
    wanted = tuple(uses)
    for use in wanted:
        if use not in all_uses():
            raise KeyError(use)
    found = {
        (destination.host, destination.port, destination.protocol): destination
        for use in reversed(wanted)
        for destination in reversed(tuple(_destinations(cloud, region, use, custom_domain)))
    }
    return tuple(reversed(found.values()))


@cache
def all_uses() -> tuple[str, ...]:
    """Every use that rows exist for."""
    return tuple(dict.fromkeys(row["use"] for row in document("egress")["rows"]))


def _destinations(cloud: str, region: str, use: str, custom_domain: str | None) -> Iterator[Destination]:
    content = document("egress")
    rows: list[dict[str, Any]] = content["rows"]
    for row in rows:
        if row["use"] != use or row["cloud"] not in (cloud, "*"):
            continue
        host: str | None = row["host"]
        if host is not None and "{name}" in host and custom_domain is None:
            continue
        yield Destination(
            host=None if host is None else host.format(region=region, name=custom_domain),
            port=row["port"],
            protocol=row["protocol"],
            reason=row["reason"],
            source=content["sources"][row["source"]],
        )
