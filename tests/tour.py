"""docs/tour.md: what a newcomer types and sees, from an empty project to a small fleet. `make tour` writes it.

Every command is carried out: by the real engine and the real clients, in a sandbox of its own.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox.home import Home
from sandbox.running import start, stop
from tests.fleet.sandbox_fleet import SandboxFleet

_SECONDS = 600
_MOST_LINES, _HEAD_LINES, _TAIL_LINES = 70, 12, 22
_DEV, _TEST = "dev-westeurope", "test-westeurope"
_HEAD = """\
<!-- Written by `make tour`: change tests/tour.py, not this page. -->
# A tour: from nothing to a small fleet

Every command below was run when this page was made, by the real Pulumi engine and the real Speech SDK, in the
[sandbox](sandbox.md): Azure, the cluster and the containers are doubles on one machine. On Azure the words are the same, and
times are longer. Times stand as `TIME`, and what differs from run to run as `ID`.
"""


@dataclass(frozen=True)
class Step:
    """One command, what is said before it, and which exit statuses are as they should be."""

    sentence: str
    command: str
    statuses: tuple[int, ...] = (0,)


STEPS = (
    Step(
        "A stack file from a few answers; on a terminal `speech new` asks for them.",
        "speech new --environment dev --location westeurope --target aks --accept-eula"
        " --custom-domain contoso-speech-dev-weu --container speech-to-text:en-US=12"
        " --container neural-text-to-speech:en-US:AriaNeural=4",
    ),
    Step("What it would run, where, how big, and at what cost. No cloud is asked.", f"speech plan {_DEV}"),
    Step(
        "What would make the first `up` fail. The sandbox has no registry of images: that is said.",
        f"speech doctor {_DEV}",
        (0, 1),
    ),
    Step("The stack is made.", f"pulumi stack init {_DEV}"),
    Step("", f"pulumi up --yes --skip-preview --stack {_DEV}"),
    Step("Every container is asked as its clients ask it.", f"speech verify {_DEV}"),
    Step("What the person on call looks at first.", f"speech status {_DEV}", (0, 1)),
    Step(
        "A second environment, which has run an older image for a while.",
        "speech new --environment test --location westeurope --target aks --accept-eula"
        " --custom-domain contoso-speech-test-weu --container speech-to-text:en-US=6",
    ),
    Step("", f"pulumi stack init {_TEST}"),
    Step("", f"pulumi config set --stack {_TEST} --path speech:containers[0].version 5.1.0"),
    Step("How do the two differ?", f"speech diff {_DEV} {_TEST}"),
    Step("What ran in dev goes on to test: one line of its file changes.", f"speech promote {_DEV} {_TEST}"),
    Step(
        "Both in waves, dev first: the next wave begins when the one before is up.",
        "speech fleet up --select location=westeurope --waves first=1,rest=* --yes",
    ),
    Step("And verified, side by side.", "speech fleet verify --select location=westeurope"),
    Step(
        "Test is taken down again. Its name must be given, and what is protected stays.",
        "speech fleet destroy --select environment=test --yes --confirm test",
    ),
)


def page(steps: tuple[Step, ...] = STEPS) -> str:
    """Runs every step in a sandbox of its own, and ends it. Raises RuntimeError where one ends as it should not."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        try:
            project = SandboxFleet(home, start(home), {})
            return "\n".join([_HEAD, *_sections(project, steps)])
        finally:
            stop(home)


def _sections(project: SandboxFleet, steps: tuple[Step, ...]) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        print(f"{number}/{len(steps)}  {step.command}", file=sys.stderr, flush=True)
        if step.sentence:
            yield f"{step.sentence}\n"
        said = _run(project, step)
        yield f"    $ {step.command}"
        yield from (f"    {line}".rstrip() for line in _short(_masked(said, project).splitlines()))
        yield ""


def _run(project: SandboxFleet, step: Step) -> str:
    """Both streams in one, as a terminal shows them."""
    words = step.command.split()
    place = Path(sys.executable).parent if words[0] == "speech" else Path(project.environment["PATH"].split(":")[0])
    environment = {**project.environment, "PATH": f"{place}:{project.environment['PATH']}"}
    done = subprocess.run(
        words, cwd=project.folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=_SECONDS, check=False,
    )  # fmt: skip
    if done.returncode not in step.statuses:
        raise RuntimeError(f"{step.command} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def _masked(said: str, project: SandboxFleet) -> str:
    """Without colours, and with words in the place of what differs from machine to machine and run to run."""
    found = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|^@ updating\.*\n", "", said, flags=re.MULTILINE)
    found = found.replace(str(project.folder), ".").replace(str(project.server.home.root), "/HOME")
    found = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", found)
    found = re.sub(r"\d{8}-\d{6}(-\d+)?", "RUN", found)
    found = re.sub(r"\b127\.0\.0\.1:\d+|\blocalhost:\d+", "HOST", found)
    return re.sub(r"\b\d+(\.\d+)? ?(ms|s|seconds?)\b|\b\d+m\d+s\b|(?<= )\d:\d\d\b", "TIME", found)


def _short(lines: list[str]) -> list[str]:
    if len(lines) <= _MOST_LINES:
        return lines
    left = len(lines) - _HEAD_LINES - _TAIL_LINES
    return [*lines[:_HEAD_LINES], f"... {left} lines ...", *lines[-_TAIL_LINES:]]


if __name__ == "__main__":
    (Path(__file__).resolve().parents[1] / "docs" / "tour.md").write_text(page(), encoding="utf-8")
