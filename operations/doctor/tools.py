"""The programs that an `up` needs on this machine, and their versions."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import version

from operations.doctor.check import Check, failed, passed, warned
from operations.doctor.subject import Subject
from speech.settings.target import AksTarget, TargetKind

_SECONDS = 20
_NUMBER = re.compile(r"v?(\d+(?:\.\d+)*)")
_PLUGINS = {"azure-native": "pulumi-azure-native", "kubernetes": "pulumi-kubernetes"}
"""Plugins by the package of their SDK, whose version they must have."""
_CLUSTERS = (TargetKind.AKS, TargetKind.KUBERNETES)


def engine(_: Subject) -> Iterator[Check]:
    """The engine is there, and not older than its SDK: nothing here has ever run with one."""
    sdk, found = version("pulumi"), shutil.which("pulumi")
    remedy = ("make setup", f"or install pulumi {sdk} or newer: https://www.pulumi.com/docs/install/")
    if found is None:
        yield failed("engine", "pulumi is not on PATH", *remedy)
        return
    said = _run(found, "version").strip()
    if _numbers(said)[:1] != _numbers(sdk)[:1] or _numbers(said) < _numbers(sdk):
        yield failed("engine", f"pulumi {said or 'of no version'}, its SDK is {sdk}", *remedy)
        return
    yield passed("engine", f"pulumi {said.removeprefix('v')}, its SDK is {sdk}")


def plugins(subject: Subject) -> Iterator[Check]:
    """The providers are installed in the version of their SDKs, or will be downloaded."""
    engine = shutil.which("pulumi")
    listed = json.loads(_run(engine, "plugin", "ls", "--json") or "[]") if engine else []
    have = {(each["name"], str(each.get("version", "")).removeprefix("v")) for each in listed}
    needed = [name for name in _PLUGINS if name != "kubernetes" or subject.stack.target.kind in _CLUSTERS]
    missing = []
    for name in needed:
        wanted = version(_PLUGINS[name])
        if (name, wanted) not in have and shutil.which(f"pulumi-resource-{name}") is None:
            missing.append((name, wanted))
    if missing:
        names = ", ".join(f"{name} {wanted}" for name, wanted in missing)
        commands = [f"pulumi plugin install resource {name} {wanted}" for name, wanted in missing]
        yield warned("plugins", f"{names}: not installed, the first up downloads them", *commands)
        return
    yield passed("plugins", ", ".join(f"{name} {version(_PLUGINS[name])}" for name in needed))


def kubelogin(_: Subject) -> Iterator[Check]:
    """With Entra, a kubeconfig holds no credential and calls kubelogin."""
    if shutil.which("kubelogin"):
        yield passed("kubelogin", "on PATH, for authentication: entra")
    else:
        yield failed(
            "kubelogin", "not on PATH: with authentication: entra nobody reaches the cluster", "az aks install-cli"
        )


def by_entra(subject: Subject) -> bool:
    """Whether people and pipelines log in to the cluster."""
    target = subject.stack.target
    return isinstance(target, AksTarget) and target.authentication == "entra"


def _run(*command: str) -> str:
    """What a program prints; nothing where it fails."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(  # noqa: S603  # our own words, no shell
            command, capture_output=True, text=True, timeout=_SECONDS, check=False, env=environment
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout if done.returncode == 0 else ""


def _numbers(text: str) -> tuple[int, ...]:
    found = _NUMBER.search(text)
    return tuple(map(int, found[1].split("."))) if found else ()
