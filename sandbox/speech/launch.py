"""The document that a container double is started with."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.speech.configuration import StartError
from sandbox.speech.metering import INTERVAL_SECONDS


@dataclass(frozen=True)
class Launch:
    """One container, as a host would start it."""

    image: str
    args: list[str] = field(repr=False)
    env: dict[str, str] = field(repr=False)
    port: int = 0
    hosts: dict[str, str] = field(default_factory=dict)
    ca: str = ""
    cluster: str = ""
    """The uid of the cluster in whose network it is; empty: outside of Azure."""
    volumes: dict[str, str] = field(default_factory=dict)
    """{mount path in the container: local folder}."""
    names: str = ""
    """A JSON file {"host:port": "127.0.0.1:port"}, read again at each connection that the container makes to another
    one; what it does not hold is connected to as written."""
    loading_seconds: float = 0
    grace_seconds: float = 5
    """How long a stop waits for running streams."""
    metering_seconds: float = INTERVAL_SECONDS


def read_launch(lines: Iterable[str]) -> Launch:
    """The first JSON document of some lines. Raises StartError without the document's words: they hold a key."""
    text = ""
    for line in lines:
        text += line
        try:
            return Launch(**json.loads(text))
        except json.JSONDecodeError:
            continue
        except TypeError as error:
            raise StartError(
                f"The launch document has other fields than {', '.join(Launch.__annotations__)}."
            ) from error
    raise StartError("Standard input holds no JSON document.")
