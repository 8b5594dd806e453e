"""What a Speech container asks for before it starts, and what it runs with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.speech.configuration import Configuration, StartError
from sandbox.speech.kinds import Image
from sandbox.speech.proxy import Proxy, read_proxy
from sandbox.speech.sentiment import Sentiment, read_sentiment
from sandbox.speech.volumes import Volumes

LICENSE_NOT_FOUND = (
    "The provided license path was not found. Please ensure a volume is mounted and a directory exists at the "
    "location specified by `Mounts:License`"
)
"""The wording of the containers' FAQ (2025-08-15)."""

_CACHE_SINCE = "5.1.0"
_FLUENTD_NUMBERS = ("Port", "HeartbeatMs", "SendBufferSize", "TlsConnectionEstablishmentTimeoutMs")


@dataclass(frozen=True)
class Logging:
    """Where log lines go."""

    level: str = "Information"
    """A .NET level: Trace, Debug, Information, Warning, Error, Critical, None."""
    folder: Path | None = None
    """Of the log files as JSON lines; none: no log files."""
    megabytes: int = 1
    """The size of a log file; -1: no limit."""


@dataclass(frozen=True)
class Settings:
    """What a container runs with."""

    billing: str = ""
    """The Billing URI, as given; empty where it runs without a network."""
    key: str = field(default="", repr=False)
    decoders: int = 1
    """Recognitions at once."""
    logging: Logging = Logging()
    license_folder: Path | None = None
    """Of a container without a network, and of the run that fetches its licence."""
    output_folder: Path | None = None
    """Of the usage records of a container without a network."""
    downloads_license: bool = False
    proxy: Proxy | None = None
    sentiment: Sentiment | None = None
    cache: str = ""
    """`host:port` of the cache of speaker labels; empty: none."""
    needs_cache: bool = False
    """Whether speakers are told apart with a cache only."""

    @property
    def billing_host(self) -> str:
        """The host usage is reported to."""
        return urlsplit(self.billing).hostname or ""

    @property
    def disconnected(self) -> bool:
        """Whether it serves without a network, from a licence."""
        return not self.billing


def check(configuration: Configuration, env: Mapping[str, str], image: Image, volumes: Volumes) -> Settings:
    """The settings of a container that may start. Raises StartError with the first thing that is wrong."""
    if configuration.get("Eula") != "accept":
        # The wording of azure-docs #46623 (2020); that of current images is not published.
        raise StartError("Missing EULA=accept command line option. You must provide this to continue.")
    if configuration.get("Mounts:Input"):
        raise StartError("Mounts:Input is not allowed: Speech containers take no input mount.")
    _check_telemetry(configuration)
    return replace(
        _authority(configuration, image, volumes),
        decoders=_decoders(env, *image.kind.decoders),
        logging=_logging(configuration, volumes),
        proxy=read_proxy(configuration, env),
        sentiment=read_sentiment(configuration, image),
        cache=_cache(configuration, image),
        needs_cache=image.since(_CACHE_SINCE),
    )


def check_billing(configuration: Configuration) -> tuple[str, str]:
    """Billing URI and key. Raises StartError."""
    billing = configuration.get("Billing")
    if not billing:
        raise StartError("Missing Billing command line option. You must provide this to continue.")
    if not _is_https_uri(billing):
        raise StartError("Invalid Billing Endpoint URI")
    key = configuration.get("ApiKey")
    if not key:
        raise StartError("Missing ApiKey command line option. You must provide this to continue.")
    return billing, key


def _authority(configuration: Configuration, image: Image, volumes: Volumes) -> Settings:
    """By what right it runs: an account's key, or a licence."""
    licensed, downloads = configuration.get("Mounts:License"), configuration.is_true("DownloadLicense")
    connected = configuration.get("Billing") or configuration.get("ApiKey") or not licensed
    if (downloads or not connected) and not image.kind.disconnected:
        raise StartError(f"The {image.name} container cannot run disconnected: there is no licence of it.")
    folder = volumes.folder(licensed) if licensed else None
    if (downloads or not connected) and (folder is None or not folder.is_dir()):
        raise StartError(LICENSE_NOT_FOUND)
    if connected:
        billing, key = check_billing(configuration)
        return Settings(billing, key, license_folder=folder, downloads_license=downloads)
    output = volumes.folder(configuration.get("Mounts:Output") or "/nowhere")
    if output is None:
        raise StartError("Usage records need an output mount: no volume is mounted at the location of Mounts:Output.")
    return Settings(license_folder=folder, output_folder=output)


def _logging(configuration: Configuration, volumes: Volumes) -> Logging:
    level = configuration.get("Logging:Console:LogLevel:Default") or Logging.level
    form = configuration.get("Logging:Disk:Format")
    if not form:
        return Logging(level)
    if form != "json":
        raise StartError(f"Logging:Disk:Format={form}: the only format is json.")
    folder = volumes.folder(configuration.get("Mounts:Output") or "/output")
    if folder is None:
        raise StartError("Logging:Disk:Format needs an output mount: no volume is mounted there.")
    size = configuration.get("Logging:Disk:MaxFileSize") or str(Logging.megabytes)
    if not re.fullmatch(r"-1|[1-9]\d*", size):
        raise StartError(f"Logging:Disk:MaxFileSize={size}: it is a number of megabytes, or -1 for no limit.")
    return Logging(level, folder, int(size))


def _check_telemetry(configuration: Configuration) -> None:
    """Telemetry goes nowhere from here: its settings are only read. Raises StartError."""
    for name in _FLUENTD_NUMBERS:
        value = configuration.get(f"Fluentd:{name}")
        if value and not value.isdecimal():
            raise StartError(f"Fluentd:{name}={value}: it is a whole number.")
    encrypted = configuration.get("Fluentd:UseTLS").lower()
    if encrypted not in ("", "true", "false"):
        raise StartError(f"Fluentd:UseTLS={encrypted}: it is true or false.")
    insights = configuration.get("ApplicationInsights:InstrumentationKey")
    if insights and not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", insights):
        raise StartError("ApplicationInsights:InstrumentationKey is no GUID.")


def _cache(configuration: Configuration, image: Image) -> str:
    enabled = configuration.is_true("InClusterRedisCacheEnabled") and image.since(_CACHE_SINCE)
    return configuration.get("InClusterRedisCacheEndpoint") if enabled else ""


def _is_https_uri(text: str) -> bool:
    try:
        uri = urlsplit(text)
    except ValueError:
        return False
    host = uri.hostname or ""
    return uri.scheme == "https" and "." in host and not set(host) & set("<>{} ")


def _decoders(env: Mapping[str, str], name: str, default: int) -> int:
    # Read as a plain variable: on Linux its letter case counts, and no argument of that name is documented.
    given = env.get(name, "")
    return int(given) if given.isdecimal() and int(given) > 0 else default
