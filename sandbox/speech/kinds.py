"""The kinds of Speech container, told apart by image repository."""

import re
from dataclasses import dataclass
from enum import Enum

from sandbox.speech.configuration import StartError


class Answers(Enum):
    """What a container does for a client."""

    RECOGNITION = "recognition"
    SYNTHESIS = "synthesis"
    IDENTIFICATION = "identification"
    FAST_TRANSCRIPTION = "fast transcription"


_AFTER_PLATFORM = r"(?P<version>[^-]+(-preview)?)-amd64(-preview)?"
_LOCALE = r"(?P<locale>[a-z]{2,3}(-[a-z]{4})?-[a-z]{2})"
_LOCALISED = rf"(?P<version>[^-]+(-preview)?)-amd64-{_LOCALE}(-preview)?"
_VOICED = rf"(?P<version>[^-]+)-amd64-{_LOCALE}-(?P<voice>[a-z0-9-]+?)(-preview)?"
_LANGUAGE_FIRST = r"(?P<locale>[A-Za-z0-9-]+?)-gpu-(?P<version>[0-9.]+)(-preview)?"
_GPU_FIRST = r"gpu-(?P<version>[0-9.]+)-(?P<locale>[A-Za-z0-9-]+?)(-preview)?"


@dataclass(frozen=True)
class Kind:
    """A row of the table below. `service` and `meter` are the double's own names but for the first service."""

    service: str
    answers: Answers
    meter: str
    api_type: str
    tags: tuple[str, ...] = (_AFTER_PLATFORM,)
    latest: tuple[str, str] = ("", "")
    """Locale and voice that the tag `latest` has."""
    port: int = 5000
    """Where it listens in its container; 8080 is what .NET 8 takes without ASPNETCORE_URLS."""
    port_by_urls: bool = False
    """Whether ASPNETCORE_URLS moves the port: documented of one kind."""
    charged: bool = True
    custom: bool = False
    """Serves a model from /usr/local/models, which it downloads by ModelId."""
    queries: bool = False
    """Lists base and display models, and downloads display models."""
    disconnected: bool = False
    """Whether there is a licence to run it without a network."""
    proxy_since: str = "0"
    """The first version whose HTTP_PROXY works for metering (release notes of 2023-01)."""
    decoders: tuple[str, int] = ("DECODER_MAX_COUNT", 5)
    """The variable of recognitions at once, and their number without it: 5 is the default of a community chart of 2026
    (Microsoft names none), 2 that of the page on fast transcription (2026-09)."""


KINDS = {
    "speech-to-text": Kind(
        "speechtotext",
        Answers.RECOGNITION,
        "AudioSecondsTranscribed",
        "SpeechToText",
        (_LOCALISED,),
        latest=("en-us", ""),
        disconnected=True,
        proxy_since="3.10.0",
    ),
    "custom-speech-to-text": Kind(
        "customspeechtotext",
        Answers.RECOGNITION,
        "AudioSecondsTranscribed",
        "CustomSpeechToText",
        custom=True,
        queries=True,
        disconnected=True,
        proxy_since="3.10.0",
    ),
    "neural-text-to-speech": Kind(
        "neuraltexttospeech",
        Answers.SYNTHESIS,
        "SynthesizedCharacters",
        "NeuralTextToSpeech",
        (_VOICED,),
        latest=("en-us", "arianeural"),
        disconnected=True,
        proxy_since="2.9.0",
    ),
    "language-detection": Kind(
        "languagedetection",
        Answers.IDENTIFICATION,
        "AudioSecondsIdentified",
        "LanguageIdentification",
        port=5003,
        charged=False,
    ),
    "fast-transcription": Kind(
        "fasttranscription",
        Answers.FAST_TRANSCRIPTION,
        "AudioSecondsFastTranscribed",
        "FastTranscription",
        (_LANGUAGE_FIRST, _GPU_FIRST),
        latest=("en-us", ""),
        port=8080,
        port_by_urls=True,
        disconnected=True,
        decoders=("DECODER_COUNT", 2),
    ),
    "text-to-speech": Kind(
        "texttospeech",
        Answers.SYNTHESIS,
        "SynthesizedCharacters",
        "TextToSpeech",
        (_VOICED,),
        latest=("en-us", "jessarus"),
    ),
    "custom-text-to-speech": Kind(
        "customtexttospeech",
        Answers.SYNTHESIS,
        "SynthesizedCharacters",
        "CustomTextToSpeech",
        custom=True,
    ),
}


@dataclass(frozen=True)
class Image:
    """An image reference as far as its tag tells."""

    name: str
    kind: Kind
    version: str
    """`5.1.0`; `latest`, an unread tag or a digest where that is all the reference says."""
    locale: str = ""
    """`en-us`, in the tag's small letters; empty where the kind has none or the tag is not read."""
    voice: str = ""
    """`arianeural`, in the tag's small letters."""

    @property
    def ssml_voice(self) -> str:
        """The voice's name for SSML in small letters: `en-us-arianeural`."""
        return f"{self.locale}-{self.voice}" if self.voice else ""

    def since(self, version: str) -> bool:
        """Whether it is of that version or a later one. One that is not known counts as the newest."""
        own = re.match(r"\d+(\.\d+)*", self.version)
        return own is None or _numbers(own[0]) >= _numbers(version)


def repository_of(reference: str) -> str:
    """The last part of an image reference's path, without the prefix of the registry of 2019."""
    path = reference.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return path.removeprefix("cognitive-services-")


def read_image(reference: str) -> Image:
    """The image of a reference. Raises StartError where its repository is no kind the double plays."""
    repository = repository_of(reference)
    # A derived image keeps its kind's name, with words around it: speech-to-text-gstreamer.
    names = [name for name in KINDS if re.search(rf"(^|[-_.]){name}($|[-_.])", repository)]
    if not names:
        raise StartError(f"The sandbox plays no container of image {repository}: it has {', '.join(KINDS)}.")
    name = max(names, key=len)
    kind = KINDS[name]
    path, _, digest = reference.partition("@")
    tag = path.rpartition("/")[2].partition(":")[2]
    if digest and not tag:
        return Image(name, kind, digest)
    if tag in ("", "latest"):
        return Image(name, kind, "latest", *kind.latest)
    match = next(filter(None, (re.fullmatch(form, tag) for form in kind.tags)), None)
    if match is None:
        return Image(name, kind, tag)
    parts = match.groupdict(default="")
    return Image(name, kind, parts["version"], parts.get("locale", ""), parts.get("voice", ""))


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
