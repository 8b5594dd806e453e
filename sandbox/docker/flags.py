"""The words of `docker run` that a Speech container's documents use, read as Docker reads them."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One `docker run`."""

    image: str
    words: tuple[str, ...]
    name: str
    detached: bool
    removed: bool
    entrypoint: str | None
    env: dict[str, str]
    volumes: dict[str, str]
    """Path in the container -> name of a volume, or folder of the host."""
    host_port: int | None
    port: int | None
    networks: tuple[str, ...]
    memory: str | None
    cpus: float | None
    gpus: str | None


def read_run(words: Sequence[str]) -> Run:
    """The words after `docker run`. argparse ends the process with status 2 where Docker would with 125."""
    parser = argparse.ArgumentParser(prog="docker run")
    for flag in ("--detach", "-d", "--rm", "--interactive", "-i", "--tty", "-t"):
        parser.add_argument(flag, action="store_true")
    for flag in ("--name", "--restart", "--platform", "--memory", "-m", "--cpus", "--user", "--entrypoint", "--gpus"):
        parser.add_argument(flag)
    for flag in ("-p", "--publish", "-v", "--volume", "-e", "--env", "--network"):
        parser.add_argument(flag, action="append", default=[])
    parser.add_argument("image")
    parser.add_argument("words", nargs=argparse.REMAINDER)
    given = parser.parse_args(_apart(words))
    published = [*given.p, *given.publish]
    host, _, port = published[0].rpartition(":") if published else ("", "", "")
    return Run(
        image=given.image,
        words=tuple(given.words),
        name=given.name or "",
        detached=given.detach or given.d,
        removed=given.rm,
        entrypoint=given.entrypoint,
        env=dict(_variable(pair) for pair in [*given.e, *given.env]),
        volumes=dict(_mount(mount) for mount in [*given.v, *given.volume]),
        host_port=int(host.rpartition(":")[2]) if host else None,
        port=int(port) if port else None,
        networks=tuple(given.network),
        memory=given.memory or given.m,
        cpus=float(given.cpus) if given.cpus else None,
        gpus=given.gpus,
    )


def _apart(words: Sequence[str]) -> list[str]:
    """`-it` as `-i -t`: argparse knows bundles of short flags only where none takes a value."""
    return [part for word in words for part in (("-i", "-t") if word == "-it" else (word,))]


def _variable(text: str) -> tuple[str, str]:
    """`NAME=value`, or `NAME` for the command's own."""
    name, equals, value = text.partition("=")
    return name, value if equals else os.environ.get(name, "")


def _mount(text: str) -> tuple[str, str]:
    """`name:/path`, a folder, or a Windows folder with its own colon."""
    source, _, path = text.rpartition(":")
    return path, source
