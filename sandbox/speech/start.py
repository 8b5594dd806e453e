"""What a container does before it listens; some runs do nothing else."""

import logging
import uuid
from dataclasses import dataclass

from sandbox.speech import licensing, models, records
from sandbox.speech.billing import Billing, FetchError
from sandbox.speech.configuration import Configuration, StartError, read_configuration
from sandbox.speech.console import log_to_console, log_to_disk
from sandbox.speech.container import SpeechContainer
from sandbox.speech.kinds import Image, read_image
from sandbox.speech.launch import Launch
from sandbox.speech.metering import VALID, Identity, Meter, Metering, SystemClock
from sandbox.speech.models import ModelTool, ModelVolume
from sandbox.speech.network import Names, Network
from sandbox.speech.settings import Settings, check, check_billing
from sandbox.speech.volumes import Volumes

_log = logging.getLogger("Microsoft.CloudAI.Containers.Host")
_ENDS = "SANDBOX_DOWNLOAD_ENDS"
"""Ours, a variable: a run that has downloaded a model by ModelId ends. Sources disagree; without it the run serves."""


@dataclass(frozen=True)
class _Run:
    """A launch as it was read."""

    launch: Launch
    image: Image
    configuration: Configuration
    settings: Settings
    billing: Billing


def _network(launch: Launch) -> Network:
    return Network(launch.hosts.get("metering", ""), launch.ca, launch.cluster, Names(launch.names))


def container_port(launch: Launch) -> int:
    """Where the container listens in its own network: what a host has to map. Raises StartError."""
    kind = read_image(launch.image).kind
    urls = read_configuration([], launch.env).get("ASPNETCORE_URLS") if kind.port_by_urls else ""
    port = urls.split(";")[0].rpartition(":")[2].strip("/")
    return int(port) if port.isdecimal() else kind.port


async def prepare(launch: Launch) -> SpeechContainer | int:
    """The container of a launch, or the exit status of a run that serves nothing. Raises StartError."""
    run = _read(launch)
    if run.settings.downloads_license:
        return await _download_license(run)
    model = await _model(run)
    if isinstance(model, int):
        return model
    clock = SystemClock()
    return SpeechContainer.started(
        run.image,
        run.settings,
        _meter(run, clock),
        clock,
        launch.loading_seconds,
        model,
        _network(launch),
    )


async def diagnose(launch: Launch) -> int:
    """The diagnostic container: tell whether the billing endpoint is reached and takes the key. Raises StartError."""
    log_to_console("Information")
    configuration = read_configuration(launch.args, launch.env)
    if configuration.get("Eula") != "accept":
        raise StartError("Missing EULA=accept command line option. You must provide this to continue.")
    settings = Settings(*check_billing(configuration))
    _log.info("Testing the connection to the billing endpoint '%s'.", settings.billing_host)
    report = {"containerType": "diagnostic", "meter": {"name": "AudioSecondsTranscribed", "quantity": 0.0}}
    status = await Billing(settings, _network(launch)).submit(report)
    if status != VALID:
        _log.error("Endpoint connection failed with status '%s'.", status)
        return 1
    _log.info("The billing endpoint is reached, the key is valid.")
    return 0


def _read(launch: Launch) -> _Run:
    image = read_image(launch.image)
    configuration = read_configuration(launch.args, launch.env)
    settings = check(configuration, launch.env, image, Volumes(launch.volumes))
    log_to_console(settings.logging.level)
    if settings.logging.folder:
        log_to_disk(settings.logging.folder, uuid.uuid4().hex[:12], settings.logging.megabytes)
    blocked = settings.proxy is not None and not image.since(image.kind.proxy_since)
    if blocked:
        _log.error("HTTP_PROXY does not work before %s %s.", image.name, image.kind.proxy_since)
    if settings.proxy and settings.proxy.route(Names(launch.names)) is None:
        _log.info("The proxy stands outside of the sandbox: usage goes past it.")
    return _Run(launch, image, configuration, settings, Billing(settings, _network(launch), blocked=blocked))


async def _download_license(run: _Run) -> int:
    assert run.settings.license_folder is not None, "checked with the settings"  # noqa: S101
    try:
        await licensing.download(run.billing, run.image, run.settings.license_folder)
    except FetchError as error:
        _log.critical("License download failed with status '%s'. %s", error.status, error)
        return 1
    _log.info("License downloaded for %s %s.", run.image.name, run.image.version)
    return 0


async def _model(run: _Run) -> str | int:
    """What a container serves that is no part of its image, or the exit status of a run that only fetches."""
    volumes = Volumes(run.launch.volumes)
    if not run.image.kind.custom:
        models.check_plain(volumes)
        return ""
    wish, volume = models.read_wish(run.configuration, run.image), ModelVolume(volumes)
    tool = ModelTool(run.billing, volume, run.image)
    if wish.list_locale:
        return await tool.list(wish)
    if wish.display_only:
        return await tool.download_display(wish)
    found = volume.model()
    if found is None and wish.model_id:
        found = await tool.download(wish)
        if run.launch.env.get(_ENDS) == "1":
            return 0
    if found is None:
        raise StartError(models.NOT_FOUND)
    if wish.model_id.lower() not in ("", found["id"].lower()):
        ignored = f"ModelId {wish.model_id} is ignored: the volume holds model {found['id']}."
        _log.warning("%s", ignored)
        return ignored
    _log.info("Serving model %s.", found["id"])
    return f"Model: {found['id']}"


def _meter(run: _Run, clock: SystemClock) -> Meter:
    identity = Identity(uuid.uuid4().hex[:12], run.image)
    settings = run.settings
    if settings.license_folder and settings.output_folder:
        licence = licensing.read(settings.license_folder, run.image, clock.now())
        _log.info("Running from a licence until %s.", licence.expires.date())
        return records.UsageRecords(identity, settings.output_folder, licence.expires, clock)
    _log.info("Submitting metering to '%s'.", settings.billing)
    return Metering(identity, run.billing.submit, clock, run.launch.metering_seconds)
