"""What ran in one stack goes to another: versions, tags, digests. Nothing else in the file changes."""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from speech.settings.containers import Container
from speech.settings.stack import Stack

_WORDS = ("version", "tag", "digest")
"""In the place of one another, they name the image; and the same within an image of one's own: its tag."""


class PromotionError(Exception):
    """A file that cannot be advanced by a change of words alone. The text says which and the remedy."""


@dataclass(frozen=True, slots=True)
class Step:
    """A container that gets the image of its namesake."""

    container: str
    at: int
    """Its place in the list of containers."""
    before: str
    """As the file names it: `version: 5.0.3`."""
    after: str


@dataclass(frozen=True, slots=True)
class Promotion:
    """What a promotion does, and what it leaves."""

    steps: tuple[Step, ...]
    alike: tuple[str, ...]
    """Containers that have the image already."""
    kept: tuple[tuple[str, str], ...]
    """Containers that stay as they are, each with the reason."""
    missing: tuple[str, ...]
    """Containers that only the first stack has."""


def promotion(source: Stack, target: Stack) -> Promotion:
    """Containers of one name and kind take the source's version, tag or digest; their own repositories stay."""
    theirs = {container.name: container for container in source.containers}
    steps, alike, kept = [], [], []
    for at, container in enumerate(target.containers):
        other = theirs.get(container.name)
        if reason := _reason_to_keep(container, other):
            kept.append((container.name, reason))
            continue
        assert other is not None  # noqa: S101  # that is a reason
        before, after = _words(container), _words(other)
        if before == after:
            alike.append(container.name)
        elif before and after:
            steps.append(Step(container.name, at, before, after))
        else:
            kept.append((container.name, "one of them names no version: write it by hand"))
    ours = {container.name for container in target.containers}
    return Promotion(tuple(steps), tuple(alike), tuple(kept), tuple(name for name in theirs if name not in ours))


def _reason_to_keep(container: Container, other: Container | None) -> str | None:
    if other is None:
        return "the other stack has none of that name"
    if other.kind != container.kind:
        return f"it is {other.kind} there, {container.kind} here"
    if (other.locale, other.voice) != (container.locale, container.voice):
        return f"it speaks {_language(other)} there, {_language(container)} here"
    if (other.image is None) != (container.image is None):
        return "one of them has an image of its own: name the image by hand"
    return None


def _language(container: Container) -> str:
    return " ".join(filter(None, (container.locale, container.voice))) or "any language"


def _words(container: Container) -> str | None:
    """What names its image, as a stack file says it; None where nothing does."""
    if container.image:
        return f"tag: {container.image.tag}"
    return next((f"{word}: {value}" for word in _WORDS if (value := getattr(container, word))), None)


def as_set(steps: Sequence[Step], target: Stack) -> list[str]:
    """The steps as assignments for a plan: what the file would make before it is written."""
    found = []
    for step in steps:
        own = ".image" if target.containers[step.at].image else ""
        for words, value in ((step.before, "null"), (step.after, json.dumps(step.after.partition(": ")[2]))):
            found.append(f"speech:containers[{step.at}]{own}.{words.partition(':')[0]}={value}")
    return found


def advanced(text: str, steps: Sequence[Step]) -> str:
    """The stack file's text with each step's words in the place of the old ones, and nothing else changed.

    Raises PromotionError where the file takes its containers from elsewhere: the project's file, an alias, a text of
    JSON.
    """
    lines = text.splitlines(keepends=True)
    config = YAML().load(io.StringIO(text)).get("config") or {}
    found = config.get("speech:containers")
    if not isinstance(found, CommentedSeq):
        raise PromotionError("speech:containers is no list in the file itself: change the versions where they stand")
    edits = [edit for step in steps for edit in _edits(found, step, lines)]
    for row, begin, end, words in sorted(edits, reverse=True):
        lines[row] = lines[row][:begin] + words + lines[row][end:]
    return "".join(lines)


def _edits(containers: CommentedSeq, step: Step, lines: Sequence[str]) -> Iterator[tuple[int, int, int, str]]:
    """(row, begin, end, words) of the text that names the image: from the word to the end of its value."""
    entry = containers[step.at]
    holder: CommentedMap = entry.get("image") or entry
    word = step.before.partition(":")[0]
    row, begin = holder.lc.key(word)
    value_row, value_begin = holder.lc.value(word)
    value = _token(lines[value_row], value_begin)
    if value_row != row or value.strip("'\"") != str(holder[word]):
        raise PromotionError(f"{step.container}: its {word} is no plain word in its line: change it by hand")
    yield row, begin, value_begin + len(value), step.after


def _token(line: str, begin: int) -> str:
    """The scalar that begins there: in quotes, or up to what ends a plain one."""
    quote = line[begin]
    if quote in "'\"":
        return line[begin : line.index(quote, begin + 1) + 1]
    end = begin
    while end < len(line) and line[end] not in ",}] \t\r\n":
        end += 1
    return line[begin:end]
