"""Kinds of containers, their tags and the models that they take."""

from typing import Annotated, Literal

from pydantic import Field

from speech.catalog.schema.rows import (
    Document,
    JudgedNumber,
    JudgedRow,
    JudgedSize,
    JudgedWord,
    Locale,
    Pair,
    Positive,
    Row,
    SourcedRow,
    Strict,
    Text,
    Version,
)


class SizeRow(Row):
    """The vendor's sizes from a version on; cores and GiB."""

    since: Version
    minimum: Pair
    recommended: Pair
    model_gib: Pair
    planning: Pair | None = None


class Streams(JudgedRow):
    """What streams cost."""

    rule: Text
    live_cpu: Positive | None
    file_cpu: Positive | None
    table: list[Annotated[list[float], Field(min_length=3, max_length=3)]]


class Ceiling(JudgedRow):
    """What a container should not be given more of."""

    streams: int
    cpu: Positive


class AddOn(JudgedRow):
    """An option that is charged beside the usage."""

    meter: Text


class FirstVersion(Row):
    """From which version a setting is known."""

    version: Version


class SentimentPath(Row):
    """Where an image asks for sentiment."""

    since: Version
    path: Text


class ReadyPath(Strict):
    """Where an image answers whether it serves."""

    since: Version
    path: str


class Kind(SourcedRow):
    """One kind of container."""

    name: Text
    repository: Text
    gated_repository: Text | None
    port: int | None
    health_path: str
    status_path: Text | None
    ready_paths: Annotated[list[ReadyPath], Field(min_length=1)]
    client_scheme: Literal["ws", "http", ""]
    also_scheme: Literal["ws", "http"] | None
    client_call: Literal["recognise", "identify", "synthesise", "transcribe-file", "synthesise-by-rest"] | None
    tag_template: Text
    preview_tags_before: Version | None
    needs: list[Literal["locale", "voice", "model"]]
    preview: Literal["fault", "warning"] | None
    retired: Text | None
    replacement: Text | None
    gpu: bool
    disconnected: bool
    chargeable: bool
    models_path: Text | None
    eula_word: str
    once: bool
    urls_variable: str | None
    options: list[str]
    pairs_with: list[Text]
    plan_type: JudgedWord | None
    decoders_env: Text | None
    meter: Text | None
    sizes: Annotated[list[SizeRow], Field(min_length=1)]
    planning: JudgedSize
    startup_minutes: JudgedNumber
    download_minutes: JudgedNumber | None = None
    image_gib: JudgedNumber
    streams: Streams
    speaking_rate: JudgedNumber | None
    ceiling: Ceiling | None
    add_ons: dict[Text, AddOn]
    first_versions: dict[str, FirstVersion]


class Kinds(Document):
    """kinds.json."""

    sentiment_paths: list[SentimentPath]
    kinds: list[Kind]


class StreamRule(JudgedRow):
    """What streams cost, as another source has it."""

    name: Text
    kinds: Annotated[list[Text], Field(min_length=1)]
    live_cpu: Positive | None
    file_cpu: Positive | None
    streams_per_pod: Annotated[int, Field(ge=1)] | None


class StreamRules(Document):
    """stream_rules.json."""

    rules: list[StreamRule]


class BaseModels(Row):
    """Base models of a range of versions."""

    since: Version
    before: Version | None
    models: Annotated[list[Text], Field(min_length=1)]


class Models(Document):
    """models.json."""

    lineage: list[BaseModels]


class TagRow(Row):
    """Tags: every version with every locale or voice."""

    versions: Annotated[list[Version], Field(min_length=1)]
    suffix: Literal["-preview"] | None = None
    locales: list[Locale] | None = None
    voices: dict[Locale, Annotated[list[Text], Field(min_length=1)]] | None = None
    evidence: Literal["documented", "derived", "third-party", "registry"]


class Latest(Row):
    """What the tag `latest` pulls."""

    locale: Locale | None
    voice: Text | None


class Newest(Row):
    """The newest version."""

    version: Version


class Change(Row):
    """What a version brought and took."""

    version: Version
    added: list[Locale] | dict[Locale, list[Text]]
    removed: list[Locale]
    released: Text | None


class Digests(Row):
    """Digests of tags."""

    by_tag: dict[str, Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]]


class LocaleGroups(Row):
    """Images for several locales."""

    single: list[Text]
    groups: dict[str, list[Text]]


class Registry(Row):
    """What the registry itself lists: with it, every tag of the rows exists but those that are gone."""

    gone: list[Text]
    others: list[Text]
    """Tags in no known form."""


class KindTags(Strict):
    """One kind's tags."""

    latest: Latest
    newest: Newest | None
    tags: list[TagRow]
    versions: list[TagRow]
    changes: list[Change]
    registry: Registry | None = None
    digests: Digests | None = None
    locale_groups: LocaleGroups | None = None
    guessed_case: list[Text] = Field(default=[])


class Tags(Document):
    """tags.json."""

    kinds: dict[str, KindTags]
