"""`speech fleet up`: stacks side by side against one after the other."""

import ssl
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from ruamel.yaml import YAML

from bench.engine import Bench, write
from bench.preview import REGIONS, sandbox_stack
from bench.processes import Measured, measure
from bench.series import Series, Told, by_turns
from bench.surroundings import REPOSITORY

ONE_BY_ONE = "one after the other"
STACKS, AT_ONCE = 4, 4
AZURE_SECONDS = 5.0
_SLOW_ROUNDS = 2
"""A round where Azure takes its time takes a minute."""


def side_by_side() -> str:
    """What the other series is called."""
    return f"{AT_ONCE} at once"


@dataclass
class Fleet:
    """Small stacks, each an account with its vault and keys. Every run changes a tag of each of them."""

    bench: Bench
    folder: Path
    changes: int = 0

    def up(self, at_once: int) -> Callable[[], Measured]:
        """One `speech fleet up`, so many stacks at once."""

        def run() -> Measured:
            self.changes += 1
            for region in REGIONS[:STACKS]:
                write(self.folder / f"Pulumi.{region}.yaml", {"config": self._keys(region), **self._salt(region)})
            words = ["-P", "-m", "speech.cli", "fleet", "up", "--yes", "--parallel", str(at_once)]
            return measure([sys.executable, *words], folder=self.folder, environment=self.bench.environment)

        return run

    def azure_takes(self, seconds: float | None) -> None:
        """How long Azure takes for each long-running operation from now on; None: as good as no time."""
        trust = ssl.create_default_context(cafile=self.bench.home.ca_pem)
        url = f"https://{self.bench.environment['ARM_METADATA_HOSTNAME']}/sandbox/settings"
        httpx.put(url, json={"operation_seconds": seconds}, verify=trust, trust_env=False).raise_for_status()

    def _keys(self, region: str) -> Mapping[str, object]:
        return {
            **sandbox_stack(),
            "azure-native:location": region,
            "speech:account": {"custom_domain": f"contoso-speech-bench-{region}"},
            "speech:target": {"kind": "docker"},
            "speech:tags": {"change": str(self.changes)},
        }

    def _salt(self, region: str) -> Mapping[str, str]:
        """What the engine has added to the file."""
        file = self.folder / f"Pulumi.{region}.yaml"
        found = YAML(typ="safe").load(file) if file.is_file() else {}
        return {"encryptionsalt": found["encryptionsalt"]} if "encryptionsalt" in found else {}


def fleet(bench: Bench) -> Fleet:
    """With no stack in it yet: the round that warms up makes them."""
    return Fleet(bench, bench.project("waves", REPOSITORY))


def compare(found: Fleet, rounds: int, told: Told) -> tuple[Mapping[str, Series], Mapping[str, Series]]:
    """Where Azure answers at once, and where each of its operations takes AZURE_SECONDS. Raises FailedRunError."""
    turns = {ONE_BY_ONE: found.up(1), side_by_side(): found.up(AT_ONCE)}
    quick = by_turns(turns, rounds, told)
    found.azure_takes(AZURE_SECONDS)
    try:
        return quick, by_turns(turns, min(rounds, _SLOW_ROUNDS), told)
    finally:
        found.azure_takes(None)
