"""Frames of the Speech SDK's WebSocket protocol, USP: header lines and a body, as text or as binary.

A text frame is header lines, an empty line, the body. A binary frame is the length of its header lines in two bytes,
big-endian, the header lines, the body. Measured with azure-cognitiveservices-speech 1.53.0.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SUBPROTOCOL = "USP"
_LENGTH = 2


class FrameError(ValueError):
    """A frame that is not USP."""


@dataclass(frozen=True)
class Frame:
    """One message of either side."""

    path: str
    request_id: str
    body: bytes = b""
    content_type: str = ""
    stream_id: str = ""

    def json(self) -> dict[str, Any]:
        """The body read as a JSON object. Raises FrameError."""
        try:
            document = json.loads(self.body)
        except ValueError as error:
            raise FrameError(f"the body of {self.path} is no JSON") from error
        if not isinstance(document, dict):
            raise FrameError(f"the body of {self.path} is no JSON object")
        return document


def text_frame(path: str, request_id: str, body: Mapping[str, object]) -> str:
    """A service message: JSON under the headers the SDK reads."""
    headers = f"X-RequestId:{request_id}\r\nContent-Type:application/json; charset=utf-8\r\nPath:{path}\r\n\r\n"
    return headers + json.dumps(body)


def audio_frame(request_id: str, stream_id: str, audio: bytes) -> bytes:
    """A piece of synthesised audio; an empty one ends it."""
    headers = f"X-RequestId:{request_id}\r\nContent-Type:audio/x-wav\r\nX-StreamId:{stream_id}\r\nPath:audio\r\n"
    return len(headers).to_bytes(_LENGTH, "big") + headers.encode() + audio


def read_frame(raw: str | bytes) -> Frame:
    """The message of a frame. Raises FrameError."""
    if isinstance(raw, str):
        head, _, text = raw.partition("\r\n\r\n")
        body = text.encode()
    else:
        length = int.from_bytes(raw[:_LENGTH], "big")
        if len(raw) < _LENGTH + length:
            raise FrameError("a binary frame is shorter than its header")
        head = raw[_LENGTH : _LENGTH + length].decode("utf-8", "replace")
        body = raw[_LENGTH + length :]
    headers = {
        name.strip().lower(): value.strip()
        for name, colon, value in (line.partition(":") for line in head.split("\r\n"))
        if colon
    }
    if "path" not in headers:
        raise FrameError("a frame has no Path header")
    return Frame(
        path=headers["path"].lower(),
        request_id=headers.get("x-requestid", ""),
        body=body,
        content_type=headers.get("content-type", ""),
        stream_id=headers.get("x-streamid", ""),
    )
