"""The containers of a stack: what each is, and what it must carry."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from speech.settings.base import DnsLabel, Secret, Settings, WhenMissing


class KindName(StrEnum):
    """Kinds of Speech container; what each means stands in the catalogue."""

    SPEECH_TO_TEXT = "speech-to-text"
    CUSTOM_SPEECH_TO_TEXT = "custom-speech-to-text"
    NEURAL_TEXT_TO_SPEECH = "neural-text-to-speech"
    LANGUAGE_IDENTIFICATION = "language-identification"
    FAST_TRANSCRIPTION = "fast-transcription"
    TEXT_TO_SPEECH = "text-to-speech"
    CUSTOM_TEXT_TO_SPEECH = "custom-text-to-speech"
    DIAGNOSTIC = "diagnostic"


class Audio(StrEnum):
    """live: a microphone, at the pace of speech. file: read faster than real time, about twice the work."""

    LIVE = "live"
    FILE = "file"


class ScaleBy(StrEnum):
    """The signal that adds pods."""

    CPU = "cpu"
    STREAMS = "streams"
    FIXED = "fixed"


class Demand(Settings):
    """What the container must carry at its peak."""

    concurrent_streams: Annotated[
        int,
        Field(ge=1, le=100_000),
        WhenMissing("write the number of streams at the peak, as in  concurrent_streams: 12"),
    ]
    base_streams: Annotated[int | None, Field(ge=1, le=100_000)] = None
    """Streams that are always there; without it, the peak."""
    audio: Audio = Audio.LIVE
    hours_a_month: Annotated[float | None, Field(ge=0)] = None
    """Hours of audio in a month, for the metering cost; without it that cost is unknown."""
    characters_a_month: Annotated[int | None, Field(ge=0)] = None
    """Characters spoken in a month, for the metering cost of text to speech."""


class Scaling(Settings):
    """How the number of pods follows the demand."""

    by: ScaleBy = ScaleBy.CPU
    headroom: Annotated[float, Field(ge=0, le=4)] = 0.2
    """Share of the peak kept free on top of it: 0.2 is a fifth."""
    min_replicas: Annotated[int, Field(ge=1, le=1000)]
    max_replicas: Annotated[int | None, Field(ge=1, le=1000)] = None
    """A ceiling for the bill; below what the demand needs it is a fault."""
    streams_per_pod: Annotated[int | None, Field(ge=1, le=1000)] = None
    """Measured by you; without it, the catalogue's rule for the kind and the pod's size."""


class Resources(Settings):
    """Processor and memory of one pod; without it, the catalogue's planning row."""

    cpu: Annotated[float, Field(gt=0, le=416)]
    memory_gib: Annotated[float, Field(gt=0, le=11_400)]


class Image(Settings):
    """An image from a registry of your own, with the rules of the container's kind."""

    repository: Annotated[str, Field(min_length=1)]
    tag: Annotated[str, Field(min_length=1)]


class DisplayModels(Settings):
    """Models that turn recognised words into written text."""

    locale: str | None = None
    types: tuple[str, ...] = ()
    ids: dict[str, str] = Field(default_factory=dict)


class Model(Settings):
    """A custom or base model, downloaded into the container's volume."""

    id: Annotated[str, Field(min_length=1)]
    display: DisplayModels | None = None


class Options(Settings):
    """Settings of the container itself; which of them a kind knows stands in the catalogue."""

    sentiment: dict[str, str | Secret] | None = None
    diarization: dict[str, str] | None = None
    logging: dict[str, str] | None = None
    proxy: dict[str, str | Secret] | None = None
    fluentd: dict[str, str | int | bool] | None = None
    application_insights: Secret | None = None


class Container(Settings):
    """One Speech container: an image, a demand, and the pods that carry it."""

    name: Annotated[DnsLabel, WhenMissing("give the container a name, unique in the stack, as in  name: transcribe-en")]
    kind: Annotated[KindName, WhenMissing("write the kind of container, as in  kind: speech-to-text")]
    locale: str | None = None
    voice: str | None = None
    version: Annotated[str | None, Field(pattern=r"^\d+\.\d+\.\d+(-[a-z0-9]+)?$", examples=["5.1.0"])] = None
    tag: str | None = None
    digest: Annotated[str | None, Field(pattern=r"^sha256:[0-9a-f]{64}$")] = None
    image: Image | None = None
    model: Model | None = None
    demand: Demand | None = None
    scaling: Scaling
    resources: Resources | None = None
    run_as_user: Annotated[int | None, Field(ge=1, le=65_535)] = None
    """Number of the image's user: pods then run as non-root by the cluster's own check. No page names it."""
    options: Options = Options()
    pair_with: str | None = None
