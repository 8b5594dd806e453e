"""Whether what runs is the image that was planned."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from operations.verify.check import Check, failed, passed, warned
from operations.verify.target import Target

_PARTS = ("version", "locale", "voice")


class UnknownImagesError(Exception):
    """Nobody tells which images run. The text says why, in a few words."""


@dataclass(frozen=True, slots=True)
class Running:
    """One pod, group or container that runs."""

    name: str
    image: str


def image(target: Target, running: Sequence[Running]) -> Check:
    """The check of a container's images."""
    planned = target.container.image
    if not running:
        return failed("image", "nothing of it runs", target.logs)
    others = Counter(one.image for one in running if one.image != planned)
    if not others:
        return passed("image", f"{_short(planned)}, as planned{_among(running)}", running=len(running))
    found, count = others.most_common(1)[0]
    said = f"{_short(found)} in {count} of {len(running)}, planned is {_short(planned)}"
    if differing := _differing(target, found):
        said += f": another {' and '.join(differing)}"
    return failed("image", said, f"pulumi up --refresh --stack {target.plan.stack}")


def unknown(why: str) -> Check:
    """Nobody tells."""
    return warned("image", f"version and locale are not known: {why}")


def _differing(target: Target, found: str) -> list[str]:
    """Which parts of two images differ, as far as their tags follow the kind's grammar."""
    grammar = re.escape(target.facts.tag_template)
    for part in _PARTS:
        form = r"\d[\w.]*" if part == "version" else r"[a-z]{2,3}-[a-z]{2,4}" if part == "locale" else r"\w+"
        grammar = grammar.replace(re.escape(f"{{{part}}}"), f"(?P<{part}>{form})")
    here, there = (re.match(grammar, one.rpartition(":")[2]) for one in (target.container.image, found))
    if here is None or there is None:
        return []
    return [part for part, value in here.groupdict().items() if there[part] != value]


def _short(reference: str) -> str:
    return reference.rpartition("/")[2]


def _among(running: Sequence[Running]) -> str:
    return f" in all {len(running)}" if len(running) > 1 else ""
