"""`speech render kubernetes`: what `pulumi up` makes in a cluster, as files, with keys as references only."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from operations.cluster_documents import access_of, wiring_of
from operations.stack_outputs import NoOutputsError, outputs
from speech.capacity.plan import Plan
from speech.cli.yaml_out import write
from speech.files.stack_file import UnreadableError
from speech.manifests import arguments, cluster, keys
from speech.manifests.wiring import Wiring
from speech.settings.stack import Stack
from speech.settings.target import AksTarget, KubernetesTarget

_HEAD = "# Written by  speech render kubernetes {stack}: change the stack file and write it anew.\n"
_OURS = re.compile(r"[0-9]+-(shared|setup(-[0-9]+)?|containers)\.yaml")


def render_kubernetes(stack: Stack, plan: Plan, project: Path, folder: Path) -> str:
    """Writes the files in the order of their making; what was written, what is not in it, and how to apply it.

    Raises UnreadableError for a stack that has nothing in a cluster.
    """
    if not isinstance(stack.target, AksTarget | KubernetesTarget):
        raise UnreadableError(
            f"{plan.stack} runs on {stack.target.kind}, not in a cluster:"
            " see  speech render compose  and  speech render docker"
        )
    known, reason = _told(plan, project)
    wired = wiring_of(stack, plan, known)
    staged = cluster.stages(plan, wired, access_of(stack, wired, known))
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if _OURS.fullmatch(path.name):
            path.unlink()
    paths = [folder / f"{number}-{stage}.yaml" for number, stage in enumerate(staged, start=1)]
    for path, documents in zip(paths, staged.values(), strict=True):
        write(path, _HEAD.format(stack=plan.stack), *(json.loads(json.dumps(document)) for document in documents))
    return "\n".join(_words(stack, plan, wired, paths, reason))


def _told(plan: Plan, project: Path) -> tuple[dict[str, Any], str | None]:
    try:
        told = outputs(plan.stack, project)
    except NoOutputsError as error:
        return {}, str(error)
    return {"billing": told["endpoint"], **told.get("references", {})}, None


def _words(stack: Stack, plan: Plan, wired: Wiring, paths: Sequence[Path], reason: str | None) -> Iterator[str]:
    yield f"{paths[0].parent}: what runs in the namespace {wired.namespace}, without its Secrets"
    if reason:
        yield f"endpoint and names are places to fill ({reason})"
    found = list(_secrets(stack, plan, wired))
    if found:
        yield "Secrets that must be there:"
    yield from (f"  {name}: {', '.join(entries)}" for name, entries in found)
    for path in paths:
        yield f"{'then' if path is paths[0] else '    '}  kubectl apply --server-side -f {path}"
        if path is not paths[0] and path is not paths[-1]:
            yield f"      kubectl wait -n {wired.namespace} --for=condition=complete --timeout=4h job --all"


def _secrets(stack: Stack, plan: Plan, wired: Wiring) -> Iterator[tuple[str, list[str]]]:
    if not wired.by_vault:
        yield wired.secret, [keys.SECRET_KEY]
    for container in plan.containers:
        if entries := arguments.secrets(container.options):
            yield wired.secrets[container.name], list(entries)
    if stack.model_account:
        yield wired.model_secret, [keys.SECRET_KEY]
    if wired.pull_secret:
        yield wired.pull_secret, [keys.DOCKER_CONFIG]
