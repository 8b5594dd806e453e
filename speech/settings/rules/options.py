"""Options of a container: since which version of the image they work, and what they need beside them."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from speech.catalog.kinds import kind, sentiment_path
from speech.catalog.regions import clouds
from speech.catalog.versions import NEWEST, is_before
from speech.settings.containers import Container
from speech.settings.draft import Draft
from speech.settings.faults import Finding
from speech.settings.options import Options, Sentiment

SINCE = {"sentiment": "sentiment", "proxy": "proxy"}
"""Options that images learned to read, by their row of first versions in the catalogue."""
_DISPLAY = "write  model: {display: ...}"
_ACCOUNT = "it follows from speech:account"
OF_THE_TOOLKIT: Mapping[str, str] = {
    "eula": "write  speech:billing: {eula: accept}",
    "billing": _ACCOUNT,
    "apikey": _ACCOUNT,
    "modelid": "write  model: {id: ...}",
    "basemodellocale": "speech models list  asks for base models",
    **dict.fromkeys(("displaylocale", "fulldisplay"), _DISPLAY),
    **{f"{part}{end}": _DISPLAY for part in ("punct", "rescore", "resegment", "wfstitn") for end in ("", "id")},
    "downloadlicense": "the stack downloads the licence of a disconnected container",
    "mounts:input": "Speech containers take no input mount",
    "mounts:output": "write  output: {path: ...}",
    "mounts:license": "write  license_path: ...",
    "mounts:*": "volumes follow from model, output and the licence",
    "logging:disk:*": "write  logging: {disk: {}}",
    "logging:console:loglevel:default": "write  logging: {level: ...}",
    "fluentd:*": "write  fluentd: {host: ...}",
    "applicationinsights:*": "set application_insights, which is encrypted",
    "cloudai:sentimentanalysissettings:*": "write  sentiment: {host: ...}",
    "inclusterrediscache*": "write  diarization: {}",
    "http_proxy*": "write  proxy: {url: ...}",
    "https_proxy*": "write  proxy: {url: ...}",
    "no_proxy": "write  proxy: {no_proxy: [...]}",
    "decoder_max_count": "it follows from the streams of a pod: scaling: {streams_per_pod: ...}",
    "decoder_count": "it follows from the streams of a pod: scaling: {streams_per_pod: ...}",
    "aspnetcore_urls": "the port is that of the kind",
}
"""Words that no extra_args repeat: of two that say different things one would win, and nobody could tell which."""


def an_option_is_not_newer_than_the_image(draft: Draft) -> Iterator[Finding]:
    """An image that does not know a setting starts without it, and says nothing."""
    for path, container in draft.named():
        for option, row in SINCE.items():
            since = kind(container.kind).first_versions.get(row)
            if since and getattr(container.options, option) and is_before(container.image_version, since):
                yield Finding(
                    f"{path}.options.{option}",
                    f"needs image version {since}, this is {container.image_version}: write  version: {since}  or"
                    " newer, or leave it out",
                )


def early_images_tell_speakers_apart_by_themselves(draft: Draft) -> Iterator[Finding]:
    """Only from 5.1.0 on does diarization need a cache (vendor page, 2026-09-02)."""
    for path, container in draft.named():
        since = kind(container.kind).first_versions.get("diarization-cache")
        if container.options.diarization and since and is_before(container.image_version, since):
            yield Finding(
                f"{path}.options.diarization",
                f"image version {container.image_version} tells speakers apart by itself, the cache is for {since} and"
                " newer: leave it out",
            )


def sentiment_is_asked_at_the_path_of_the_image(draft: Draft) -> Iterator[Finding]:
    """The path carries the version of the service, and an image knows the answers of one only."""
    for path, container, sentiment in _sentiments(draft):
        asked, parts = sentiment_path(container.image_version), urlsplit(sentiment.host)
        if asked and parts.path != asked:
            version = "this image" if container.image_version == NEWEST else f"version {container.image_version}"
            message = f"is no address that {version} asks: write  {parts.scheme}://{parts.netloc}{asked}"
            yield Finding(f"{path}.host", message)


def sentiment_in_the_cloud_needs_a_key(draft: Draft) -> Iterator[Finding]:
    """Azure answers nobody without one; a Language container of one's own asks for none."""
    for path, _, sentiment in _sentiments(draft):
        if not _of_azure(urlsplit(sentiment.host).hostname or ""):
            continue
        if sentiment.key is None:
            where = f"{path}.key"
            yield Finding(where, f"missing. Azure asks for one: pulumi config set --secret --path '{where}'")
        if not sentiment.host.startswith("https:"):
            yield Finding(f"{path}.host", "would carry the key in clear: write https://")


def _sentiments(draft: Draft) -> Iterator[tuple[str, Container, Sentiment]]:
    """Of the kinds that ask for it."""
    for path, container in draft.named():
        if container.options.sentiment and "sentiment" in kind(container.kind).options:
            yield f"{path}.options.sentiment", container, container.options.sentiment


def _of_azure(host: str) -> bool:
    forms = (form for cloud in clouds().values() for form in (cloud.account_host, cloud.metering_host))
    return any(host.endswith(form.partition("}")[2]) for form in forms)


def a_log_on_disk_has_a_volume(draft: Draft) -> Iterator[Finding]:
    """Without an output mount a container that logs to disk does not start; disconnected ones have one anyway."""
    if draft.disconnected:
        return
    for path, container in draft.named():
        logging = container.options.logging
        if logging and logging.disk and container.options.output is None:
            yield Finding(f"{path}.options.output", "missing. A log on disk needs a volume: write  output: {}")


def a_licence_path_is_that_of_a_licence(draft: Draft) -> Iterator[Finding]:
    """Connected containers have no licence file."""
    if draft.billing is None or draft.disconnected:
        return
    for path, container in draft.named():
        if container.options.license_path != Options.model_fields["license_path"].default:
            message = "has no effect with connected billing: leave it out"
            yield Finding(f"{path}.options.license_path", message)


def what_is_mounted_has_a_path_of_its_own(draft: Draft) -> Iterator[Finding]:
    """No host mounts two volumes at one place."""
    for path, container in draft.named():
        output, license_path = container.options.output, container.options.license_path
        if output and output.path in {license_path, kind(container.kind).models_path}:
            message = f'"{output.path}" is where the container has its licence or its model: take another'
            yield Finding(f"{path}.options.output.path", message)
        if license_path == kind(container.kind).models_path:
            yield Finding(f"{path}.options.license_path", f'"{license_path}" is where the model lies: take another')


def extra_args_leave_the_toolkits_words_alone(draft: Draft) -> Iterator[Finding]:
    """Said twice, one of two words wins, and nobody can tell which."""
    for path, container in draft.named():
        for index, word in enumerate(container.options.extra_args):
            name = word.partition("=")[0].strip()
            if remedy := _remedy(name.lstrip("-/").lower().replace("__", ":")):
                message = f'"{name}" is a word of the toolkit: {remedy}'
                yield Finding(f"{path}.options.extra_args[{index}]", message)


def _remedy(name: str) -> str | None:
    families = (words for family, words in OF_THE_TOOLKIT.items() if family[-1] == "*" and name.startswith(family[:-1]))
    return OF_THE_TOOLKIT.get(name) or next(families, None)


RULES = (
    an_option_is_not_newer_than_the_image,
    early_images_tell_speakers_apart_by_themselves,
    sentiment_is_asked_at_the_path_of_the_image,
    sentiment_in_the_cloud_needs_a_key,
    a_log_on_disk_has_a_volume,
    a_licence_path_is_that_of_a_licence,
    what_is_mounted_has_a_path_of_its_own,
    extra_args_leave_the_toolkits_words_alone,
)
