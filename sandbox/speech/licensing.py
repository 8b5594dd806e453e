"""The licence of a container without a network: fetched once, bound to image and version, good until its day.

The file's name and form are the sandbox's own; that it is bound and expires is documented (speech-container-stt,
2025-12; the licence update note, 2023-05).
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sandbox.speech.billing import Billing
from sandbox.speech.configuration import StartError
from sandbox.speech.kinds import Image
from sandbox.speech.settings import LICENSE_NOT_FOUND

FILE = "license.json"


@dataclass(frozen=True)
class License:
    """A licence as its file says."""

    image: str
    """The kind, by its repository's name."""
    version: str
    expires: datetime


async def download(billing: Billing, image: Image, folder: Path) -> Path:
    """Fetch the licence of an image into a folder; the file. Raises FetchError."""
    bound: dict[str, object] = {"image": image.name, "version": image.version}
    document = await billing.fetch("POST", "/license", bound)
    file = folder / FILE
    file.write_text(json.dumps({**document, **bound}, indent=2) + "\n")
    return file


def read(folder: Path, image: Image, now: datetime) -> License:
    """The licence in a folder, good for an image now. Raises StartError."""
    try:
        document = json.loads((folder / FILE).read_text())
        expires = datetime.fromisoformat(document["expires"])
        license_ = License(document["image"], document["version"], expires.replace(tzinfo=expires.tzinfo or UTC))
    except OSError as error:
        raise StartError(LICENSE_NOT_FOUND) from error
    except (ValueError, LookupError, TypeError) as error:
        raise StartError(f"The licence file {FILE} cannot be read.") from error
    if (license_.image, license_.version) != (image.name, image.version):
        raise StartError(
            f"The licence is for {license_.image} {license_.version}, not for {image.name} {image.version}: "
            "download the licence of this image."
        )
    if license_.expires <= now:
        raise StartError(f"The licence has expired on {license_.expires:%Y-%m-%d}: download it again.")
    return license_
