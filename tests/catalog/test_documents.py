"""The data itself: every document obeys its schema, every row names a source and a date."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from speech.catalog import aks, documents, egress, kinds, limits, prices, regions, tags, vm_sizes

DATA = Path(documents.__file__).with_name("data")
ROOT = DATA.parents[2]

Text = Annotated[str, Field(min_length=1)]
Positive = Annotated[float, Field(gt=0)]
Confidence = Literal["high", "medium", "low"]
Locale = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?-[A-Z]{2}(-[a-z]+)?$|^[a-z]{2}$")]
Version = Annotated[str, Field(pattern=r"^\d+(\.\d+)*(-preview)?$")]
CloudName = Literal["public", "usgovernment", "china"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Row(Strict):
    source: Text
    as_of: Text
    note: Text | None = None


class JudgedRow(Row):
    confidence: Confidence


class JudgedNumber(JudgedRow):
    value: float


class SourcedRow(Strict):
    """A row that several sources make together."""

    source: Annotated[list[Text], Field(min_length=1)]
    as_of: Text


class Document(Strict):
    as_of: Text
    source: Text
    notes: list[Text]
    sources: Annotated[dict[str, Text], Field(min_length=1)]


Pair = Annotated[list[float], Field(min_length=2, max_length=2)]


class JudgedWord(JudgedRow):
    value: Text


class JudgedSize(JudgedRow):
    value: Pair


class SizeRow(Row):
    since: Version
    minimum: Pair
    recommended: Pair
    model_gib: Pair
    planning: Pair | None = None


class Streams(JudgedRow):
    live_cpu: Positive | None
    file_cpu: Positive | None
    table: list[Annotated[list[float], Field(min_length=3, max_length=3)]]


class FirstVersion(Row):
    version: Version


class SentimentPath(Row):
    since: Version
    path: Text


class ReadyPath(Strict):
    since: Version
    path: str


class Kind(SourcedRow):
    name: Text
    repository: Text
    gated_repository: Text | None
    port: int | None
    health_path: str
    status_path: Text | None
    ready_paths: Annotated[list[ReadyPath], Field(min_length=1)]
    client_scheme: Literal["ws", "http", ""]
    also_scheme: Literal["ws", "http"] | None
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
    first_versions: dict[str, FirstVersion]


class Kinds(Document):
    sentiment_paths: list[SentimentPath]
    kinds: list[Kind]


class BaseModels(Row):
    since: Version
    before: Version | None
    models: Annotated[list[Text], Field(min_length=1)]


class Models(Document):
    lineage: list[BaseModels]


class TagRow(Row):
    versions: Annotated[list[Version], Field(min_length=1)]
    suffix: Literal["-preview"] | None = None
    locales: list[Locale] | None = None
    voices: dict[Locale, Annotated[list[Text], Field(min_length=1)]] | None = None
    evidence: Literal["documented", "derived", "third-party"]


class Latest(Row):
    locale: Locale | None
    voice: Text | None


class Newest(Row):
    version: Version


class Change(Row):
    version: Version
    added: list[Locale] | dict[Locale, list[Text]]
    removed: list[Locale]
    released: Text | None


class Digests(Row):
    by_tag: dict[str, Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]]


class LocaleGroups(Row):
    single: list[Text]
    groups: dict[str, list[Text]]


class KindTags(Strict):
    latest: Latest
    newest: Newest | None
    tags: list[TagRow]
    versions: list[TagRow]
    changes: list[Change]
    digests: Digests | None = None
    locale_groups: LocaleGroups | None = None
    guessed_case: list[Text] = []


class Tags(Document):
    kinds: dict[str, KindTags]


class VmRule(Row):
    min_ghz: float
    architecture: Literal["x64"]
    avx2: bool


class VmFamily(SourcedRow):
    series: Text
    quota: Text
    architecture: Literal["x64", "arm64"]
    cpus: Annotated[list[Text], Field(min_length=1)]
    cpu_guaranteed: bool
    base_ghz: Positive | None
    turbo_ghz: Positive | None
    avx2: bool
    avx2_basis: Literal["documented", "inferred", "none"]
    accelerated_networking: bool | None
    ephemeral_os_disk: bool | None
    burstable: bool
    gpu: Text | None
    retires: Text | None
    note: Text | None


class VmSize(Strict):
    name: Annotated[str, Field(pattern=r"^Standard_[A-Z]+\d+[a-z]*(_(T4|A10|A100))?_v\d$")]
    series: Text
    vcpus: int
    memory_gib: Positive
    temp_disk_gib: int | None
    os_cache_gib: int | None
    usd_per_hour: list[Positive | None]
    gpus: Annotated[int, Field(ge=1)] | None = None
    estimated: dict[str, Positive] = {}


class VmSizes(Document):
    columns: dict[Text, Row]
    rule: VmRule
    price_regions: list[Text]
    families: list[VmFamily]
    sizes: list[VmSize]


class CpuReservations(Row):
    millicores: list[Annotated[list[int], Field(min_length=2, max_length=2)]]


class MemoryReservations(Row):
    since: Version
    rates: list[Annotated[list[float | None], Field(min_length=2, max_length=2)]] | None = None
    per_pod_mib: int | None = None
    fixed_mib: int | None = None
    at_most: float | None = None
    eviction_mib: int


class Overhead(Strict):
    daemonsets: JudgedSize
    os_memory_share: JudgedNumber


class KubernetesVersion(Row):
    version: Version
    ends: Text | None


class Pods(Row):
    minimum: int
    maximum: int
    overlay_default: int
    speech_pool: int


class SystemPool(Row):
    minimum_nodes: int
    advised_nodes: int
    minimum_vcpus: int
    minimum_memory_gib: int
    minimum_pods: int


class OsDisk(Row):
    vcpus: int
    gib: int
    tier: Text


class Tier(JudgedRow):
    name: Text
    usd_per_hour: float | None
    sla: bool
    nodes: int
    advised_nodes: int | None


class Aks(Document):
    cpu_reservations: CpuReservations
    memory_reservations: list[MemoryReservations]
    overhead: Overhead
    pods: Pods
    system_pool: SystemPool
    os_disks: list[OsDisk]
    tiers: list[Tier]
    kubernetes_versions: list[KubernetesVersion]


class Cloud(SourcedRow):
    name: CloudName
    arm: Text
    login: Text
    portal: Text
    csi_cloud: Text
    metering_host: Text
    account_host: Text
    stt_host: Text
    tts_host: Text
    vault_suffix: Text
    private_dns: dict[Literal["account", "vault", "registry", "cluster"], Text]
    registry_hosts: list[Text]
    skus: list[Literal["F0", "S0", "DC0"]]
    sells_disconnected: bool


class RegionRow(Row):
    cloud: CloudName
    names: list[Text]
    custom_training: list[Text]


class Regions(Document):
    clouds: list[Cloud]
    regions: list[RegionRow]


class Meter(JudgedRow):
    name: Text
    unit: Text
    usd: Positive | None


class Commitment(JudgedRow):
    meter: Text
    hosting: Literal["connected"]
    included: int
    unit: Text
    usd_a_month: Positive
    overage_usd: Positive


class Service(JudgedRow):
    name: Text
    unit: Text
    usd: dict[Text, Positive]


class Prices(Document):
    meters: list[Meter]
    commitments: list[Commitment]
    services: list[Service]


class Destination(Row):
    use: Text
    cloud: CloudName | Literal["*"]
    host: Text | None
    port: int
    protocol: Literal["HTTPS", "HTTP", "TCP", "UDP"]
    reason: Text


class Egress(Document):
    rows: list[Destination]


class Limit(Row):
    name: Text
    minimum: float
    maximum: float
    unit: Text
    pattern: Text | None


class Limits(Document):
    limits: list[Limit]
    reserved_ports: dict[str, Any]


SCHEMAS: dict[str, type[Document]] = {
    "aks": Aks,
    "egress": Egress,
    "kinds": Kinds,
    "limits": Limits,
    "models": Models,
    "prices": Prices,
    "regions": Regions,
    "tags": Tags,
    "vm_sizes": VmSizes,
}


def dicts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for key, inner in value.items():
            yield from dicts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from dicts(inner, f"{path}[{index}]")


def test_every_document_has_a_schema() -> None:
    assert set(documents.names()) == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_document_obeys_its_schema(name: str) -> None:
    SCHEMAS[name].model_validate_json((DATA / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_source_is_a_key_of_the_document(name: str) -> None:
    content = documents.document(name)
    for path, row in dicts(content):
        named = row.get("source", [])
        for source in [named] if isinstance(named, str) else named:
            assert source in content["sources"], path


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_source_is_listed_in_vain(name: str) -> None:
    content = documents.document(name)
    named = {source for _, row in dicts(content) for source in _listed(row.get("source", []))}
    assert set(content["sources"]) == named


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_date_is_a_date_that_has_been(name: str) -> None:
    for path, row in dicts(documents.document(name)):
        if "as_of" in row:
            assert date(2019, 1, 1) <= date.fromisoformat(row["as_of"]) <= datetime.now(UTC).date(), path


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_has_a_source_has_a_date(name: str) -> None:
    for path, row in dicts(documents.document(name)):
        assert ("source" in row) == ("as_of" in row), path


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_document_stays_below_a_megabyte(name: str) -> None:
    assert (DATA / f"{name}.json").stat().st_size < 1_000_000


def test_no_two_rows_have_one_name() -> None:
    for name, key in (("kinds", "kinds"), ("vm_sizes", "sizes"), ("prices", "services"), ("limits", "limits")):
        named = [row["name"] for row in documents.document(name)[key]]
        assert len(named) == len(set(named)), name


def test_a_size_s_prices_stand_in_the_order_of_the_regions() -> None:
    content = documents.document("vm_sizes")
    families = {family["series"] for family in content["families"]}
    for size in content["sizes"]:
        assert len(size["usd_per_hour"]) == len(content["price_regions"]), size["name"]
        assert size["series"] in families
        known = dict(zip(content["price_regions"], size["usd_per_hour"], strict=True))
        assert all(known[region] is None for region in size.get("estimated", {})), size["name"]


def test_all_loads_together_take_under_20_ms() -> None:
    def load() -> float:
        for cached in (documents.document, kinds.kinds, tags.tags, vm_sizes.vm_sizes, regions.regions, regions.clouds):
            cached.cache_clear()
        start = perf_counter()
        for name in kinds.kinds():
            tags.tags(name)
        vm_sizes.vm_sizes()
        aks.allocatable(8, 32, 30, "1.35")
        prices.service("public-ip", "eastus")
        limits.limits()
        egress.egress("public", "eastus", egress.all_uses())
        regions.regions()
        return perf_counter() - start

    assert min(load() for _ in range(5)) < 0.02


def test_the_readers_need_the_standard_library_alone() -> None:
    code = (
        "import sys; from speech.catalog import aks, egress, kinds, limits, prices, regions, tags, vm_sizes;"
        "print(sorted({name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names - {'speech', '__main__'}))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _listed(source: str | list[str]) -> list[str]:
    return [source] if isinstance(source, str) else source
