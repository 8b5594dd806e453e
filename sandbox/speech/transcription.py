"""What the double says of audio: that it is no transcription, of how much audio, and what was asked with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.speech.asked import Asked
from sandbox.speech.audio import TICKS_A_SECOND
from sandbox.speech.sentiment import Scores
from sandbox.speech.turns import Manner, Phrase, Piece

PHRASE_SECONDS = 15
_IDENTIFICATION_SECONDS = 5


def simulated_text(seconds: float, hertz: int, extras: Sequence[str] = ()) -> str:
    """A text that names what arrived."""
    text = f"Simulated transcription of {_plain(seconds)} seconds of audio at {_plain(hertz / 1000)} kHz"
    return f"{', '.join([text, *extras])}."


def timed_words(text: str, offset: float, seconds: float) -> list[tuple[str, float, float]]:
    """The words of a text with offset and duration in seconds, all of one length."""
    words = text.rstrip(".").split()
    each = seconds / len(words)
    return [(word, offset + place * each, each) for place, word in enumerate(words)]


@dataclass(frozen=True)
class Transcriber:
    """The phrases of one turn."""

    asked: Asked
    interpolates: bool = False
    """Whether the image knows phrase lists v2."""
    speakers: Sequence[str] = ()
    """They take turns; none: speakers are not told apart."""
    sentiment: Scores | None = None

    def phrase(self, piece: Piece) -> dict[str, Any]:
        """The body of `speech.phrase` but its offset and duration."""
        text = simulated_text(piece.duration, piece.hertz, self._extras())
        found: dict[str, Any] = {"RecognitionStatus": "Success", "DisplayText": text}
        if self.speakers:
            found["SpeakerId"] = self.speakers[int(piece.offset // PHRASE_SECONDS) % len(self.speakers)]
        if self.sentiment and self.asked.sentiment_of_result:
            found["Sentiment"] = self.sentiment
        if self.asked.detailed:
            found["NBest"] = [self._alternative(text, piece)]
        return found

    def _extras(self) -> list[str]:
        phrases = self.asked.phrases
        way = " inside of sentences" if self.interpolates and self.asked.interpolates else ""
        extras = [f"with {phrases} {'phrase' if phrases == 1 else 'phrases'}{way}"] if phrases else []
        return [*extras, f"with {self.asked.punctuation} punctuation"] if self.asked.punctuation else extras

    def _alternative(self, text: str, piece: Piece) -> dict[str, Any]:
        lexical = text.lower().rstrip(".")
        best: dict[str, Any] = {
            "Confidence": 1.0,
            "Lexical": lexical,
            "ITN": lexical,
            "MaskedITN": lexical,
            "Display": text,
        }
        if self.asked.words:
            best["Words"] = [
                {"Word": word, "Offset": _ticks(begin), "Duration": _ticks(seconds), "Confidence": 1.0}
                for word, begin, seconds in timed_words(lexical, piece.offset, piece.duration)
            ]
        if self.sentiment and self.asked.sentiment_of_alternatives:
            best["Sentiment"] = self.sentiment
        return best


def recognition(path: str, transcriber: Transcriber) -> Manner:
    """A turn of speech to text: its address or its context makes it interactive."""
    interactive = "/interactive/" in path or transcriber.asked.interactive
    return Manner(transcriber.phrase, PHRASE_SECONDS, continuous=not interactive)


def identification(asked: Asked) -> Manner:
    """A turn of language identification: always the first language that the client names, the double hears none."""
    language = {"Language": (asked.languages or ["Unknown"])[0], "Confidence": "High"}
    phrase: Phrase = lambda _: {"RecognitionStatus": "Success", "DisplayText": "", "PrimaryLanguage": language}  # noqa: E731
    return Manner(phrase, phrase_seconds=_IDENTIFICATION_SECONDS, continuous=asked.identifies_continuously)


def _ticks(seconds: float) -> int:
    return round(seconds * TICKS_A_SECOND)


def _plain(number: float) -> str:
    return f"{round(number, 2):g}"
