"""A stack that is not there yet, imagined in a backend that is gone afterwards: the real one is not written to."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from speech.files import yaml_text
from speech.files.stack_file import PROJECT, stack_name

_PASSPHRASES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the engine may make the stack, and what it must be told to find it again from the project's own folder."""

    folder: Path
    file: Path
    environment: Mapping[str, str]


@contextmanager
def imagined(project: Path, stack_file: Path) -> Iterator[Place]:
    """A project of the same name with a copy of the stack file, which the engine may write its salt into."""
    with tempfile.TemporaryDirectory(prefix="speech-fleet-") as made:
        folder = Path(made)
        (folder / "state").mkdir()
        content = yaml_text.load((project / PROJECT).read_text(encoding="utf-8-sig"))
        name = content.get("name") if isinstance(content, Mapping) else None
        (folder / PROJECT).write_text(f"name: {name}\nruntime: python\n")
        copy = folder / f"Pulumi.{stack_name(stack_file)}.yaml"
        copy.write_bytes(stack_file.read_bytes())
        environment = {"PULUMI_BACKEND_URL": (folder / "state").as_uri()}
        if not any(name in os.environ for name in _PASSPHRASES):
            # Nothing was ever encrypted by it.
            environment["PULUMI_CONFIG_PASSPHRASE"] = copy.stem
        yield Place(folder, copy, environment)
