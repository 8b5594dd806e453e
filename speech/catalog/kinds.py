"""The kinds of containers: everything that differs between them stands here as a column."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from speech.catalog.documents import Evidence, document, evidence
from speech.catalog.versions import is_before


@dataclass(frozen=True, slots=True)
class Size:
    """Cores and GiB of memory."""

    cpu: float
    memory_gib: float


@dataclass(frozen=True, slots=True)
class SizeRow:
    """The vendor's sizes for images from version `since` on.

    `model_gib` is what the models need on top of either size, lowest and highest figure; (0, 0) where none is named.
    """

    since: str
    minimum: Size
    recommended: Size
    model_gib: tuple[float, float]
    planning: Size
    """The pod of a stack file that says no resources."""
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class StreamRule:
    """What streams cost: cores for each by the audio's speed, a table of whole shapes, or a number whatever the shape.

    None of them where unknown.
    """

    name: str
    """As `scaling.rule` names it."""
    live_cpu: float | None
    file_cpu: float | None
    table: tuple[tuple[Size, int], ...]
    source: str
    as_of: str
    confidence: str
    streams_per_pod: int | None = None
    note: str | None = None

    @property
    def says_something(self) -> bool:
        """Whether a figure is published at all."""
        return bool(self.live_cpu or self.file_cpu or self.table or self.streams_per_pod)

    def cpu(self, audio: str) -> float | None:
        """Cores of one stream of this audio, live or file; None where no such figure is published."""
        return self.file_cpu if audio == "file" else self.live_cpu

    def says_nothing_of(self, audio: str) -> bool:
        """Whether no figure of it holds for this audio."""
        return not (self.cpu(audio) or self.table or self.streams_per_pod)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Beyond so many streams or cores, more containers are better than a larger one."""

    streams: int
    cpu: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of container. Paths are empty and `port` is None where the kind serves nothing."""

    name: str
    repository: str
    gated_repository: str | None
    """Its name in the gated registry of 2019-20, which is reported gone."""
    port: int | None
    ready_path: str
    ready_paths: tuple[tuple[str, str], ...]
    """(first version, path), oldest first."""
    health_path: str
    """For liveness: milder than readiness, blind to metering."""
    status_path: str | None
    client_scheme: str
    also_scheme: str | None
    """A second scheme that sources name for clients."""
    client_call: str | None
    """What clients ask of it: recognise, identify, synthesise (by the Speech SDK), transcribe-file,
    synthesise-by-rest. None for what serves nothing."""
    tag_template: str
    preview_tags_before: str | None
    """Below this version tags end in -preview."""
    needs: frozenset[str]
    preview: str | None
    """How serious a finding it is to use a preview: fault or warning. None for what is none."""
    retired: str | None
    replacement: str | None
    """The kind to use instead of a retired one."""
    gpu: bool
    disconnected: bool
    chargeable: bool
    models_path: str | None
    startup_minutes: int
    download_minutes: int | None
    """What a model's download may take on top, on an empty volume."""
    image_gib: float
    sizes: tuple[SizeRow, ...]
    planning: Size
    streams: StreamRule
    """The default rule."""
    speaking_rate: float | None
    """Characters a second that one stream speaks; None for what does not speak."""
    ceiling: Ceiling | None
    """None where no page has one."""
    add_ons: Mapping[str, str]
    """Options that are charged beside the usage itself, each with its meter."""
    decoders_env: str | None
    eula_word: str
    """The documents of each kind write it in their own letters."""
    once: bool
    """Runs to its end: serves nothing, and has no streams."""
    urls_variable: str | None
    """The variable that must name the port, where a kind has one."""
    options: frozenset[str]
    """Words of a container's `options` that mean something to this kind."""
    pairs_with: frozenset[str]
    """Kinds whose language this one identifies."""
    plan_type: str | None
    """Azure's word for it in a commitment plan; None where no source has one."""
    first_versions: Mapping[str, str]
    meter: str | None
    """Row of the metering prices; None where using it costs nothing."""
    sources: tuple[str, ...]
    as_of: str
    evidence: Mapping[str, Evidence]
    """Of the figures that are judged or measured: planning, streams, startup_minutes, download_minutes, image_gib,
    speaking_rate; of plan_type."""

    def size_row(self, version: str) -> SizeRow:
        """The vendor's row for an image of this version; the newest row for what is no version, as a digest."""
        return [row for row in self.sizes if not is_before(version, row.since)][-1]

    def readiness_path(self, version: str) -> str:
        """The best path to ask an image of this version whether it can serve."""
        return [path for since, path in self.ready_paths if not is_before(version, since)][-1]


def kind(name: str) -> Kind:
    """The kind of this name. Raises KeyError for any other."""
    return kinds()[name]


def sentiment_path(version: str) -> str | None:
    """The path at which an image of this version asks for sentiment; None for one that does not yet."""
    rows: list[dict[str, str]] = document("kinds")["sentiment_paths"]
    return next((row["path"] for row in reversed(rows) if not is_before(version, row["since"])), None)


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its name, in the order of the document."""
    content = document("kinds")
    return MappingProxyType({row["name"]: _kind(content["sources"], row) for row in content["kinds"]})


_JUDGED = ("planning", "streams", "startup_minutes", "download_minutes", "image_gib", "plan_type", "speaking_rate")
_AS_WRITTEN = (
    "name", "repository", "gated_repository", "port", "health_path", "status_path", "client_scheme", "also_scheme",
    "client_call", "tag_template", "preview_tags_before", "preview", "retired", "replacement", "gpu", "disconnected",
    "chargeable",
    "models_path", "decoders_env", "eula_word", "once", "urls_variable", "meter", "as_of",
)  # fmt: skip


def _kind(sources: dict[str, str], row: dict[str, Any]) -> Kind:
    ready_paths = tuple((path["since"], path["path"]) for path in row["ready_paths"])
    return Kind(
        **{name: row[name] for name in _AS_WRITTEN},
        ready_path=ready_paths[0][1],
        ready_paths=ready_paths,
        needs=frozenset(row["needs"]),
        options=frozenset(row["options"]),
        pairs_with=frozenset(row["pairs_with"]),
        plan_type=row["plan_type"]["value"] if row["plan_type"] else None,
        startup_minutes=row["startup_minutes"]["value"],
        download_minutes=row["download_minutes"]["value"] if "download_minutes" in row else None,
        image_gib=row["image_gib"]["value"],
        sizes=tuple(_size_row(sources, size, row["planning"]["value"]) for size in row["sizes"]),
        planning=Size(*row["planning"]["value"]),
        streams=_streams(sources, row["streams"]),
        speaking_rate=row["speaking_rate"]["value"] if row["speaking_rate"] else None,
        ceiling=_ceiling(sources, row["ceiling"]) if row["ceiling"] else None,
        add_ons=MappingProxyType({option: each["meter"] for option, each in row["add_ons"].items()}),
        first_versions=MappingProxyType({name: first["version"] for name, first in row["first_versions"].items()}),
        sources=tuple(sources[source] for source in row["source"]),
        evidence=MappingProxyType({name: evidence(sources, row[name]) for name in _JUDGED if row.get(name)}),
    )


def _size_row(sources: dict[str, str], row: dict[str, Any], planning: list[float]) -> SizeRow:
    low, high = row["model_gib"]
    return SizeRow(
        since=row["since"],
        minimum=Size(*row["minimum"]),
        recommended=Size(*row["recommended"]),
        model_gib=(low, high),
        planning=Size(*row.get("planning", planning)),
        source=sources[row["source"]],
        as_of=row["as_of"],
    )


def _streams(sources: dict[str, str], row: dict[str, Any]) -> StreamRule:
    return StreamRule(
        name=row["rule"],
        live_cpu=row["live_cpu"],
        file_cpu=row["file_cpu"],
        table=tuple((Size(cpu, memory_gib), streams) for cpu, memory_gib, streams in row["table"]),
        source=sources[row["source"]],
        as_of=row["as_of"],
        confidence=row["confidence"],
        note=row.get("note"),
    )


def _ceiling(sources: dict[str, str], row: dict[str, Any]) -> Ceiling:
    return Ceiling(row["streams"], row["cpu"], evidence(sources, row))
