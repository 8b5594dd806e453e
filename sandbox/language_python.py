"""The Python that a Pulumi program asks for, and what is installed there."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from google.protobuf import json_format
from pulumi.runtime.proto import language_pb2, plugin_pb2


class PythonMissingError(Exception):
    """The program asks for a Python that is not there. The text says what helps."""


@dataclass(frozen=True)
class Python:
    """One Python: `executable`, and the virtual environment it belongs to, None for the machine's own."""

    executable: Path
    environment: Path | None

    def variables(self, given: dict[str, str]) -> dict[str, str]:
        """`given` as it is once the virtual environment is active."""
        if self.environment is None:
            return given
        path = f"{self.environment / 'bin'}{os.pathsep}{given.get('PATH', os.defpath)}"
        active = {**given, "PATH": path, "VIRTUAL_ENV": str(self.environment)}
        active.pop("PYTHONHOME", None)
        return active

    def answer(self, *arguments: str) -> str:
        """Standard output of a short call. Raises subprocess.CalledProcessError."""
        command = [str(self.executable), *arguments]
        return subprocess.run(  # noqa: S603 - the program's own Python
            command, env=self.variables(dict(os.environ)), capture_output=True, text=True, check=True
        ).stdout


def virtual_environment(info: language_pb2.ProgramInfo, default: str = "") -> Path | None:
    """Where `runtime.options` of Pulumi.yaml want the virtual environment.

    Raises PythonMissingError for a toolchain that only the official language host knows.
    """
    options = json_format.MessageToDict(info.options)
    toolchain = options.get("toolchain", "pip")
    if toolchain not in {"pip", "uv"}:
        raise PythonMissingError(
            f"runtime.options.toolchain: {toolchain} needs the official pulumi-language-python; "
            "without it pip and uv are understood"
        )
    named = options.get("virtualenv") or (".venv" if toolchain == "uv" else default)
    # pathlib keeps an absolute right side as it is.
    return Path(info.root_directory) / named if named else None


def python_of(info: language_pb2.ProgramInfo, default: str = "") -> Python:
    """The Python to run with: of the virtual environment asked for, else `python3` from PATH.

    `default` is the environment's name where nothing is asked for. Raises PythonMissingError.
    """
    environment = virtual_environment(info, default)
    if environment is None:
        found = shutil.which(os.environ.get("PULUMI_PYTHON_CMD", "python3")) or shutil.which("python")
        if not found:
            raise PythonMissingError("no python3 on PATH")
        return Python(Path(found), None)
    executable = environment / "bin" / "python"
    if not executable.exists():
        raise PythonMissingError(
            f"runtime.options.virtualenv: {environment} is no virtual environment. Make it with `pulumi install`"
        )
    return Python(executable, environment)


def required_packages(python: Python) -> Iterator[plugin_pb2.PackageDependency]:
    """The plugins of every Pulumi package installed, as the official host tells them: from `pulumi-plugin.json`."""
    folders = json.loads(python.answer("-P", "-c", "import json, sys; print(json.dumps(sys.path))"))
    for file in sorted(file for folder in folders if folder for file in Path(folder).glob("*/pulumi-plugin.json")):
        described = json.loads(file.read_text())
        if not described.get("resource"):
            continue
        dependency = plugin_pb2.PackageDependency(
            name=described.get("name") or file.parent.name.removeprefix("pulumi_").replace("_", "-"),
            kind="resource",
            version="v" + described["version"].removeprefix("v") if described.get("version") else "",
            server=described.get("server", ""),
        )
        if "parameterization" in described:
            json_format.ParseDict(described["parameterization"], dependency.parameterization)
        yield dependency
