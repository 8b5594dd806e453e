"""`docker run` lines: the containers of a stack as the vendor's pages start them, for two shells."""

import shlex
from collections.abc import Iterator, Sequence
from typing import Literal

from speech.capacity.plan import Plan
from speech.manifests.compose import PLATFORM
from speech.manifests.docker import GUARD, Step, Variable, steps

Shell = Literal["bash", "powershell"]
_BASH_HEAD = """#!/usr/bin/env bash
# Starts the Speech containers of {stack} on this host.
# Endpoint and keys are read from .env beside this file.
set -euo pipefail
cd "$(dirname "$0")"
set -a; . ./.env; set +a
grep -q avx2 /proc/cpuinfo || {{ echo "This host has no AVX2, which Speech containers need." >&2; exit 1; }}
"""
_SILENT: dict[Shell, str] = {"bash": ">/dev/null 2>&1 ||", "powershell": "*> $null ||"}
_POWERSHELL_HEAD = """# Starts the Speech containers of {stack} on this host.
# Endpoint and keys are read from .env beside this file.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Set-Location $PSScriptRoot
Get-Content .env | Where-Object {{ $_ -match '^([A-Z0-9_]+)=(.*)$' }} | ForEach-Object {{
  Set-Item "env:$($Matches[1])" $Matches[2].Trim("'")
}}
docker run --rm --entrypoint sh {guard} -c 'grep -q avx2 /proc/cpuinfo'
if ($LASTEXITCODE) {{ throw 'This host has no AVX2, which Speech containers need.' }}
"""


def script(plan: Plan, shell: Shell, volumes: str | None = None, no_proxy: str = "") -> str:
    r"""The script: flags, image, words, in the order of the vendor's pages.

    `volumes` is a folder of the host, of Windows too (C:\speech), under which each volume is a folder; without one,
    Docker keeps them under their names.
    """
    made = [step for step in steps(plan, no_proxy) if step.name != GUARD]
    head = _BASH_HEAD if shell == "bash" else _POWERSHELL_HEAD
    networks = sorted({network for step in made for network in step.private})
    lines = [
        f"docker network inspect {each} {_SILENT[shell]} docker network create --internal {each}" for each in networks
    ]
    lines += [_line(step, shell, volumes) for step in made if not step.by_hand]
    for step in made:
        if step.by_hand:
            lines += [f"# By hand: {step.name}", f"# {_line(step, shell, volumes)}"]
    return head.format(stack=plan.stack, guard=plan.images.guard) + "\n".join(lines) + "\n"


def _line(step: Step, shell: Shell, volumes: str | None) -> str:
    """One line; three where a container with a port finds its cache in a second network as soon as it starts."""
    joins = list(step.private) if step.ports else []
    verb = ("create",) if joins else ("run",) if step.once else ("run", "--detach")
    words = ["docker", *verb, *_flags(step, volumes)]
    if step.private and not joins:
        words += ["--network", step.private[0]]
    line = " ".join([*(_quoted(word, shell) for word in words), step.image, *_after_the_image(step, shell)])
    connects = [f"docker network connect {network} {step.name}" for network in joins]
    return "\n".join([line, *connects, *([f"docker start {step.name}"] if joins else [])])


def _flags(step: Step, volumes: str | None) -> Iterator[str]:
    yield from ("--rm",) if step.once else ("--restart", "unless-stopped")
    yield from ("--name", step.name, "--platform", PLATFORM)
    if step.ports:
        yield from ("-p", f"{step.ports[0]}:{step.ports[1]}")
    if step.memory_gib is not None:
        yield from ("--memory", f"{step.memory_gib * 1024:.0f}m", "--cpus", f"{step.cpu:g}")
    if step.gpus:
        yield from ("--gpus", str(step.gpus))
    if step.as_root:
        yield from ("--user", "0:0")
    for name, path in step.volumes:
        yield from ("-v", f"{_on_the_host(name, volumes)}:{path}")
    for name, value in step.variables:
        yield from ("-e", f"{name}={value}")
    if step.script:
        yield from ("--entrypoint", "sh")


def _on_the_host(name: str, volumes: str | None) -> str:
    if volumes is None:
        return name
    separator = "\\" if "\\" in volumes else "/"
    return f"{volumes.rstrip(separator)}{separator}{name}"


def _after_the_image(step: Step, shell: Shell) -> Sequence[str]:
    if step.script:
        return [_quoted(word, shell) for word in ("-c", step.script)]
    if step.command:
        return [_quoted(word, shell) for word in step.command]
    return [_word(name, value, shell) for name, value in step.words]


def _word(name: str, value: str | Variable | None, shell: Shell) -> str:
    if isinstance(value, Variable):
        return f'{name}="${value.name}"' if shell == "bash" else f'"{name}=$env:{value.name}"'
    return _quoted(name if value is None else f"{name}={value}", shell)


def _quoted(text: str, shell: Shell) -> str:
    if shell == "bash":
        return shlex.quote(text)
    plain = text and all(character.isalnum() or character in "-_=./:\\" for character in text)
    return text if plain else "'" + text.replace("'", "''") + "'"
