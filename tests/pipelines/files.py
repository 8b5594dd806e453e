"""The workflows and pipelines as data: this repository's, and those of the template for a user's own."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox.home import REPOSITORY

TEMPLATE = REPOSITORY / "templates" / "repository"
STAGES = ("check", "preview", "dev", "prod", "drift")
_PARAMETER = re.compile(r"\$\{\{ parameters\.(\w+) \}\}")


@dataclass(frozen=True)
class Job:
    """One job of a GitHub workflow."""

    file: Path
    name: str
    body: dict[str, Any]
    workflow: dict[Any, Any]

    @property
    def steps(self) -> list[dict[str, Any]]:
        """In their order."""
        return list(self.body["steps"])

    @property
    def commands(self) -> list[str]:
        """What it runs, a command a line."""
        return [line for step in self.steps if "run" in step for line in step["run"].splitlines()]


def jobs(root: Path) -> list[Job]:
    """Of every workflow below a repository's root."""
    found = []
    for file in sorted((root / ".github" / "workflows").glob("*.yml")):
        workflow = yaml.safe_load(file.read_text())
        found += [Job(file, name, body, workflow) for name, body in workflow["jobs"].items()]
    return found


def stages(root: Path) -> dict[str, dict[str, Any]]:
    """Of azure-pipelines.yml, by their names, in their order."""
    return {stage["stage"]: stage for stage in yaml.safe_load((root / "azure-pipelines.yml").read_text())["stages"]}


def steps(root: Path, stage: dict[str, Any]) -> list[dict[str, Any]]:
    """Of a stage's one job, with the steps of its templates in their places."""
    (job,) = stage["jobs"]
    given = job["steps"] if "steps" in job else job["strategy"]["runOnce"]["deploy"]["steps"]
    return [step for one in given for step in _expanded(root, one)]


def commands(root: Path, stage: dict[str, Any]) -> list[str]:
    """What a stage runs, a command a line."""
    found = []
    for step in steps(root, stage):
        script = step.get("script") or step.get("inputs", {}).get("inlineScript") or ""
        found += script.splitlines()
    return found


def options(command: str) -> tuple[str, ...]:
    """The words of a `speech` command or a make target, without where the command lies."""
    program, *words = shlex.split(command)
    return (Path(program).name, *words)


def _expanded(root: Path, step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "template" not in step:
        yield step
        return
    text = (root / step["template"]).read_text()
    template = yaml.safe_load(text)
    values = {one["name"]: one.get("default") for one in template["parameters"]} | step.get("parameters", {})
    yield from yaml.safe_load(_PARAMETER.sub(lambda name: str(values[name[1]]), text))["steps"]
