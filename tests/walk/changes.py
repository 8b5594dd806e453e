"""What one edit of a stack file does to a stack that is up: asked of the real engine, edit by edit.

python -m tests.walk.changes > docs/changes.md
"""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from sandbox.home import Home
from sandbox.running import start, stop
from tests.engine_harness import Run
from tests.walk.stack import Stack

C = "speech:containers[0]"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
GROUP = "00000000-0000-4000-8000-00000000a000"


@dataclass(frozen=True)
class Edit:
    """One setting of the stack `dev-westeurope`, and the value it gets. None: the key goes."""

    path: str
    value: object

    @property
    def shown(self) -> str:
        """The value as a stack file has it."""
        return "left out" if self.value is None else f"`{json.dumps(self.value)}`"


EDITS = [
    Edit(f"{C}.demand.concurrent_streams", 30),
    Edit(f"{C}.demand.base_streams", 6),
    Edit(f"{C}.demand.hours_a_month", 900),
    Edit(f"{C}.demand.audio", "file"),
    Edit(f"{C}.demand.characters_a_second", 30),
    Edit(f"{C}.scaling", {"headroom": 2.0}),
    Edit(f"{C}.scaling", {"rule": "faq-measured"}),
    Edit(f"{C}.scaling", {"cpu_per_stream": 2}),
    Edit(f"{C}.scaling", {"by": "fixed"}),
    Edit(f"{C}.scaling", {"max_replicas": 1}),
    Edit(f"{C}.resources", {"cpu": 7, "memory_gib": 20}),
    Edit(f"{C}.resources", {"cpu": 2, "memory_gib": 8}),
    Edit(f"{C}.version", "4.12.0"),
    Edit(f"{C}.locale", "de-DE"),
    Edit(f"{C}.locale", "en-UX"),
    Edit(f"{C}.name", "transcribe-english"),
    Edit(f"{C}.run_as_user", 65532),
    Edit("speech:billing.active_key", "key2"),
    Edit("speech:billing.eula", None),
    Edit("speech:account.sku", "F0"),
    Edit("speech:account.allowed_ip_ranges", ["203.0.113.0/24"]),
    Edit("speech:account.protect", True),
    Edit("speech:account.custom_domain", "contoso-speech-other"),
    Edit("speech:account.disable_local_auth", True),
    Edit("speech:network.longest_stream_minutes", 120),
    Edit("speech:network.exposure", "internal"),
    Edit("speech:network.exposure", "public"),
    Edit("speech:network.address_space", "10.96.0.0/16"),
    Edit("speech:target.vm_size", "Standard_D16as_v5"),
    Edit("speech:target.vm_size", "Standard_D8ps_v5"),
    Edit("speech:target.version", "1.36"),
    Edit("speech:target.tier", "Standard"),
    Edit("speech:target.zones", ["1", "2", "3"]),
    Edit("speech:target.authorized_ip_ranges", ["203.0.113.0/24"]),
    Edit("speech:target.private", True),
    Edit("speech:target.system_nodes", 2),
    Edit("speech:target.maintenance", {"day": "Saturday"}),
    Edit("speech:target.kind", "docker"),
    Edit("speech:monitoring", {"create_workspace": True}),
    Edit("speech:budget", {"usd_a_month": 2000, "contact_emails": ["team@contoso.example"]}),
    Edit("speech:budget", {"usd_a_month": 1}),
    Edit("speech:tags", {"cost-center": "42"}),
    Edit("speech:environment", "test"),
    Edit("azure-native:location", "northeurope"),
]

HEAD = """# What does a change of a setting do?

Each row is one edit of `stacks/Pulumi.dev-westeurope.yaml`, carried out by the real Pulumi engine on a stack that is up in the
sandbox. Where it says "rolling", pods are replaced one after the other and streams are let finish; "replacement" ends what
runs there. The sandbox is a double: what Azure refuses beyond it, it does not show. A preview may announce more than this
table, since it cannot know what Azure will answer. The system pool's settings count when the cluster is made.

Made by `make changes`; a test fails when it is stale.

| setting | new value | what happens | to what |
| --- | --- | --- | --- |
"""


def table(edits: Sequence[Edit] = EDITS) -> str:
    """The page. Brings the stack up once in a sandbox of its own, and tries every edit on a copy of that sandbox."""
    with tempfile.TemporaryDirectory() as folder:
        home, kept = Home(Path(folder) / "home"), Path(folder) / "kept"
        try:
            stack = Stack(home, start(home), "dev-westeurope")
            stack.up()
            stop(home)
            shutil.copytree(home.root, kept)
            return HEAD + "".join(_row(stack, edit, kept) for edit in edits)
        finally:
            stop(home)


def _row(stack: Stack, edit: Edit, kept: Path) -> str:
    shutil.rmtree(stack.home.root)
    shutil.copytree(kept, stack.home.root)
    start(stack.home)
    try:
        _write(stack.file, edit)
        verdict, what = classify(stack.up(expect=None))
    finally:
        stop(stack.home)
    return f"| `{edit.path}` | {edit.shown} | {verdict} | {what} |\n"


def _write(file: Path, edit: Edit) -> None:
    yaml = YAML()
    content = yaml.load(file)
    key, *rest = edit.path.replace("]", "").replace("[", ".").split(".")
    steps: list[str | int] = [key, *(int(step) if step.isdigit() else step for step in rest)]
    part = content["config"]
    for step in steps[:-1]:
        part = part.setdefault(step, {}) if isinstance(step, str) else part[step]
    if edit.value is None:
        del part[steps[-1]]
    else:
        part[steps[-1]] = edit.value
    yaml.dump(content, file)


def classify(run: Run) -> tuple[str, str]:
    """The verdict in a word, and what it meets."""
    if run.code:
        faults = [line.strip() for line in run.diagnostics.splitlines() if line.startswith("  speech:")]
        azure = re.search(r'Code="(\w+)" Message="([^"]*)', run.diagnostics)
        if faults or not azure:
            return "refused", "; ".join(re.sub(r"^\S+ +", "", fault) for fault in faults) or run.diagnostics.strip()
        begun = "replacement, then " if any("delete" in step[1] or "replace" in step[1] for step in _steps(run)) else ""
        return f"{begun}refused by Azure", f"{azure[1]}: {_first_sentence(azure[2])}"
    steps = list(_steps(run))
    if not steps:
        return "nothing", "-"
    replaced = [name for name, operation, _, _ in steps if "replace" in operation]
    if replaced:
        return "replacement", _names(replaced)
    rolling = [
        name for name, _, kind, paths in steps if kind == DEPLOYMENT and any("template" in path for path in paths)
    ]
    if rolling:
        return "rolling", _names(rolling)
    return "in place", _names(
        [name if operation == "update" else f"{name} ({operation}d)" for name, operation, _, _ in steps]
    )


def _steps(run: Run) -> Iterator[tuple[str, str, str, list[str]]]:
    for event in run.events:
        step: dict[str, Any] = event.get("resourcePreEvent", {}).get("metadata", {})
        if step.get("op") in {None, "same", "read", "refresh"} or step["type"].startswith(
            ("speech:", "pulumi:pulumi:")
        ):
            continue
        yield step["urn"].rpartition("::")[2], step["op"], step["type"], list(step.get("detailedDiff") or {})


def _first_sentence(text: str) -> str:
    """Without the ids, which are drawn anew in every sandbox."""
    return re.sub(r"(/[\w.-]+){4,}", "/...", text).partition(". ")[0].rstrip(".")


def _names(names: list[str]) -> str:
    unique = sorted({name.removeprefix("speech-") for name in names})
    shown = ", ".join(unique[:6])
    return f"{shown} and {len(unique) - 6} more" if len(unique) > 6 else shown


if __name__ == "__main__":
    sys.stdout.write(table())
