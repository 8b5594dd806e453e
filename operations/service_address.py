"""Where services answer that have mirrors."""

import os
from urllib.parse import urlsplit

from speech.files.stack_file import UnreadableError

REGISTRY = "SPEECH_REGISTRY_URL"
"""Names a mirror that is asked in the place of the vendor's registry."""
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def base_url(variable: str, otherwise: str) -> str:
    """Where a service answers: what the variable says, for sovereign clouds and mirrors. Raises UnreadableError."""
    given = os.environ.get(variable)
    if not given:
        return otherwise
    parts = urlsplit(given)
    if parts.scheme == "https" and parts.hostname and not parts.query:
        return given.rstrip("/")
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return given.rstrip("/")
    raise UnreadableError(f'{variable}: "{given}" is no address of a service: write https://host, or http on loopback')
