"""The words of a container as variables: groups know no args, and a `command` would hide the entry point."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from speech.manifests.arguments import Word
from speech.manifests.document import Document

_NAME = re.compile(r"\w+", re.ASCII)


def environment(words: Sequence[Word], secrets: Mapping[str, Any]) -> list[Document]:
    """Variables that say the same as the words; of two that set one thing the later counts, as on a command line.

    A secret's value goes where Azure never shows it again. Raises ValueError for words that no variable can say.
    """
    if unsaid := unspeakable(words):
        raise ValueError(f"no variable can say {', '.join(unsaid)}")
    return list({word.name.casefold(): _variable(word, secrets) for word in words}.values())


def unspeakable(words: Sequence[Word]) -> list[str]:
    """Names of the words that cannot be variables.

    Bare words have no value, and names may hold letters, digits and underscores only (container-instances
    troubleshooting page, 2025-11), two of which stand for a colon.
    """
    return [
        word.name
        for word in words
        if (word.value is None and word.secret is None) or not _NAME.fullmatch(_variable_name(word))
    ]


def _variable(word: Word, secrets: Mapping[str, Any]) -> Document:
    if word.secret is not None:
        return {"name": _variable_name(word), "secureValue": secrets[word.secret]}
    return {"name": _variable_name(word), "value": word.value}


def _variable_name(word: Word) -> str:
    return word.name.replace(":", "__")
