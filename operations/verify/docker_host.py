"""Which images the Docker host runs that is asked from itself."""

import shutil
import subprocess
from collections.abc import Sequence

from operations.verify.images import Running, UnknownImagesError
from operations.verify.target import Target

_SECONDS = 10
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def running(target: Target) -> Sequence[Running]:
    """The image of the container of that name. Raises UnknownImagesError."""
    docker = shutil.which("docker")
    if docker is None or target.host not in _LOOPBACK:
        raise UnknownImagesError("docker ps  on its host tells")
    try:
        done = subprocess.run(  # noqa: S603  # our own words and a checked name, no shell
            [docker, "inspect", "--type", "container", "--format", "{{.Config.Image}}", target.container.name],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnknownImagesError(f"docker does not answer: {error}") from None
    if done.returncode:
        # A container that another name or another host has: what answers is asked in any case.
        raise UnknownImagesError(" ".join(done.stderr.split()) or "docker tells nothing")
    return [Running(target.container.name, done.stdout.strip())]
