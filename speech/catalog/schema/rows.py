"""What every document of the catalogue is made of: rows with a source and a date."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_OLDEST = date(2019, 1, 1)
"""Speech containers are not older."""


def _has_been(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("is no date: write it as 2026-11-21") from None
    if not _OLDEST <= day <= datetime.now(UTC).date():
        raise ValueError(f"is no date between {_OLDEST} and today: a fact has the day on which it was read")
    return text


Text = Annotated[str, Field(min_length=1)]
Date = Annotated[str, AfterValidator(_has_been)]
Positive = Annotated[float, Field(gt=0)]
Confidence = Literal["high", "medium", "low"]
Locale = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?-[A-Z]{2}(-[a-z]+)?$|^[a-z]{2}$")]
Version = Annotated[str, Field(pattern=r"^\d+(\.\d+)*(-preview)?$")]
CloudName = Literal["public", "usgovernment", "china"]
Pair = Annotated[list[float], Field(min_length=2, max_length=2)]


class Strict(BaseModel):
    """No key beside those that are named, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Row(Strict):
    """A fact: where it was read, and when."""

    source: Text
    as_of: Date
    note: Text | None = None


class JudgedRow(Row):
    """A fact that may be wrong."""

    confidence: Confidence


class JudgedNumber(JudgedRow):
    """One number."""

    value: float


class SourcedRow(Strict):
    """A row that several sources make together."""

    source: Annotated[list[Text], Field(min_length=1)]
    as_of: Date


class Document(Strict):
    """A file of the catalogue."""

    as_of: Date
    source: Text
    notes: list[Text]
    sources: Annotated[dict[str, Text], Field(min_length=1)]


class JudgedWord(JudgedRow):
    """One word."""

    value: Text


class JudgedSize(JudgedRow):
    """Cores and GiB."""

    value: Pair
