"""Audio as the double needs it: how long what arrived lasts, and a tone to send back."""

import array
import io
import math
import struct
import wave
from dataclasses import dataclass

TICKS_A_SECOND = 10_000_000
"""Offsets and durations of the protocol count 100 ns."""

_RIFF_HEADER = 12
_CHUNK_HEADER = 8
_FORMAT = struct.Struct("<HHIIHH")


class AudioFormatError(ValueError):
    """Audio that is no RIFF stream the double can measure."""


@dataclass(frozen=True)
class Format:
    """How a stream is to be measured."""

    hertz: int
    bytes_a_second: int


PLAIN = Format(hertz=16_000, bytes_a_second=32_000)
"""16 kHz, 16 bit, mono: what a stream without a header is."""


def read_header(data: bytes) -> tuple[Format, bytes]:
    """The format of a stream's first bytes, and the audio after its header. Raises AudioFormatError."""
    if not data.startswith(b"RIFF"):
        return PLAIN, data
    found: Format | None = None
    at = _RIFF_HEADER
    while at + _CHUNK_HEADER <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        at += _CHUNK_HEADER
        if name == b"data":
            break
        if name == b"fmt " and at + _FORMAT.size <= len(data):
            _, _, hertz, bytes_a_second, _, _ = _FORMAT.unpack_from(data, at)
            found = Format(hertz, bytes_a_second)
        at += size + size % 2
    if found is None or not found.hertz or not found.bytes_a_second:
        raise AudioFormatError("the audio stream has a RIFF header without a format")
    return found, data[at:]


def tone(seconds: float, hertz: int = 16_000, pitch: int = 200) -> bytes:
    """A quiet sine, 16 bit mono, in whole periods."""
    period = hertz // pitch
    wavelet = array.array("h", (int(6000 * math.sin(2 * math.pi * step / period)) for step in range(period)))
    return wavelet.tobytes() * max(1, round(seconds * hertz / period))


def as_wav(samples: bytes, hertz: int = 16_000) -> bytes:
    """Samples of 16 bit mono under a RIFF header."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(hertz)
        out.writeframes(samples)
    return file.getvalue()
