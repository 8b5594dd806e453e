"""Azure Resource Manager without an SDK: where it answers, and reads that no provider has."""

import json
import ssl
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from speech.catalog.regions import clouds, region

_SECONDS = 30


@dataclass(frozen=True, slots=True)
class ResourceManager:
    """A cloud's Resource Manager, and who signs in at it."""

    url: str
    """Without a slash at its end."""
    authority: str
    """Host or URL of the log-in."""


def resource_manager(location: str, metadata_host: str | None) -> ResourceManager:
    """Of the cloud that has `location`, or of the one whose metadata `metadata_host` tells, as for the provider.

    Raises OSError where the metadata cannot be read.
    """
    if metadata_host:
        cloud = read(f"https://{metadata_host.removeprefix('https://')}/metadata/endpoints?api-version=2022-09-01")
        return ResourceManager(str(cloud["resourceManager"]).rstrip("/"), str(cloud["authentication"]["loginEndpoint"]))
    found = region(location)
    names = found.cloud if found else clouds()["public"]
    return ResourceManager(f"https://{names.arm}", names.login)


def get(manager: ResourceManager, path: str, token: str) -> Any:  # noqa: ANN401  # any JSON
    """What a resource's path below the manager holds. Raises OSError; HTTPError, which is one, where it refuses."""
    return read(f"{manager.url}/{path}", token)


def listed(manager: ResourceManager, path: str, token: str) -> list[Any]:
    """Every page of a list. Raises as `get`."""
    url: str | None = f"{manager.url}/{path}"
    found: list[Any] = []
    while url and urlsplit(url).netloc == urlsplit(manager.url).netloc:
        page = read(url, token)
        found += page["value"]
        url = page.get("nextLink")
    return found


def read(url: str, token: str | None = None) -> Any:  # noqa: ANN401  # any JSON
    """What an https:// address answers. Raises OSError; HTTPError, which is one, where it refuses."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})  # noqa: S310  # https
    with urllib.request.urlopen(request, timeout=_SECONDS, context=ssl.create_default_context()) as answer:  # noqa: S310
        try:
            return json.load(answer)
        except ValueError:
            raise OSError(f"{url} answers with something else than JSON") from None
