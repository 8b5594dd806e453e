import pytest

from speech.catalog import prices
from speech.catalog.kinds import Size, kind, kinds, sentiment_path
from speech.catalog.vm_sizes import vm_size

STT = ("speech-to-text", "custom-speech-to-text")


def test_every_kind_of_the_stack_file_is_a_row() -> None:
    assert list(kinds()) == [
        "speech-to-text",
        "custom-speech-to-text",
        "neural-text-to-speech",
        "language-identification",
        "fast-transcription",
        "text-to-speech",
        "custom-text-to-speech",
        "diagnostic",
    ]


def test_a_name_that_is_no_kind_is_no_row() -> None:
    with pytest.raises(KeyError):
        kind("speech-to-txt")


@pytest.mark.parametrize("name", STT)
@pytest.mark.parametrize(
    ("version", "minimum", "recommended", "model_gib"),
    [
        ("2.0.0", Size(2, 2), Size(4, 4), (4, 6)),
        ("2.2.0", Size(2, 2), Size(4, 4), (4, 6)),
        ("2.5.0", Size(4, 4), Size(8, 6), (4, 6)),
        ("3.14.0", Size(4, 4), Size(8, 6), (4, 6)),
        ("4.0.0", Size(4, 4), Size(8, 8), (4, 8)),
        ("5.1.0", Size(4, 4), Size(8, 8), (4, 8)),
    ],
)
def test_speech_to_text_sizes_go_by_the_image_version(
    name: str, version: str, minimum: Size, recommended: Size, model_gib: tuple[float, float]
) -> None:
    row = kind(name).size_row(version)
    assert (row.minimum, row.recommended, row.model_gib) == (minimum, recommended, model_gib)


@pytest.mark.parametrize("name", STT)
@pytest.mark.parametrize(
    ("version", "planning"), [("2.2.0", Size(4, 12)), ("3.6.0", Size(7, 14)), ("4.0.0", Size(7, 16)), ("", Size(7, 16))]
)
def test_a_pod_of_speech_to_text_has_by_itself_the_rows_memory_and_8_gib(
    name: str, version: str, planning: Size
) -> None:
    row = kind(name).size_row(version)
    assert row.planning == planning
    assert row.planning.memory_gib == row.recommended.memory_gib + 8


def test_a_preview_of_a_version_has_the_row_before_it() -> None:
    assert kind("speech-to-text").size_row("4.0.0-preview").recommended == Size(8, 6)


def test_what_is_no_version_has_the_newest_row() -> None:
    assert kind("speech-to-text").size_row("").as_of == "2024-09-24"


def test_neural_text_to_speech_asks_6_to_8_cores_and_12_to_16_gib() -> None:
    row = kind("neural-text-to-speech").size_row("3.11.0")
    assert (row.minimum, row.recommended) == (Size(6, 12), Size(8, 16))


def test_the_retired_kinds_keep_the_sizes_of_their_time() -> None:
    for name in ("text-to-speech", "custom-text-to-speech"):
        row = kind(name).size_row("1.3.0")
        assert (row.minimum, row.recommended) == (Size(1, 2), Size(2, 3))
        assert kind(name).retired == "2021-08-31"


def test_no_planning_row_is_below_the_vendor_s_minimum() -> None:
    for facts in kinds().values():
        assert facts.planning == facts.size_row("").planning, facts.name
        for row in facts.sizes:
            assert row.planning.cpu >= row.minimum.cpu, facts.name
            assert row.planning.memory_gib >= row.minimum.memory_gib + row.model_gib[0], facts.name


def test_a_stream_of_speech_to_text_is_one_core_live_and_two_from_a_file() -> None:
    for name in STT:
        assert (kind(name).streams.live_cpu, kind(name).streams.file_cpu) == (1.0, 2.0)


def test_a_planning_pod_of_neural_text_to_speech_carries_five_streams() -> None:
    facts = kind("neural-text-to-speech")
    assert facts.streams.live_cpu is not None
    assert round(facts.planning.cpu / facts.streams.live_cpu, 6) == 5
    assert facts.streams.confidence == "low"


def test_language_identification_carries_four_calls_on_one_core_and_six_on_two() -> None:
    rule = kind("language-identification").streams
    assert dict(rule.table) == {Size(1, 1): 4, Size(2, 2): 6}
    assert rule.live_cpu is None


def test_language_identification_listens_on_5003_and_the_others_on_5000() -> None:
    ports = {facts.name: facts.port for facts in kinds().values()}
    assert ports.pop("language-identification") == 5003
    assert ports.pop("diagnostic") is None
    assert set(ports.values()) == {5000}


def test_liveness_never_asks_for_the_status() -> None:
    assert all("status" not in facts.health_path for facts in kinds().values())


def test_neural_text_to_speech_is_asked_for_its_synthesizers_from_3_10_0() -> None:
    facts = kind("neural-text-to-speech")
    assert facts.readiness_path("3.9.0") == "/ready"
    assert facts.readiness_path("3.10.0") == "/synthesize/health"
    assert facts.ready_path == "/ready"


def test_speech_to_text_speaks_web_sockets_and_the_others_http() -> None:
    assert {name for name, facts in kinds().items() if facts.client_scheme == "ws"} == set(STT)


def test_sources_disagree_on_the_scheme_of_language_identification() -> None:
    assert kind("language-identification").also_scheme == "ws"


def test_custom_kinds_need_a_model_and_keep_it_in_a_volume() -> None:
    with_model = {name for name, facts in kinds().items() if "model" in facts.needs}
    assert with_model == {"custom-speech-to-text", "custom-text-to-speech"}
    assert with_model == {name for name, facts in kinds().items() if facts.models_path == "/usr/local/models"}
    assert all(kind(name).download_minutes == 60 for name in with_model)


def test_only_fast_transcription_needs_a_gpu() -> None:
    assert [name for name, facts in kinds().items() if facts.gpu] == ["fast-transcription"]
    t4 = vm_size("Standard_NC16as_T4_v3")
    assert t4 is not None
    assert t4.gpu == "NVIDIA T4"


def test_language_identification_is_neither_charged_nor_disconnected() -> None:
    facts = kind("language-identification")
    assert (facts.chargeable, facts.meter, facts.disconnected) == (False, None, False)


def test_what_is_charged_names_a_meter_that_exists() -> None:
    for facts in kinds().values():
        assert (facts.meter is not None) == facts.chargeable, facts.name
        if facts.meter is not None:
            assert prices.meter(facts.meter).unit


@pytest.mark.parametrize(
    ("setting", "version"),
    [
        ("sentiment", "2.2.0"),
        ("pronunciation", "2.5.0"),
        ("phrase-list-v2", "2.6.0"),
        ("sentiment-v3", "2.6.0"),
        ("base-models", "2.6.0"),
        ("display-models", "3.1.0"),
        ("models-of-2023", "5.0.0"),
        ("diarization-cache", "5.1.0"),
    ],
)
def test_settings_have_a_first_version(setting: str, version: str) -> None:
    assert kind("custom-speech-to-text").first_versions[setting] == version


def test_the_gated_registry_had_other_names() -> None:
    gated = {name: facts.gated_repository for name, facts in kinds().items() if facts.gated_repository}
    assert gated == {
        name: f"containerpreview.azurecr.io/microsoft/cognitive-services-{name}"
        for name in ("speech-to-text", "custom-speech-to-text", "text-to-speech", "custom-text-to-speech")
    }


def test_the_diagnostic_container_stands_beside_the_speech_services() -> None:
    assert kind("diagnostic").repository == "mcr.microsoft.com/azure-cognitive-services/diagnostic"


def test_every_judgement_has_its_evidence() -> None:
    for facts in kinds().values():
        assert {"planning", "streams", "startup_minutes", "image_gib"} <= set(facts.evidence), facts.name
        assert all(evidence.source and evidence.as_of for evidence in facts.evidence.values())


def test_a_retired_kind_names_its_successor() -> None:
    retired = {name: facts.replacement for name, facts in kinds().items() if facts.retired}
    assert retired == dict.fromkeys(("text-to-speech", "custom-text-to-speech"), "neural-text-to-speech")
    assert all(facts.replacement is None for facts in kinds().values() if not facts.retired)


def test_a_preview_is_a_fault_for_fast_transcription_and_a_warning_for_language_identification() -> None:
    previews = {name: facts.preview for name, facts in kinds().items() if facts.preview}
    assert previews == {"fast-transcription": "fault", "language-identification": "warning"}


def test_only_language_identification_pairs_with_others() -> None:
    pairs = {name: facts.pairs_with for name, facts in kinds().items() if facts.pairs_with}
    assert pairs == {"language-identification": set(STT)}


def test_only_the_diagnostic_container_runs_once() -> None:
    assert [name for name, facts in kinds().items() if facts.once] == ["diagnostic"]


@pytest.mark.parametrize(
    ("name", "word"),
    [("speech-to-text", "STT"), ("custom-speech-to-text", "CUSTOMSTT"), ("neural-text-to-speech", "NTTS")],
)
def test_azures_word_for_a_plan_comes_from_one_source_and_is_doubted(name: str, word: str) -> None:
    facts = kind(name)
    assert facts.plan_type == word
    assert facts.evidence["plan_type"].confidence == "low"


def test_the_two_words_for_a_plan_of_speech_to_text_are_told() -> None:
    assert "Speech2Text" in (kind("speech-to-text").evidence["plan_type"].note or "")


@pytest.mark.parametrize(
    ("version", "path"),
    [
        ("2.1.1", None),
        ("2.2.0", "/text/analytics/v3.0-preview.1/sentiment"),
        ("2.5.0", "/text/analytics/v3.0-preview.1/sentiment"),
        ("2.6.0", "/text/analytics/v3.0/sentiment"),
        ("5.1.0", "/text/analytics/v3.0/sentiment"),
    ],
)
def test_sentiment_is_asked_at_a_path_of_the_images_version(version: str, path: str | None) -> None:
    assert sentiment_path(version) == path


def test_every_option_of_a_kind_is_one_of_the_settings() -> None:
    known = {"sentiment", "diarization", "logging", "output", "proxy", "fluentd", "application_insights"}
    assert {option for facts in kinds().values() for option in facts.options} == known | {"extra_args", "license_path"}
