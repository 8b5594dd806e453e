"""Forms of several parts, as `multipart/form-data` (RFC 7578)."""

from email.parser import BytesParser
from email.policy import HTTP


class FormError(ValueError):
    """A body that is no such form."""


def read_form(content_type: str, body: bytes) -> dict[str, bytes]:
    """{name: content} of a body. Raises FormError."""
    if not content_type.lower().startswith("multipart/form-data"):
        raise FormError("The body is no multipart/form-data.")
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise FormError("The body has no parts.")
    parts: dict[str, bytes] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            parts[name] = content
    return parts
