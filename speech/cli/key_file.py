"""The file that holds endpoint and keys for Docker hosts: readable by its owner only."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from operations.stack_outputs import NoOutputsError, configuration, outputs
from speech.capacity.plan import Plan
from speech.manifests import docker
from speech.settings.stack import Stack

NAME = ".env"
_LINE = re.compile(r"([A-Z0-9_]+)='?(.*?)'?")


def write(folder: Path, plan: Plan, known: Mapping[str, str]) -> list[str]:
    """Writes the key file, mode 0600; what is not known keeps the value that the file has. Names still without one."""
    path = folder / NAME
    before = _read(path)
    values = {name: known.get(name) or before.get(name, "") for name in docker.key_file(plan)}
    lines = [f"# {what}\n{name}={_quoted(values[name])}\n" for name, what in docker.key_file(plan).items()]
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("".join(lines))
    return [name for name, value in values.items() if not value]


def values(stack: Stack, plan: Plan, project: Path) -> tuple[dict[str, str], str | None]:
    """What the key file can hold, of the stack's outputs and its stack file; and why not all of it, where so."""
    found: dict[str, str] = {}
    if stack.account.endpoint:
        found[docker.BILLING] = stack.account.endpoint
    if stack.model_account and stack.model_account.endpoint:
        found[docker.MODEL_BILLING] = stack.model_account.endpoint
    try:
        told = outputs(plan.stack, project)
        found |= {docker.BILLING: told["endpoint"], docker.KEY: told["keys"][stack.billing.active_key]}
        secrets = configuration(plan.stack, project)
    except NoOutputsError as error:
        return found, str(error)
    containers = secrets.get("speech:containers", [])
    for at, path, name in docker.option_variables(plan):
        found[name] = _at(containers[at].get("options", {}), path)
    if models := told.get("model_account"):
        found |= {docker.MODEL_BILLING: models["endpoint"], docker.MODEL_KEY: models["key"]}
    return found, None


def _at(value: Any, path: str) -> str:  # noqa: ANN401  # a part of the stack file
    for step in path.split("."):
        value = value[step]
    return str(value)


def _read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    found = (_LINE.fullmatch(line) for line in path.read_text().splitlines())
    return {line[1]: line[2].replace("'\\''", "'") for line in found if line}


def _quoted(value: str) -> str:
    # As sh and compose both read it.
    return "'" + value.replace("'", "'\\''") + "'" if value else ""
