"""Which stacks: labels that a stack file has of itself, and conditions on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from speech.files.stack_file import UnreadableError
from speech.settings.faults import did_you_mean, one_of, shown
from speech.settings.values import structure

NAME, ENVIRONMENT, LOCATION, TARGET, TAG = "name", "environment", "location", "target", "tag."
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a label must be, or must not: one of these patterns, in which * stands for anything."""

    label: str
    patterns: tuple[str, ...]
    negated: bool = False

    def holds(self, labels: Labels) -> bool:
        """Whether these labels meet it. A label that is missing is empty."""
        found = labels.get(self.label, "")
        return any(fnmatchcase(found, pattern) for pattern in self.patterns) is not self.negated


@dataclass(frozen=True, slots=True)
class Selection:
    """Conditions that all hold. None: every stack."""

    conditions: tuple[Condition, ...]

    def holds(self, labels: Labels) -> bool:
        """Whether a stack of these labels belongs to it."""
        return all(condition.holds(labels) for condition in self.conditions)

    def may_hold(self, name: str) -> bool:
        """Whether a stack of which the name alone is known may belong to it."""
        return all(each.holds({NAME: name}) for each in self.conditions if each.label == NAME)

    def check(self, all_labels: Iterable[Labels]) -> None:
        """Raises UnreadableError where a pattern fits no stack at all: a misspelt one would select too little."""
        known = list(all_labels)
        for condition in self.conditions:
            values = sorted({labels[condition.label] for labels in known if condition.label in labels})
            for pattern in condition.patterns:
                if not any(fnmatchcase(value, pattern) for value in values):
                    hint = did_you_mean(pattern, values) or f" There are: {', '.join(values) or 'none'}."
                    raise UnreadableError(f"no stack has {condition.label}={pattern}.{hint}")


def labels(name: str, keys: Mapping[str, object]) -> dict[str, str]:
    """Labels of a stack file by its keys, which need not be right: what cannot be read is missing."""
    found: dict[str, str] = {NAME: name}
    target, tags = _mapping(keys.get("speech:target")), _mapping(keys.get("speech:tags"))
    candidates = {
        ENVIRONMENT: keys.get("speech:environment"),
        LOCATION: keys.get("azure-native:location"),
        TARGET: target.get("kind"),
        **{f"{TAG}{tag}": value for tag, value in tags.items()},
    }
    return found | {label: value for label, value in candidates.items() if isinstance(value, str)}


def selection(text: str, option: str = "--select", separator: str = ",") -> Selection:
    """From words like environment=prod,location=westeurope,location=eastus2,name!=*-canary.

    A label that stands there twice may be either. Raises UnreadableError.
    """
    found: dict[tuple[str, bool], list[str]] = {}
    for part in filter(None, (each.strip() for each in text.split(separator))):
        label, equals, pattern = part.partition("=")
        negated = label.endswith("!")
        label = label.removesuffix("!").strip()
        if not equals or not pattern.strip():
            raise UnreadableError(f"{option} {shown(part)}: write LABEL=VALUE, as in  environment=prod")
        if label not in (NAME, ENVIRONMENT, LOCATION, TARGET) and not label.startswith(TAG):
            known = (NAME, ENVIRONMENT, LOCATION, TARGET)
            raise UnreadableError(
                f"{option} {shown(label)} is no label; there are {one_of((*known, 'tag.<name>'))}."
                f"{did_you_mean(label, known)}"
            )
        found.setdefault((label, negated), []).append(pattern.strip())
    return Selection(tuple(Condition(label, tuple(each), negated) for (label, negated), each in found.items()))


def _mapping(given: object) -> Mapping[str, object]:
    found = structure(given) if isinstance(given, str) else given
    return found if isinstance(found, Mapping) else {}
