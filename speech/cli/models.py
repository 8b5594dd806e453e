"""`speech models list`: which base and display models an account may download."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from speech.capacity.plan import ContainerPlan, Plan
from speech.catalog.kinds import kind
from speech.catalog.versions import is_before
from speech.files.stack_file import FailedError, UnreadableError
from speech.manifests import docker
from speech.manifests.arguments import listing

_SECONDS = 900
"""The image may have to be pulled first."""
# As the vendor's page prints a run (custom speech to text, 2022-01).
_LINE = re.compile(
    r"\[Info\] \[(?P<sort>[^\]]* model)\] Locale: (?P<locale>\S+), CreatedDate: (?P<created>\S+), Id: (?P<id>\S+)"
)
_DISPLAY = ("FullDisplay", "Punct", "Rescore", "Resegment", "Wfstitn")


@dataclass(frozen=True, slots=True)
class ListedModel:
    """One model that a container may download."""

    sort: str
    """As the container calls it: Base model."""
    locale: str
    created: str
    id: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The models of a locale, oldest first, and where the container ran that listed them."""

    locale: str
    ran_on: str
    models: tuple[ListedModel, ...]


def read(log: str, locale: str, ran_on: str) -> Listing:
    """What a listing run has written. It ends with a Fatal line, and is good if it has listed anything.

    Raises FailedError where it lists nothing.
    """
    found = sorted({ListedModel(**line.groupdict()) for line in _LINE.finditer(log)}, key=lambda model: model.created)
    if not found:
        last = next((line.strip() for line in reversed(log.splitlines()) if line.strip()), "it wrote nothing")
        raise FailedError(f"no model for {locale}, run on {ran_on}. Its last line: {last}")
    return Listing(locale, ran_on, tuple(found))


def ask_docker(plan: Plan, container: str | None, locale: str, types: Sequence[str], known: dict[str, str]) -> Listing:
    """Runs the image of a custom container on this machine. `known` has endpoint and key, as the key file names them.

    Raises UnreadableError where the stack has no such container, FailedError where it cannot run.
    """
    image = _image(plan, container, types)
    missing = [name for name in (docker.BILLING, docker.KEY) if not known.get(name)]
    if missing:
        raise FailedError(f"{' and '.join(missing)} unknown: is the stack up? Or set them in the environment")
    command = shutil.which("docker")
    if command is None:
        raise FailedError(
            "docker is not on PATH. Run the image elsewhere and give its log:  speech models list --log FILE"
        )
    words = [
        f"{word.name}={word.value}" if word.value else word.name
        for word in listing(locale, types, known[docker.BILLING])
    ]
    try:
        done = subprocess.run(  # noqa: S603  # our own words, no shell
            # The key goes by the environment: words stand in the list of processes.
            [command, "run", "--rm", "--platform", "linux/amd64", "-e", "ApiKey", image, *words],
            env={**os.environ, "ApiKey": known[docker.KEY]},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FailedError(f"{image} did not end within {_SECONDS // 60} minutes") from None
    return read(done.stdout + done.stderr, locale, f"this machine, {image}")


def text(found: Listing) -> str:
    """The listing for a terminal."""
    width = max(len(model.locale) for model in found.models)
    rows = [f"{model.created[:10]}  {model.locale:<{width}}  {model.id}  {model.sort}" for model in found.models]
    return "\n".join([f"models of {found.locale}, run on {found.ran_on}", "", *rows])


def as_json(found: Listing) -> str:
    """The listing as one document."""
    return json.dumps(asdict(found), indent=2)


def _image(plan: Plan, name: str | None, types: Sequence[str]) -> str:
    wrong = [each for each in types if each not in _DISPLAY]
    if wrong:
        raise UnreadableError(f"{', '.join(wrong)}: no type of display model; there are {', '.join(_DISPLAY)}")
    custom = [each for each in plan.containers if "base-models" in kind(each.kind).first_versions]
    found = next((each for each in custom if name in (None, each.name)), None)
    if found is None:
        names = ", ".join(each.name for each in custom)
        raise UnreadableError(
            f'"{name}" is no custom speech to text container; there are: {names}'
            if names
            else "the stack has no custom speech to text container, whose image lists models"
        )
    _check_version(found, types)
    return found.image


def _check_version(container: ContainerPlan, types: Sequence[str]) -> None:
    needed = "display-models" if types else "base-models"
    first = kind(container.kind).first_versions[needed]
    if is_before(container.version, first):
        raise UnreadableError(f"{container.name}: {container.version} lists no {needed}; the first is {first}")
