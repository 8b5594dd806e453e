"""Every kind of container on every kind of host: what the stack file says, and where it is refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

KINDS: Mapping[str, Mapping[str, Any]] = {
    "speech-to-text": {"locale": "en-US", "version": "5.1.0", "demand": {"concurrent_streams": 4}},
    "custom-speech-to-text": {
        "version": "5.0.0",
        "model": {"id": "1f2e3d4c-0000-4000-8000-000000000000"},
        "demand": {"concurrent_streams": 4},
    },
    "neural-text-to-speech": {
        "locale": "en-US",
        "voice": "AriaNeural",
        "version": "3.11.0",
        "demand": {"concurrent_streams": 4},
    },
    "language-identification": {"version": "1.18.0", "demand": {"concurrent_streams": 4}},
    "fast-transcription": {
        "locale": "en",
        "version": "1.0.0",
        "demand": {"concurrent_streams": 2},
        "scaling": {"streams_per_pod": 2},
    },
    "text-to-speech": {
        "locale": "en-US",
        "voice": "JessaRUS",
        "version": "1.3.0",
        "demand": {"concurrent_streams": 2},
    },
    "custom-text-to-speech": {
        "version": "1.3.0",
        "model": {"id": "1f2e3d4c-0000-4000-8000-000000000000"},
        "demand": {"concurrent_streams": 2},
    },
    "diagnostic": {},
}
HOSTS: Mapping[str, Mapping[str, Any]] = {
    "aks": {"speech:target": {"kind": "aks"}},
    "kubernetes": {"speech:target": {"kind": "kubernetes", "storage_class": "standard"}},
    "container-instances": {
        "speech:target": {"kind": "container-instances"},
        "speech:network": {"exposure": "public"},
    },
    "docker": {"speech:target": {"kind": "docker"}},
}
RISKS = ("preview-container", "retired-container", "unknown-tag", "no-avx2-guarantee", "open-endpoint")
"""What the cells accept: each of these ids has a test of its own that the stack is refused without it."""
REFUSED: Mapping[tuple[str, str], str] = {
    ("fast-transcription", "container-instances"): "needs a GPU, which Container Instances lost on 2025-07-14",
}
"""The words of the refusal."""
RETIRED = ("text-to-speech", "custom-text-to-speech")
ALWAYS = (
    ("speech-to-text", "aks"),
    ("custom-speech-to-text", "kubernetes"),
    ("neural-text-to-speech", "container-instances"),
    ("language-identification", "docker"),
    ("fast-transcription", "aks"),
    ("text-to-speech", "container-instances"),
    ("custom-text-to-speech", "docker"),
    ("diagnostic", "kubernetes"),
)
"""Each kind on one host, each host with one kind: what runs with every change. The rest is `make matrix`."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind on one host."""

    kind: str
    host: str

    @property
    def refusal(self) -> str | None:
        """Part of the fault's words; None where it works."""
        return REFUSED.get((self.kind, self.host))

    @property
    def always(self) -> bool:
        """Whether every run of the tests has it."""
        return self.refusal is not None or (self.kind, self.host) in ALWAYS

    @property
    def name(self) -> str:
        """Of the container, and of the test."""
        return f"{self.kind}-{self.host}"

    def stack_file(self) -> dict[str, Any]:
        """The configuration of a stack with this one container."""
        registry = {"server": "contoso.example", "username": "puller", "password": "written by the test"}
        return {
            "azure-native:location": "westeurope",
            "speech:environment": "dev",
            "speech:account": {"custom_domain": "contoso-matrix", "on_soft_deleted": "restore"},
            "speech:billing": {"eula": "accept"},
            "speech:containers": [{"name": "one", "kind": self.kind, **KINDS[self.kind]}],
            "speech:acknowledge": list(RISKS),
            **({"speech:registry": registry} if self.kind in RETIRED else {}),
            **HOSTS[self.host],
        }


def cells() -> Iterator[Cell]:
    """All of them, kind by kind."""
    return (Cell(kind, host) for kind in KINDS for host in HOSTS)
