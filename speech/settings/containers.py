"""The containers of a stack: what each is, and what it must carry."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from speech.catalog.tags import version_in
from speech.catalog.versions import NEWEST
from speech.settings.base import Form, Settings, WhenMissing
from speech.settings.forms import Digest, DnsLabel, ImageTag, Semver
from speech.settings.options import Options


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
    """What the container must carry at its peak: streams, or characters to be spoken."""

    concurrent_streams: Annotated[int | None, Field(ge=1, le=100_000, examples=[120])] = None
    """Streams at the peak; calls at once, for language identification."""
    base_streams: Annotated[int | None, Field(ge=1, le=100_000, examples=[40])] = None
    """Streams that are always there; without it, the peak."""
    audio: Audio = Audio.LIVE
    """live: a microphone, about one core a stream. file: faster than real time, about two (vendor FAQ, 2022)."""
    characters_a_second: Annotated[float | None, Field(gt=0, le=1e6, examples=[450])] = None
    """What text to speech must speak at the peak, in place of concurrent_streams."""
    base_characters_a_second: Annotated[float | None, Field(gt=0, le=1e6, examples=[150])] = None
    """What is always spoken; without it, the peak."""
    speaking_rate: Annotated[float | None, Field(gt=0, le=1000, examples=[12])] = None
    """Characters a second that one stream speaks; without it 15, the pace of English heard as it is made (a
    judgement). Clients that take speech faster than they play it need more streams' work: write what they take."""
    hours_a_month: Annotated[float | None, Field(ge=0, le=1e9, examples=[30000])] = None
    """Hours of audio in a month, for the metering cost; without it that cost is unknown."""
    characters_a_month: Annotated[int | None, Field(ge=0, le=10**15, examples=[50000000])] = None
    """Characters spoken in a month, for the metering cost of text to speech."""


class Scaling(Settings):
    """How the number of pods follows the demand."""

    by: Annotated[ScaleBy, Field(examples=["fixed"])] = ScaleBy.CPU
    """The signal that adds pods: cpu on aks and kubernetes, but fixed for what works on a GPU; container-instances and
    docker know fixed alone."""
    headroom: Annotated[float, Field(ge=0, le=4)] = 0.2
    """Share of the peak kept free on top of it: 0.2 is a fifth."""
    min_replicas: Annotated[int, Field(ge=1, le=1000)]
    """Pods that are always there; more where the base load or the zones ask for more."""
    max_replicas: Annotated[int | None, Field(ge=1, le=1000, examples=[40])] = None
    """A ceiling for the bill; below what the demand needs it is a fault."""
    spare_pods: Annotated[int, Field(ge=0, le=1000, examples=[1])] = 0
    """Places on nodes that are kept free for the next pods, each as large as one: they save the time for a node, and
    cost as much."""
    streams_per_pod: Annotated[int | None, Field(ge=1, le=1000, examples=[7])] = None
    """Measured by you; without it, the rule for the kind and the pod's size."""
    rule: Annotated[str | None, Field(max_length=40, examples=["faq-measured"])] = None
    """Which published rule says what a stream costs, where not the kind's default: docs/cost.md lists them."""
    cpu_per_stream: Annotated[float | None, Field(gt=0, le=64, examples=[0.9])] = None
    """Cores of one stream, in place of a rule's."""


class Probes(Settings):
    """How long a pod may take before the host gives it up."""

    startup_minutes: Annotated[int | None, Field(ge=1, le=240, examples=[45])] = None
    """Until it must be ready for the first time; without it, the catalogue's figure for the kind."""
    liveness_minutes: Annotated[int, Field(ge=1, le=60)] = 5
    """Of silence until it is started again, which cuts the streams it has. Never asked about billing."""


class Resources(Settings):
    """Processor and memory of one pod; without it, the catalogue's planning row."""

    cpu: Annotated[float, Field(gt=0, le=416, examples=[7])]
    """Cores."""
    memory_gib: Annotated[float, Field(gt=0, le=11_400, examples=[16])]
    """GiB of memory."""


class Image(Settings):
    """An image from a registry of your own, with the rules of the container's kind."""

    repository: Annotated[
        str,
        Field(max_length=255),
        Form(
            r"[a-zA-Z0-9][a-zA-Z0-9.:_/-]*[a-zA-Z0-9]",
            "registry and name without a tag",
            "contoso.azurecr.io/speech-to-text",
        ),
    ]
    """Registry and name."""
    tag: ImageTag
    """The tag in that repository."""


DisplayPart = Literal["Punct", "Rescore", "Resegment", "Wfstitn"]
DisplayType = Literal["FullDisplay", "Punct", "Rescore", "Resegment", "Wfstitn"]
ModelId = Annotated[
    str,
    Form(
        "[0-9a-zA-Z-]{1,128}", "the id of a model: letters, digits and hyphens", "1f2e3d4c-0000-4000-8000-000000000000"
    ),
]


class DisplayModels(Settings):
    """Models that turn recognised words into written text."""

    locale: Annotated[str | None, Field(examples=["en-US"])] = None
    """Take the latest ones of this locale."""
    types: Annotated[tuple[DisplayType, ...], Field(examples=[["FullDisplay"]])] = ()
    """Which of them: FullDisplay stands for all."""
    ids: Annotated[dict[DisplayPart, ModelId], Field(examples=[{"Punct": "0123abcd"}])] = Field(default_factory=dict)
    """Exact models by type, in place of locale and types."""


class Model(Settings):
    """A custom or base model, downloaded into the container's volume."""

    id: ModelId
    """The model's id."""
    display: DisplayModels | None = None
    """Display models beside it."""
    volume_gib: Annotated[int, Field(ge=1, le=1024)] = 20
    """GiB of the volume that keeps them. Each model has a volume of its own."""


class Container(Settings):
    """One Speech container: an image, a demand, and the pods that carry it."""

    name: Annotated[DnsLabel, WhenMissing("give the container a name, unique in the stack, as in  name: transcribe-en")]
    """Unique in the stack; part of the host's name."""
    kind: Annotated[KindName, WhenMissing("write the kind of container, as in  kind: speech-to-text")]
    """What it does."""
    locale: Annotated[str | None, Field(max_length=40, examples=["en-US"])] = None
    """The language of an image that has one."""
    voice: Annotated[str | None, Field(max_length=80, examples=["AriaNeural"])] = None
    """The voice of an image that has one."""
    version: Semver | None = None
    """Version of the image; with locale and voice it makes the tag."""
    tag: ImageTag | None = None
    """The image's tag, in place of a version."""
    digest: Digest | None = None
    """The image's digest, in place of a version."""
    image: Image | None = None
    """An image of your own, in place of a version."""
    model: Model | None = None
    """The model of a custom container."""
    demand: Demand | None = None
    """What it must carry."""
    scaling: Scaling
    """How it grows."""
    resources: Resources | None = None
    """How large a pod is."""
    probes: Probes = Probes()
    """How patient the host is with it."""
    run_as_user: Annotated[int | None, Field(ge=1, le=65_535, examples=[1000])] = None
    """Number of the image's user: pods then run as non-root by the cluster's own check. No page names it."""
    options: Options = Options()
    """Settings of the container itself."""
    pair_with: DnsLabel | None = None
    """The container whose language this one identifies."""

    @property
    def image_version(self) -> str:
        """Version of the image as far as its name tells it; NEWEST for a digest, or a tag of your own."""
        tag = self.image.tag if self.image else self.tag
        return self.version or (version_in(tag) if tag else None) or NEWEST
