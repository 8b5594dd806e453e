"""What a client asks for: the `speech.context` it sends, under the service properties of its address.

A service property `speechcontext-a.b` of the address stands for `{"a": {"b": ...}}` of the context; letter case counts
in neither. Measured with azure-cognitiveservices-speech 1.53.0.
"""

import json
from collections.abc import Mapping
from typing import Any

_PREFIX = "speechcontext-"
INTERPOLATION = "xonlineinterp"
"""The flight of phrase lists v2."""


class Asked:
    """One turn's wishes."""

    def __init__(self, query: Mapping[str, str], context: Mapping[str, Any]) -> None:
        self._query = {name.lower(): value for name, value in query.items()}
        self._context = _lowered(context)
        for name, value in self._query.items():
            if name.startswith(_PREFIX):
                self._lay(name.removeprefix(_PREFIX).split("."), _read(value))

    @property
    def detailed(self) -> bool:
        """Whether results come with their alternatives."""
        return "detailed" in (self._query.get("format"), str(self.at("phraseoutput.format")).lower())

    @property
    def interactive(self) -> bool:
        """Whether the context asks for one phrase only."""
        return str(self.at("phrasedetection.mode")).lower() == "interactive"

    @property
    def phrases(self) -> int:
        """The length of the phrase list."""
        groups = self.at("dgi.groups")
        return sum(len(group.get("items", ())) for group in groups) if isinstance(groups, list) else 0

    @property
    def interpolates(self) -> bool:
        """Whether phrases may stand inside of a sentence: phrase lists v2."""
        return self._query.get("setflight") == INTERPOLATION

    @property
    def punctuation(self) -> str:
        """`implicit`, or what else the address says; empty: nothing."""
        return self._query.get("punctuation", "")

    @property
    def words(self) -> bool:
        """Whether each word comes with its time."""
        return self._query.get("wordleveltimestamps") == "true" or "WordTimings" in self._options("detailed.options")

    @property
    def speaker_mode(self) -> str:
        """`identity` or `anonymous`; empty: speakers are not told apart."""
        mode = str(self.at("phrasedetection.speakerdiarization.mode") or "").lower()
        return mode if mode in ("identity", "anonymous") else ""

    @property
    def session(self) -> str:
        """The client's name for the audio whose speakers are told apart."""
        return str(self.at("phrasedetection.speakerdiarization.audiosessionid") or "")

    @property
    def sentiment_of_result(self) -> bool:
        """Whether the result carries its sentiment."""
        return self._sentiment("detailed.extensions" if self.detailed else "simple.extensions")

    @property
    def sentiment_of_alternatives(self) -> bool:
        """Whether each alternative carries its own."""
        return self.detailed and self._sentiment("detailed.options")

    @property
    def sentiment_version(self) -> str:
        """The version of the model that tells sentiment."""
        return str(self.at("phrasedetection.sentimentanalysis.modelversion") or "")

    @property
    def languages(self) -> list[str]:
        """Those to choose from."""
        return self.at("languageid.languages") or []

    @property
    def identifies_continuously(self) -> bool:
        """Whether the language may change."""
        return "continuous" in str(self.at("languageid.mode")).lower()

    def at(self, path: str) -> Any:  # noqa: ANN401  what JSON holds
        """The value under a path in small letters; none where there is none."""
        found: Any = self._context
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def _options(self, name: str) -> list[str]:
        found = self.at(f"phraseoutput.{name}")
        return found if isinstance(found, list) else []

    def _sentiment(self, place: str) -> bool:
        switched_off = self.at("phrasedetection.sentimentanalysis.enabled") is False
        return "Sentiment" in self._options(place) and not switched_off

    def _lay(self, path: list[str], value: Any) -> None:  # noqa: ANN401  what JSON holds
        within = self._context
        for name in path[:-1]:
            inner = within.get(name)
            if not isinstance(inner, dict):
                inner = within[name] = {}
            within = inner
        within[path[-1]] = value


def _lowered(document: Any) -> Any:  # noqa: ANN401  what JSON holds
    if isinstance(document, Mapping):
        return {name.lower(): _lowered(value) for name, value in document.items()}
    return [_lowered(each) for each in document] if isinstance(document, list) else document


def _read(text: str) -> Any:  # noqa: ANN401  what JSON holds
    try:
        return json.loads(text)
    except ValueError:
        return text
