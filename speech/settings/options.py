"""Settings of a container itself; which of them a kind knows, and since when, stands in the catalogue."""

from typing import Annotated, Literal

from pydantic import Field

from speech.settings.base import Form, Secret, Settings
from speech.settings.forms import HostAndPort, MountPath, Url


class Sentiment(Settings):
    """Sentiment of what was said, asked of a Language service."""

    host: Annotated[
        str,
        Field(max_length=500),
        Form(
            r"https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?/[A-Za-z0-9._/-]+",
            "an http:// or https:// address with its path",
            "https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0/sentiment",
        ),
    ]
    """Its whole address, path and all."""
    key: Secret | None = None
    """The key of that service; a service of your own may need none."""


class Diarization(Settings):
    """Who spoke when, in real time: from 5.1.0 on this needs a Redis-compatible cache."""

    cache: HostAndPort | None = None
    """Host and port of a cache of your own. Without it the stack runs one beside the container."""


class DiskLog(Settings):
    """A log in files, under the output mount."""

    max_file_mb: Annotated[int, Field(ge=-1, le=10_000, examples=[5])] = 1
    """Megabytes until the next file begins; -1: one file without end."""


class Logging(Settings):
    """What the container writes to its log."""

    level: Literal["Trace", "Debug", "Information", "Warning", "Error", "Critical", "None"] = "Information"
    """The log of a container holds recognised text from Information on."""
    disk: Annotated[DiskLog | None, Field(examples=[{"max_file_mb": 5}])] = None
    """Log files as well; needs the option output."""


class Output(Settings):
    """A volume that keeps what the container writes: log files, and the usage records of disconnected containers."""

    size_gib: Annotated[int, Field(ge=1, le=1024)] = 10
    """GiB."""
    path: MountPath = "/output"
    """Where the container sees it."""


class Proxy(Settings):
    """The proxy through which a container reaches Azure."""

    url: Annotated[Url, Field(examples=["http://proxy.contoso.example:8888"])]
    """Its address."""
    credentials: Secret | None = None
    """user:password, in lower case, which nobody can check here: it is encrypted."""
    no_proxy: Annotated[tuple[str, ...], Field(examples=[[".contoso.example"]])] = ()
    """Names and ranges to reach without it, beside those that the stack knows."""


class Fluentd(Settings):
    """Where the container ships its log."""

    host: Annotated[str, Form("[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?", "a host's name", "fluentd.logging.svc")]
    """Name of the Fluentd server."""
    port: Annotated[int, Field(ge=1, le=65_535)] = 24224
    """Its port."""
    heartbeat_ms: Annotated[int, Field(ge=1, le=3_600_000)] = 60_000
    """Milliseconds between heartbeats."""
    send_buffer_size: Annotated[int, Field(ge=1, le=2**30)] = 32_768
    """Bytes set aside for what is sent."""
    tls_connection_establishment_timeout_ms: Annotated[int, Field(ge=1, le=3_600_000)] = 10_000
    """Milliseconds that a TLS connection may take to come about."""
    tls: bool = False
    """Whether it is spoken to by TLS."""


class Options(Settings):
    """Settings of the container itself."""

    sentiment: Sentiment | None = None
    """Sentiment of what was said."""
    diarization: Annotated[Diarization | None, Field(examples=[{}])] = None
    """Who spoke when."""
    logging: Logging | None = None
    """What is logged."""
    output: Annotated[Output | None, Field(examples=[{}])] = None
    """A volume for what the container writes."""
    proxy: Proxy | None = None
    """The way to Azure."""
    fluentd: Fluentd | None = None
    """Where the log goes."""
    application_insights: Secret | None = None
    """Instrumentation key for telemetry."""
    license_path: MountPath = "/license"
    """Where a disconnected container sees its licence."""
    extra_args: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=1000)], ...],
        Field(max_length=50, examples=[["Logging:Console:LogLevel:Microsoft=Warning"]]),
    ] = ()
    """More words for the container, as its documents write them. Never a secret: they stand in clear."""
