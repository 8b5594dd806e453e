"""The folders that a host mounts into a container."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath


@dataclass(frozen=True)
class Volumes:
    """{mount path in the container: local folder}."""

    mounts: Mapping[str, str] = field(default_factory=dict)

    def folder(self, path: str) -> Path | None:
        """The local folder behind a path in the container; none where no volume is mounted at or above it."""
        wanted = PurePosixPath(path)
        above = [mount for mount in self.mounts if wanted.is_relative_to(mount)]
        if not above:
            return None
        mount = max(above, key=lambda each: len(PurePosixPath(each).parts))
        return Path(self.mounts[mount]) / wanted.relative_to(mount)
