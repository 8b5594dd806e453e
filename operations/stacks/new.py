"""A commented stack file from a few answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from speech.catalog.kinds import Kind, kind, kinds
from speech.catalog.tags import image_tag, tags
from speech.settings.environments import picked
from speech.settings.faults import did_you_mean, shown
from speech.settings.stack import Environment

_NOTE_COLUMN = 44
_SCHEMA = "# yaml-language-server: $schema=schema.json\n"
_HEAD = """\
# {sentence}
# Yours to change: docs/configuration.md has every setting, `speech plan {name}` says what it makes of them.
"""
_ABOUT = {
    "aks": "a cluster of the stack's own",
    "kubernetes": "a cluster of yours: pulumi config set --secret --path speech:target.kubeconfig < kubeconfig",
    "container-instances": "groups without a cluster: docs/container-instances.md",
    "docker": "hosts of yours: speech render compose|docker writes what they run",
}


class AnswerError(Exception):
    """Answers that name nothing. The text says what and the remedy, a line each."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One container: `speech-to-text:en-US=12`, `neural-text-to-speech:en-US:AriaNeural=4`, `diagnostic`."""

    kind: str
    locale: str | None = None
    voice: str | None = None
    streams: int | None = None

    @staticmethod
    def read(text: str) -> "Wanted | str":
        """From KIND[:LOCALE[:VOICE]][=STREAMS]; what is wrong with any other text."""
        what, _, streams = text.partition("=")
        name, _, rest = what.partition(":")
        locale, _, voice = rest.partition(":")
        if name not in kinds():
            return f"--container {shown(text)}: {shown(name)} is no kind.{did_you_mean(name, kinds())}"
        if streams and not (streams.isdecimal() and int(streams)):
            return f"--container {shown(text)}: {shown(streams)} is no number of streams"
        return Wanted(name, locale or None, voice or None, int(streams) if streams else None)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a stack file cannot do without."""

    environment: str
    """dev, test or prod."""
    location: str
    target: str
    custom_domain: str
    eula: bool
    """Whether the user accepts the licence terms: never assumed."""
    containers: tuple[Wanted, ...]
    acknowledge: tuple[str, ...] = ()


def wrong_choice(word: str, given: str, known: Sequence[str]) -> Iterator[str]:
    """What is wrong with an answer that is none of those known."""
    if given not in known:
        yield f"{word} {shown(given)}: is none of {', '.join(known)}.{did_you_mean(given, known)}"


def keys(answers: Answers) -> dict[str, Any]:
    """The answers as a stack file's keys, with the newest version that the catalogue knows of each image."""
    found: dict[str, Any] = {
        "azure-native:location": answers.location,
        "speech:environment": answers.environment,
        "speech:account": {"custom_domain": answers.custom_domain},
        "speech:billing": {"eula": "accept"} if answers.eula else {},
        "speech:target": {"kind": answers.target},
        "speech:containers": [
            _container(wanted, name)
            for wanted, name in zip(answers.containers, _names(answers.containers), strict=True)
        ],
    }
    if answers.acknowledge:
        found["speech:acknowledge"] = list(answers.acknowledge)
    return found


def text(name: str, answers: Answers, sentence: str, *, schema: bool) -> str:
    """The stack file of that name. What the environment picks stands in it as comments, ready to be written out.

    `schema`: the JSON Schema lies beside it, for editors.
    """
    found = keys(answers)
    sections = {key.partition(":")[2]: value for key, value in found.items()}
    picks = dict(picked(sections, Environment(answers.environment)))
    return (
        (_SCHEMA if schema else "")
        + _HEAD.format(sentence=sentence, name=name)
        + "\n".join(_lines(found, answers, picks))
        + "\n"
    )


def _lines(found: Mapping[str, Any], answers: Answers, picks: Mapping[str, object]) -> Iterator[str]:
    environment = answers.environment
    yield "config:"
    yield f"  azure-native:location: {answers.location}"
    yield _noted(f"  speech:environment: {environment}", f"picks what is commented out with  {environment}'s")
    yield "  speech:account:"
    yield _noted(f"    custom_domain: {answers.custom_domain}", "unique in Azure, and never to be changed")
    yield from _picked(picks, "speech:account.", "    ", environment)
    yield "  speech:billing:"
    if answers.eula:
        yield _noted("    eula: accept", "you accept the licence terms of the Speech containers")
    else:
        yield _noted("    # eula: accept", "write it when you accept the licence terms of the Speech containers")
    yield "  speech:target:"
    yield _noted(f"    kind: {answers.target}", _ABOUT[answers.target])
    yield from _picked(picks, "speech:target.", "    ", environment)
    yield "  speech:containers:"
    for at, container in enumerate(found["speech:containers"]):
        for place, (word, value) in enumerate(container.items()):
            head = "    - " if place == 0 else "      "
            if word == "demand":
                yield _noted(f"{head}demand: {{concurrent_streams: {value['concurrent_streams']}}}", "at the peak")
            else:
                yield f"{head}{word}: {value}"
        under = f"speech:containers[{at}]."
        for path, value in picks.items():
            if path.startswith(under):
                word, *way = path.removeprefix(under).split(".")
                yield _noted(f"      # {word}: {_nested(way, value)}", f"{environment}'s")
    if answers.acknowledge:
        yield _noted(f"  speech:acknowledge: [{', '.join(answers.acknowledge)}]", "works only at your own risk")


def _picked(picks: Mapping[str, object], under: str, indent: str, environment: str) -> Iterator[str]:
    for path, value in picks.items():
        if path.startswith(under):
            yield _noted(f"{indent}# {path.removeprefix(under)}: {_yaml(value)}", f"{environment}'s")


def _noted(line: str, note: str) -> str:
    return f"{line:<{_NOTE_COLUMN}} # {note}"


def _nested(way: Sequence[str], value: object) -> str:
    return f"{{{way[0]}: {_nested(way[1:], value)}}}" if way else _yaml(value)


def _yaml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(_quoted(each) for each in value)}]"
    return str(value)


def _quoted(value: object) -> str:
    return f'"{value}"' if str(value).isdecimal() else str(value)


def _container(wanted: Wanted, name: str) -> dict[str, Any]:
    facts = kind(wanted.kind)
    found: dict[str, Any] = {"name": name, "kind": wanted.kind}
    found |= {word: value for word, value in (("locale", wanted.locale), ("voice", wanted.voice)) if value}
    if version := _newest(facts, wanted):
        found["version"] = version
    if not facts.once:
        found["demand"] = {"concurrent_streams": wanted.streams or 1}
    return found


def _newest(facts: Kind, wanted: Wanted) -> str | None:
    """The newest version whose tag the catalogue has for this locale and voice, else the newest of all."""
    known = tags(facts.name)
    tagged = (
        version
        for version in reversed(known.versions())
        if known.known(image_tag(facts.name, version, wanted.locale, wanted.voice))
    )
    return next(tagged, known.newest)


def _names(containers: Sequence[Wanted]) -> list[str]:
    """A DNS label each, unique in the stack: kind and locale, and a number where that is taken."""
    found: list[str] = []
    for wanted in containers:
        name = "-".join(filter(None, (wanted.kind, wanted.locale))).lower()
        taken = sum(each == name or each.rpartition("-")[0] == name for each in found)
        found.append(f"{name}-{taken + 1}" if taken else name)
    return found
