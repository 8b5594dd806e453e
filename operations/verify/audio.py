"""Sound to call with, made on the spot: nothing is recorded, nothing is shipped."""

import array
import io
import math
import wave

HERTZ = 16_000
"""What recognisers take without a header: 16 kHz, 16 bit, mono."""
_BYTES = 2
_PITCH, _SYLLABLES, _LOUD = 180, 4, 9000
_QUIET_SECONDS = 0.3


def humming(seconds: float) -> bytes:
    """Samples that rise and fall as syllables do, with some silence at the end. No word is in them."""
    spoken = int((seconds - _QUIET_SECONDS) * HERTZ)
    samples = array.array(
        "h",
        (
            int(_LOUD * math.sin(math.pi * _SYLLABLES * at / HERTZ) ** 2 * math.sin(2 * math.pi * _PITCH * at / HERTZ))
            for at in range(spoken)
        ),
    )
    return samples.tobytes() + bytes(int(seconds * HERTZ) * _BYTES - spoken * _BYTES)


def seconds_of(samples: bytes) -> float:
    """How long they last."""
    return len(samples) / (HERTZ * _BYTES)


def as_wav(samples: bytes) -> bytes:
    """A WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(_BYTES)
        written.setframerate(HERTZ)
        written.writeframes(samples)
    return file.getvalue()


def of_wav(file: bytes) -> bytes:
    """The samples of a WAV file. Raises ValueError for one of another form than ours."""
    try:
        with wave.open(io.BytesIO(file), "rb") as read:
            if (read.getnchannels(), read.getsampwidth(), read.getframerate()) != (1, _BYTES, HERTZ):
                raise ValueError(f"audio of another form: {read.getparams()}")
            return read.readframes(read.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"no WAV: {error}") from None
