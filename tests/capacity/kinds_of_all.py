"""One container of each kind, to plan on any host."""

from typing import Any

from speech.capacity.plan import ContainerPlan, Plan
from speech.capacity.planner import plan
from speech.settings.faults import Finding, InvalidStackError
from speech.settings.parse import parse
from tests.stacks import stack_file

MODEL = "1f2e3d4c-0000-4000-8000-000000000000"
RISKS = ["unknown-tag", "preview-container", "no-avx2-guarantee", "retired-container", "open-endpoint"]
OWN = {"repository": "contoso.azurecr.io/speech", "tag": "1"}

STT: dict[str, Any] = {"name": "transcribe-en", "kind": "speech-to-text", "locale": "en-US", "version": "5.1.0", "demand": {"concurrent_streams": 12}}  # fmt: skip
CUSTOM: dict[str, Any] = {"name": "custom-med", "kind": "custom-speech-to-text", "version": "5.1.0", "model": {"id": MODEL}, "demand": {"concurrent_streams": 4}}  # fmt: skip
VOICE: dict[str, Any] = {"name": "read-en", "kind": "neural-text-to-speech", "locale": "en-US", "voice": "AriaNeural", "version": "3.11.0", "demand": {"concurrent_streams": 4}}  # fmt: skip
LANGUAGE: dict[str, Any] = {"name": "which-language", "kind": "language-identification", "version": "1.18.0", "demand": {"concurrent_streams": 24}, "scaling": {"headroom": 0}}  # fmt: skip
FAST: dict[str, Any] = {"name": "quick", "kind": "fast-transcription", "locale": "en", "version": "1.0.0", "demand": {"concurrent_streams": 2}, "scaling": {"streams_per_pod": 2, "headroom": 0}}  # fmt: skip
OLD_VOICE: dict[str, Any] = {"name": "old-voice", "kind": "text-to-speech", "locale": "en-US", "voice": "jessarus", "image": OWN, "demand": {"concurrent_streams": 3}}  # fmt: skip
OLD_CUSTOM: dict[str, Any] = {"name": "old-custom", "kind": "custom-text-to-speech", "model": {"id": MODEL}, "image": OWN, "demand": {"concurrent_streams": 3}}  # fmt: skip
CHECK: dict[str, Any] = {"name": "check", "kind": "diagnostic"}

AKS: dict[str, Any] = {"kind": "aks"}
KUBERNETES: dict[str, Any] = {"kind": "kubernetes"}
GROUPS: dict[str, Any] = {"kind": "container-instances"}
DOCKER: dict[str, Any] = {"kind": "docker"}


def planned(target: dict[str, Any], *containers: dict[str, Any], **sections: object) -> Plan:
    """The plan of these containers there; `sections` of the stack file beside them. Groups are in a network."""
    network = ("speech:network", {"exposure": "internal"}) if target["kind"] == "container-instances" else None
    changes = [("speech:target", target), ("speech:containers", list(containers)), ("speech:acknowledge", RISKS)]
    changes += [network] if network else []
    changes += [(f"speech:{name}", value) for name, value in sections.items()]
    return plan(parse(stack_file(*changes)).stack, "dev-westeurope")


def the_one(target: dict[str, Any], container: dict[str, Any], **sections: object) -> ContainerPlan:
    """That container alone, as the plan has it."""
    (found,) = planned(target, container, **sections).containers
    return found


def fault(target: dict[str, Any], *containers: dict[str, Any], **sections: object) -> Finding:
    """The one fault that keeps these containers from being planned there."""
    try:
        planned(target, *containers, **sections)
    except InvalidStackError as error:
        (found,) = error.faults
        return found
    raise AssertionError("it was planned")
