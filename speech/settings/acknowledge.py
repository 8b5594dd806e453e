"""Ids of what works only at the user's own risk; a stack file accepts one by listing it under speech:acknowledge."""

from collections.abc import Iterator

from speech.settings.draft import Draft
from speech.settings.faults import Finding, Severity, did_you_mean

RISKS = {
    "no-avx2-guarantee": "the host may lack AVX2, without which no Speech container starts",
    "open-endpoint": "anybody may call the containers: they ask for no password",
    "retired-container": "the vendor has retired this container",
    "preview-container": "the vendor supports this container as a preview only",
    "disconnected-approved": "the vendor has approved this subscription for disconnected containers",
    "unknown-tag": "the catalogue does not know this image tag",
    "unlisted-vm-size": "the catalogue does not know this VM size",
    "retiring-vm-size": "the vendor retires this VM size",
    "spot-nodes": "Azure takes spot nodes away at any time, and the streams on them end",
    "unsupported-kubernetes": "AKS does not support this Kubernetes version, or not yet",
    "floating-tag": "the image behind this tag changes without notice",
    "local-state": "the state lies on one machine",
}


def unknown_to_the_catalogue(draft: Draft, path: str, message: str, risk: str) -> Iterator[Finding]:
    """A finding about what may exist though the catalogue does not know it: no catalogue is ever complete."""
    yield from _by_environment(draft, path, f"{message} If it exists: speech:acknowledge: [{risk}]", risk)


def at_own_risk(draft: Draft, path: str, message: str, risk: str) -> Iterator[Finding]:
    """A finding about what works today, and may not tomorrow."""
    yield from _by_environment(draft, path, f"{message} At your own risk: speech:acknowledge: [{risk}]", risk)


def _by_environment(draft: Draft, path: str, message: str, risk: str) -> Iterator[Finding]:
    """A warning in dev and test, a fault in prod, nothing once acknowledged."""
    if risk not in draft.acknowledged:
        yield Finding(path, message, Severity.FAULT if draft.is_prod else Severity.WARNING)


def acknowledged_ids_exist(draft: Draft) -> Iterator[Finding]:
    """An id that means nothing would hide that the risk it was meant for is still there."""
    for identifier in sorted(draft.acknowledged - set(RISKS)):
        yield Finding("speech:acknowledge", f'"{identifier}" is no id.{did_you_mean(identifier, RISKS)}')
