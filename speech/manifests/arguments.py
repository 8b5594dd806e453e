"""The words that a Speech container is started with: one builder and one order for every host."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from speech.capacity.plan import ContainerPlan, Volume
from speech.catalog.kinds import kind
from speech.settings.options import Options

BILLING_VARIABLE = "SPEECH_BILLING"
API_KEY = "api-key"
SENTIMENT_KEY = "sentiment-key"
PROXY_CREDENTIALS = "proxy-credentials"
TELEMETRY_KEY = "application-insights-key"


@dataclass(frozen=True, slots=True)
class Word:
    """`name=value`, or the bare name where both value and secret are None.

    A secret's value stands on no command line and in no document: `secret` is the name of its entry, and each host has
    its own way to refer to it.
    """

    name: str
    value: Any = None
    """Text, or an output of a resource."""
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class Surface:
    """What only the host knows of a container's surroundings."""

    billing: Any
    """The account's endpoint, a URL; None without billing."""
    no_proxy: str = ""
    """What no proxy must stand before, separated by commas."""
    cache: str | None = None
    """Host and port of the stack's own cache, as the container sees it."""


def serving(plan: ContainerPlan, surface: Surface, *, disconnected: bool = False) -> list[Word]:
    """The words of a container that serves: model, licence, endpoint and key, then what the stack file adds.

    Disconnected ones run by the licence in their volume, with neither endpoint nor key (vendor pages, 2025-12).
    """
    if disconnected:
        return [_eula(plan), *_mounts(plan), *_extras(plan, surface)]
    return [*_model(plan), *_billed(plan, surface), *_mounts(plan), *_extras(plan, surface)]


def downloads(plan: ContainerPlan, surface: Surface) -> list[list[Word]]:
    """The words of each run that fills the model volume: one run obeys one group of models, so one a group."""
    model = plan.model
    if model is None:
        return []
    groups = [_model(plan)]
    if display := model.display:
        groups += [[Word(f"{part}Id", found) for part, found in display.ids.items()]] if display.ids else []
        if display.locale:
            groups += [[*(Word(each) for each in display.types), Word("DisplayLocale", display.locale)]]
    return [[*group, *_billed(plan, surface), *_network(plan.options)] for group in groups]


def listing(locale: str, types: Sequence[str], billing: str) -> list[Word]:
    """The words of the run that lists the base models of a locale, or with types its display models, and ends.

    The key is not among them: whoever runs it has a variable for it.
    """
    return [
        *(Word(each) for each in types),
        Word("BaseModelLocale", locale),
        Word("Eula", "accept"),
        Word("Billing", billing),
    ]


def license_download(plan: ContainerPlan, surface: Surface) -> list[Word]:
    """The words of the run that writes the licence into its volume, and ends."""
    return [
        *_billed(plan, surface),
        Word("DownloadLicense", "True"),
        Word("Mounts:License", plan.options.license_path),
        *_network(plan.options),
    ]


def variables(plan: ContainerPlan, surface: Surface) -> list[Word]:
    """What containers read from their environment only."""
    return [*_variables(plan, surface)]


def secrets(options: Options) -> dict[str, str]:
    """The entries that the words refer to beside the billing key, each with its path below the container's options."""
    found = {}
    if options.sentiment and options.sentiment.key:
        found[SENTIMENT_KEY] = "sentiment.key"
    if options.proxy and options.proxy.credentials:
        found[PROXY_CREDENTIALS] = "proxy.credentials"
    if options.application_insights:
        found[TELEMETRY_KEY] = "application_insights"
    return found


def _eula(plan: ContainerPlan) -> Word:
    return Word(kind(plan.kind).eula_word, "accept")


def _billed(plan: ContainerPlan, surface: Surface) -> list[Word]:
    return [_eula(plan), Word("Billing", surface.billing), Word("ApiKey", secret=API_KEY)]


def _model(plan: ContainerPlan) -> list[Word]:
    return [Word("ModelId", plan.model.id)] if plan.model else []


def _mounts(plan: ContainerPlan) -> Iterator[Word]:
    names = {"license": "Mounts:License", "output": "Mounts:Output"}
    return (Word(names[volume.role], volume.path) for volume in plan.volumes if volume.role in names)


def _extras(plan: ContainerPlan, surface: Surface) -> Iterator[Word]:
    options = plan.options
    if options.sentiment:
        group = "CloudAI:SentimentAnalysisSettings"
        yield Word(f"{group}:TextAnalyticsHost", options.sentiment.host)
        if options.sentiment.key:
            yield Word(f"{group}:SentimentAnalysisApiKey", secret=SENTIMENT_KEY)
    cache = surface.cache if plan.cache else options.diarization.cache if options.diarization else None
    if cache:
        yield Word("InClusterRedisCacheEnabled", "true")
        yield Word("InClusterRedisCacheEndpoint", cache)
    yield from _logs(options)
    yield from _network(options)
    for word in options.extra_args:
        name, equals, value = word.partition("=")
        yield Word(name, value if equals else None)


def _logs(options: Options) -> Iterator[Word]:
    if options.logging:
        yield Word("Logging:Console:LogLevel:Default", options.logging.level)
        if options.logging.disk:
            yield Word("Logging:Disk:Format", "json")
            yield Word("Logging:Disk:MaxFileSize", str(options.logging.disk.max_file_mb))
    if fluentd := options.fluentd:
        yield Word("Fluentd:Host", fluentd.host)
        yield Word("Fluentd:Port", str(fluentd.port))
        yield Word("Fluentd:HeartbeatMs", str(fluentd.heartbeat_ms))
        yield Word("Fluentd:SendBufferSize", str(fluentd.send_buffer_size))
        yield Word("Fluentd:TlsConnectionEstablishmentTimeoutMs", str(fluentd.tls_connection_establishment_timeout_ms))
        yield Word("Fluentd:UseTLS", str(fluentd.tls).lower())
    if options.application_insights:
        yield Word("ApplicationInsights:InstrumentationKey", secret=TELEMETRY_KEY)


def _network(options: Options) -> Iterator[Word]:
    if options.proxy:
        yield Word("HTTP_PROXY", options.proxy.url)
        if options.proxy.credentials:
            yield Word("HTTP_PROXY_CREDS", secret=PROXY_CREDENTIALS)


def _variables(plan: ContainerPlan, surface: Surface) -> Iterator[Word]:
    if plan.decoders_env:
        yield Word(plan.decoders_env, str(plan.decoders))
    if plan.options.proxy:
        # Without it the processes inside a container cannot reach each other (azure-docs #112998).
        yield Word("NO_PROXY", ",".join([*filter(None, [surface.no_proxy]), *plan.options.proxy.no_proxy]))
    if urls := kind(plan.kind).urls_variable:
        yield Word(urls, f"http://+:{plan.port}")


def models_volume(volumes: Sequence[Volume]) -> Volume | None:
    """The volume that downloads fill."""
    return next((volume for volume in volumes if volume.role == "models"), None)


def in_kubernetes(words: Sequence[Word]) -> list[str]:
    """As a pod's `args`: secrets and the endpoint stand in variables, which the words refer to."""
    return [_reference(word) for word in words]


def _reference(word: Word) -> str:
    if word.secret is not None:
        return f"{word.name}=$({variable_of(word.secret)})"
    if word.name == "Billing":
        return f"{word.name}=$({BILLING_VARIABLE})"
    return word.name if word.value is None else f"{word.name}={word.value}"


def variable_of(entry: str) -> str:
    """The variable of a pod that holds a secret's entry: `sentiment-key` is in SPEECH_SENTIMENT_KEY."""
    return f"SPEECH_{entry.upper().replace('-', '_')}"
