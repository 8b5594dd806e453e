"""The kinds of Speech container, told apart by image repository as Kubernetes names it."""

import re
from dataclasses import dataclass
from enum import Enum

from sandbox.speech.settings import StartError


class Answers(Enum):
    """What a container does for a client."""

    RECOGNITION = "recognition"
    SYNTHESIS = "synthesis"
    IDENTIFICATION = "identification"


@dataclass(frozen=True)
class Kind:
    """A row of the table below. `service` and `meter` are the double's own names but for the first service."""

    service: str
    answers: Answers
    meter: str
    api_type: str
    tag: str = r"(?P<version>[^-]+(-preview)?)-amd64(-preview)?"


_LOCALE = r"(?P<locale>[a-z]{2,3}(-[a-z]{4})?-[a-z]{2})"

KINDS = {
    "speech-to-text": Kind(
        "speechtotext",
        Answers.RECOGNITION,
        "AudioSecondsTranscribed",
        "SpeechToText",
        rf"(?P<version>[^-]+(-preview)?)-amd64-{_LOCALE}(-preview)?",
    ),
    "custom-speech-to-text": Kind(
        "customspeechtotext", Answers.RECOGNITION, "AudioSecondsTranscribed", "CustomSpeechToText"
    ),
    "neural-text-to-speech": Kind(
        "neuraltexttospeech",
        Answers.SYNTHESIS,
        "SynthesizedCharacters",
        "NeuralTextToSpeech",
        rf"(?P<version>[^-]+)-amd64-{_LOCALE}-(?P<voice>[a-z0-9-]+?)(-preview)?",
    ),
    "language-detection": Kind(
        "languagedetection", Answers.IDENTIFICATION, "AudioSecondsIdentified", "LanguageIdentification"
    ),
}


@dataclass(frozen=True)
class Image:
    """An image reference as far as its tag tells."""

    name: str
    kind: Kind
    version: str
    locale: str = ""
    """`en-us`, in the tag's small letters; empty where the kind has none or the tag is not read."""
    voice: str = ""
    """`arianeural`, in the tag's small letters."""

    @property
    def ssml_voice(self) -> str:
        """The voice's name for SSML in small letters: `en-us-arianeural`."""
        return f"{self.locale}-{self.voice}" if self.voice else ""


def read_image(reference: str) -> Image:
    """The image of a reference. Raises StartError where its repository is no kind the double plays."""
    path = reference.partition("@")[0]
    name, colon, tag = path.rpartition(":")
    if not colon or "/" in tag:
        name, tag = path, "latest"
    repository = name.rpartition("/")[2].removeprefix("cognitive-services-")
    kind = KINDS.get(repository)
    if kind is None:
        raise StartError(f"The sandbox plays no container of image {name}: it has {', '.join(KINDS)}.")
    if tag == "latest":
        # Both documented: speech to text is en-US, neural text to speech is en-US Aria.
        locale = "en-us" if "locale" in kind.tag else ""
        return Image(repository, kind, "latest", locale, "arianeural" if "voice" in kind.tag else "")
    match = re.fullmatch(kind.tag, tag)
    if match is None:
        return Image(repository, kind, tag)
    parts = match.groupdict(default="")
    return Image(repository, kind, parts["version"], parts.get("locale", ""), parts.get("voice", ""))
