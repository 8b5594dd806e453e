"""Every published rule of what streams cost: the kind's default, and those that a stack file may choose by name."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from speech.catalog.documents import document
from speech.catalog.kinds import StreamRule, kind


@cache
def stream_rules(kind_name: str) -> Mapping[str, StreamRule]:
    """Rules of a kind by name, its default first; none where no figure is published. Raises KeyError for no kind."""
    default, content = kind(kind_name).streams, document("stream_rules")
    others = [
        StreamRule(
            name=row["name"],
            live_cpu=row["live_cpu"],
            file_cpu=row["file_cpu"],
            table=(),
            source=content["sources"][row["source"]],
            as_of=row["as_of"],
            confidence=row["confidence"],
            streams_per_pod=row["streams_per_pod"],
            note=row.get("note"),
        )
        for row in content["rules"]
        if kind_name in row["kinds"]
    ]
    known = [default, *others] if default.says_something else others
    return MappingProxyType({rule.name: rule for rule in known})
