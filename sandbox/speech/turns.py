"""One turn of recognition, without a network: audio in, messages out.

A turn begins with a request id's first audio. Every `phrase_seconds` of audio make a phrase; the last one is shorter.
An interactive turn ends with its first phrase, a continuous one with the end of its audio.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.speech.audio import PLAIN, TICKS_A_SECOND, Format, read_header
from sandbox.speech.protocol import text_frame

HYPOTHESIS_SECONDS = 1.0
"""Audio between two interim results."""


@dataclass(frozen=True)
class Piece:
    """A stretch of the audio of a turn, in seconds."""

    offset: float
    duration: float
    hertz: int

    def ticks(self) -> dict[str, object]:
        """Offset and duration as the protocol counts them."""
        return {"Offset": round(self.offset * TICKS_A_SECOND), "Duration": round(self.duration * TICKS_A_SECOND)}


Phrase = Callable[[Piece], Mapping[str, Any]]
"""What is said of a piece: the body of `speech.phrase` but its offset and duration."""


@dataclass(frozen=True)
class Manner:
    """How a turn runs."""

    phrase: Phrase
    phrase_seconds: float
    continuous: bool


class Turn:
    """The audio of one request, and what is answered to it."""

    def __init__(self, request_id: str, manner: Manner) -> None:
        self.request_id = request_id
        self.ended = False
        self._manner = manner
        self._format: Format = PLAIN
        self._begun = False
        self._received = 0
        self._spoken = 0.0
        self._guessed = 0.0

    @property
    def seconds(self) -> float:
        """The audio that has arrived, in seconds."""
        return self._received / self._format.bytes_a_second

    def receive(self, payload: bytes) -> Iterator[str]:
        """The answers to a piece of audio; an empty one ends the stream. Raises AudioFormatError."""
        last = not payload
        if not self._begun:
            self._format, payload = read_header(payload)
            self._begun = True
            yield self._message("turn.start", {"context": {"serviceTag": self.request_id}})
            yield self._message("speech.startDetected", {"Offset": 0})
        self._received += len(payload)
        while not self.ended and self.seconds - self._spoken >= self._manner.phrase_seconds:
            yield from self._phrase(self._manner.phrase_seconds)
        if not self.ended and not last and self.seconds - max(self._spoken, self._guessed) >= HYPOTHESIS_SECONDS:
            self._guessed = self.seconds
            piece = self._piece(self.seconds - self._spoken)
            yield self._message("speech.hypothesis", {"Text": "simulated transcription", **piece.ticks()})
        if last and not self.ended:
            yield from self._finish()

    def _phrase(self, seconds: float) -> Iterator[str]:
        piece = self._piece(seconds)
        yield self._message("speech.phrase", {**self._manner.phrase(piece), **piece.ticks()})
        self._spoken += seconds
        if not self._manner.continuous:
            yield from self._end()

    def _finish(self) -> Iterator[str]:
        if self.seconds > self._spoken:
            yield from self._phrase(self.seconds - self._spoken)
        elif not self._spoken:
            nothing = {"RecognitionStatus": "InitialSilenceTimeout", **self._piece(0).ticks()}
            yield self._message("speech.phrase", nothing)
        if self._manner.continuous:
            end = {"RecognitionStatus": "EndOfDictation", **self._piece(0).ticks()}
            yield self._message("speech.phrase", end)
        if not self.ended:
            yield from self._end()

    def _end(self) -> Iterator[str]:
        self.ended = True
        yield self._message("speech.endDetected", {"Offset": round(self._spoken * TICKS_A_SECOND)})
        yield self._message("turn.end", {})

    def _piece(self, seconds: float) -> Piece:
        return Piece(self._spoken, seconds, self._format.hertz)

    def _message(self, path: str, body: Mapping[str, object]) -> str:
        return text_frame(path, self.request_id, body)
