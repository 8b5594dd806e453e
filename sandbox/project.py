"""A copy of the project under the sandbox's home, so that the engine writes nothing into the checkout."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from sandbox.home import REPOSITORY, Home


class NoStackError(Exception):
    """There is no such stack file. The text names those that there are."""


@dataclass(frozen=True)
class Project:
    """Where `pulumi` runs: its own Pulumi.yaml, which points at the checkout's program, and copies of stack files."""

    folder: Path
    stack: str


def copy(home: Home, stack: str, repository: Path = REPOSITORY) -> Project:
    """Copies Pulumi.yaml, the user's own catalogue and the file of `stack`. The salt that the engine adds stays.

    Raises NoStackError.
    """
    yaml = YAML(typ="safe")
    given = yaml.load(repository / "Pulumi.yaml")
    source = repository / given.get("stackConfigDir", ".") / f"Pulumi.{stack}.yaml"
    if not source.is_file():
        names = sorted(path.name[len("Pulumi.") : -len(".yaml")] for path in source.parent.glob("Pulumi.*.yaml"))
        raise NoStackError(f"{source.relative_to(repository)}: there is no such stack; there are: {', '.join(names)}")
    folder = home.root / "project"
    folder.mkdir(parents=True, exist_ok=True)
    project = {
        **given,
        "main": os.path.relpath(repository, folder),
        "runtime": {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}},
    }
    project["plugins"] = _plugins(home)
    project.pop("stackConfigDir", None)
    yaml.dump(project, folder / "Pulumi.yaml")
    shutil.rmtree(folder / "catalog", ignore_errors=True)
    if (repository / "catalog").is_dir():
        shutil.copytree(repository / "catalog", folder / "catalog")
    target = folder / source.name
    salt = _salt(target)
    target.write_text(source.read_text() + (f"\nencryptionsalt: {salt}\n" if salt else ""))
    return Project(folder, stack)


def _plugins(home: Home) -> dict[str, list[dict[str, str]]]:
    """The stand-ins by their paths: found on PATH alone, the engine warns of each."""
    place = str(home.bin)
    found = {"providers": [{"name": name, "path": place} for name in ("azure-native", "kubernetes")]}
    if (home.bin / "pulumi-language-python").exists():
        found["languages"] = [{"name": "python", "path": place}]
    return found


def _salt(file: Path) -> str | None:
    if not file.is_file():
        return None
    found = (YAML(typ="safe").load(file) or {}).get("encryptionsalt")
    return str(found) if found else None
