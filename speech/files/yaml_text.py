"""YAML as the engine reads it, and no more of it than a stack file needs.

Numbers, truth values and texts are told apart as Pulumi's own reader (yaml.v3) does; what other readers would take for
something else, as 010 or a date, is refused. No tag makes an object, no alias multiplies, no nesting goes deep.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from speech.settings.faults import shown
from speech.settings.values import DEEPEST, MOST_VALUES

_WORDS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9_]*|0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF|nan|NaN|NAN)")
_MERGE_TAG = "tag:yaml.org,2002:merge"
_TEXT_TAGS = ("!", "tag:yaml.org,2002:str", _MERGE_TAG)
_COLLECTION_TAGS = ("!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_LONGEST_NUMBER = 25
# The file, its keys and what a setting holds: whatever lies deeper is no stack file.
_DEEPEST = DEEPEST + 5


class NotYamlError(Exception):
    """Text that is not the YAML of a stack file: the line, from 1, and what is wrong there."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")


def load(text: str) -> object:
    """What the text holds: mappings, lists, texts, numbers, truth values, None. Raises NotYamlError."""
    try:
        return _Document(text).read()
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise NotYamlError(line, error.problem or "broken YAML") from None
    except YAMLError as error:
        character = getattr(error, "character", None)
        problem = (
            f"the character U+{character:04X} belongs into no text" if isinstance(character, int) else "broken YAML"
        )
        raise NotYamlError(_line_at(text, getattr(error, "position", 0)), problem) from None
    except ValueError:
        # The reader's one slip: an escape beyond the last character there is.
        raise NotYamlError(_line_at(text, text.find("\\U")), "an escape that is no character") from None


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, max(0, position)) + 1


class _Document:
    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = iter(YAML(typ="safe", pure=True).parse(text))
        self._anchors: dict[str, tuple[object, int]] = {}
        self._values = 0

    def read(self) -> object:
        value, documents = None, 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise NotYamlError(_line(event), "a second document begins; a stack file is one")
            elif isinstance(event, NodeEvent):
                value = self._node(event, 0)
            elif isinstance(event, StreamEndEvent):
                break
        return value

    def _node(self, event: Any, depth: int) -> object:  # noqa: ANN401  # ruamel.yaml's events are untyped
        if isinstance(event, AliasEvent):
            return self._alias(event)
        before = self._values
        self._count(event, 1)
        if depth > _DEEPEST:
            raise NotYamlError(_line(event), f"nested deeper than {_DEEPEST} levels, which no setting is")
        value: object
        if isinstance(event, ScalarEvent):
            value = _scalar(event)
        elif event.tag is not None and event.tag not in _COLLECTION_TAGS:
            raise _tagged(event)
        elif isinstance(event, SequenceStartEvent):
            value = [self._node(item, depth + 1) for item in self._until_end()]
        else:
            value = self._mapping(depth)
        if event.anchor:
            self._anchors[event.anchor] = (value, self._values - before)
        return value

    def _mapping(self, depth: int) -> dict[str, object]:
        mapping: dict[str, object] = {}
        merged: dict[str, object] = {}
        for key_event in self._until_end():
            key = self._node(key_event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if key == "<<" and (key_event.implicit[0] or key_event.tag == _MERGE_TAG):
                for source in value if isinstance(value, list) else [value]:
                    if not isinstance(source, Mapping):
                        raise NotYamlError(_line(key_event), "<< takes the mapping of an alias, as in  <<: *name")
                    merged = {**source, **merged}
            elif not isinstance(key, str):
                what = shown(key_event.value) if isinstance(key_event, ScalarEvent) else "a structure"
                raise NotYamlError(_line(key_event), f"the key {what} is no text: write it in quotes")
            elif key in mapping:
                raise NotYamlError(_line(key_event), f"{shown(key)} stands here twice")
            else:
                mapping[key] = value
        return {**merged, **mapping}

    def _until_end(self) -> Iterator[Any]:
        for event in self._events:
            if isinstance(event, CollectionEndEvent):
                return
            yield event

    def _alias(self, event: Any) -> object:  # noqa: ANN401  # as above
        if event.anchor not in self._anchors:
            raise NotYamlError(_line(event), f"*{event.anchor} names nothing that ends above")
        value, size = self._anchors[event.anchor]
        self._count(event, size)
        return value

    def _count(self, event: Any, values: int) -> None:  # noqa: ANN401  # as above
        self._values += values
        if self._values > MOST_VALUES:
            raise NotYamlError(
                _line(event), f"more than {MOST_VALUES:,} values, aliases counted out; no stack needs them"
            )


def _scalar(event: Any) -> object:  # noqa: ANN401  # as above
    text: str = event.value
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NotYamlError(_line(event), "half a character (a lone surrogate) belongs into no text")
    if event.tag in _TEXT_TAGS or (event.tag is None and not event.implicit[0]):
        return text
    if event.tag is not None:
        raise _tagged(event)
    return _plain(text, event)


def _plain(text: str, event: Any) -> object:  # noqa: ANN401  # as above
    if text in _WORDS:
        return _WORDS[text]
    if _DATE.fullmatch(text):
        raise NotYamlError(_line(event), f"{shown(text)} is a date to the engine: write it in quotes")
    if _LEADING_ZERO.fullmatch(text):
        raise NotYamlError(
            _line(event), f"{shown(text)} is an octal number to the engine: drop the zero, or write quotes"
        )
    if _NO_NUMBER.fullmatch(text):
        raise NotYamlError(_line(event), f"{shown(text)} is no number of a setting")
    digits = text.replace("_", "")
    if _INTEGER.fullmatch(text) and len(text) <= _LONGEST_NUMBER:
        return int(digits, 0)
    return float(digits) if _FLOAT.fullmatch(text) else text


def _tagged(event: Any) -> NotYamlError:  # noqa: ANN401  # as above
    return NotYamlError(_line(event), f"the tag {shown(event.tag)} has no place in a stack file: leave it out")


def _line(event: Any) -> int:  # noqa: ANN401  # as above
    return int(event.start_mark.line) + 1
