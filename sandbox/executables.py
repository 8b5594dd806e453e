"""The small executables that let the engine find what this checkout provides.

The stand-ins of the cloud plugins lie in the sandbox's own `bin`, on PATH inside make targets only: in a shell of yours
they would hide the real plugins. The language host of our own is offered only where the official one is missing.
"""

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.home import Home

_MARK = "# speech-containers: written by make"
_HOST = "pulumi-language-python"
_STAND_INS = {
    "pulumi-resource-azure-native": "sandbox.plugins.azure_native",
    "pulumi-resource-kubernetes": "sandbox.plugins.kubernetes",
    "kubelogin": "sandbox.kubelogin",
}
"""What the checkout's modules stand in for: plugins of the engine, and of Kubernetes' clients."""


def is_shim(path: Path) -> bool:
    """Whether the executable is one of ours."""
    try:
        with path.open("rb") as file:
            return _MARK.encode() in file.read(200)
    except OSError:
        return False


def install_executables(home: "Home", pulumi: Path) -> None:
    """Write what the engine at `pulumi` needs into `home.bin`. Safe to repeat, and while the engine runs."""
    home.bin.mkdir(parents=True, exist_ok=True)
    for name, module in _STAND_INS.items():
        _write(home.bin / name, _module(module))
    _offer_language_host(home.bin, pulumi)


def link_into_environment(pulumi: Path, directory: Path, *, own: bool) -> None:
    """Let `. .venv/bin/activate && pulumi preview` work. An engine of our `own` is on no PATH: `directory` calls it."""
    if sys.prefix == sys.base_prefix:
        return
    if own:
        call = f'PATH={shlex.quote(str(directory))}:"$PATH" exec {shlex.quote(str(pulumi))} "$@"'
        _write(directory / "pulumi", call)
    else:
        _remove(directory / "pulumi")
    _offer_language_host(directory, pulumi)


def official_language_host(pulumi: Path) -> Path | None:
    """The official host where the engine would find it: on PATH, else beside its binary."""
    for folder in [*os.get_exec_path(), str(pulumi.resolve().parent)]:
        found = shutil.which(_HOST, path=folder)
        if found and not is_shim(Path(found)):
            return Path(found)
    return None


def _offer_language_host(directory: Path, pulumi: Path) -> None:
    if official_language_host(pulumi):
        _remove(directory / _HOST)
    else:
        _write(directory / _HOST, _module("sandbox.language_host"))


def _module(module: str) -> str:
    # -P: a program's own folder must not lend its modules to the plugin.
    return f'exec {shlex.quote(sys.executable)} -P -m {module} "$@"'


def _write(path: Path, command: str) -> None:
    text = f"#!/bin/sh\n{_MARK}\n{command}\n"
    # Left alone: what is right already, and what somebody else has put there.
    if path.exists() and (not is_shim(path) or path.read_text() == text):
        return
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.chmod(0o755)
    fresh.replace(path)


def _remove(path: Path) -> None:
    if is_shim(path):
        path.unlink()
