"""Stacks looked at for a pipeline: planned as they were and as they are, and previewed, several at once."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from operations.fleet import members, parallel, selection
from operations.pipeline import changed, engine
from operations.pipeline.engine import Preview
from speech.capacity.plan import Plan
from speech.files import stack_file
from speech.files.stack_file import UnreadableError
from speech.settings.faults import InvalidStackError, render
from speech.settings.parse import Parsed

Planned = tuple[Parsed, Plan]
Told = Callable[[int, int], None]
"""(how many previews have ended, of how many)."""


@dataclass(frozen=True, slots=True)
class Look:
    """One stack. `faults` are those of its file as it is now; then there is neither plan nor preview."""

    name: str
    file: str
    """new, changed, same or gone: against the base."""
    before: Planned | None = None
    after: Planned | None = None
    faults: tuple[str, ...] = ()
    preview: Preview | None = None
    """None where the backend has no such stack."""

    @property
    def failed(self) -> bool:
        """Whether `pulumi up` would be refused."""
        return bool(self.faults) or (self.preview is not None and self.preview.failed)


def compared(base: str, told: Told) -> list[Look]:
    """Every stack that differs from the commit `base`; all of them where what they are made of differs.

    Raises UnreadableError and FailedError.
    """
    project, files = stack_file.of_project()
    since = changed.since(base)
    touched = [file for file in files if since.program or stack_file.stack_name(file) in since.before]
    looks = [_planned(file, since) for file in touched]
    gone = [Look(name, "gone") for name in sorted(since.before.keys() - {look.name for look in looks})]
    return [*_previewed(looks, project, [], told), *gone]


def drifted(select: str, told: Told) -> list[Look]:
    """Every stack that was chosen and is up, against what there really is. Raises UnreadableError and FailedError."""
    fleet = members.selected(selection.selection(select))
    looks = [Look(member.name, "same") for member in fleet.members]
    previewed = _previewed(looks, fleet.project, ["--refresh"], told)
    return [look for look in previewed if look.preview is not None]


def _planned(file: Path, since: changed.Changed) -> Look:
    name = stack_file.stack_name(file)
    text = since.before.get(name)
    state = "same" if name not in since.before else "new" if text is None else "changed"
    try:
        after = stack_file.planned(file)
    except (UnreadableError, InvalidStackError) as error:
        return Look(name, state, faults=_words(error))
    return Look(name, state, after if state == "same" else _as_it_was(file.name, text), after)


def _as_it_was(name: str, text: str | None) -> Planned | None:
    """The plan of a file's text; None where there is none, or where it was refused."""
    if text is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_text(text, encoding="utf-8")
        try:
            return stack_file.planned(file)
        except (UnreadableError, InvalidStackError):
            return None


def _words(error: Exception) -> tuple[str, ...]:
    return tuple(render(error.faults)) if isinstance(error, InvalidStackError) else (str(error),)


def _previewed(looks: Sequence[Look], project: Path, options: Sequence[str], told: Told) -> list[Look]:
    there = engine.stacks(project) if looks else frozenset()
    pack = ["--policy-pack", str(engine.policy_pack(project))]
    wanted = [look for look in looks if look.name in there and not look.faults]
    done: dict[str, Preview] = {}

    def one(look: Look) -> None:
        done[look.name] = engine.preview(look.name, project, [*pack, *options])
        told(len(done), len(wanted))

    told(0, len(wanted))
    with ThreadPoolExecutor(parallel.here()) as workers:
        _all(workers.map(one, wanted))
    return [Look(look.name, look.file, look.before, look.after, look.faults, done.get(look.name)) for look in looks]


def _all(results: Iterable[None]) -> None:
    """Waits for them, and raises what one of them raised."""
    for _ in results:
        pass
