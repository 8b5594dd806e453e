"""Rows of the source documents (2019 to 2024) that the settings carry: each test names its row."""

from typing import Any

import pytest

from speech.settings.faults import InvalidStackError, Severity
from speech.settings.parse import parse
from tests.settings.broken_containers import (
    CUSTOM,
    DIAGNOSTIC,
    DISCONNECTED,
    KEY,
    LANGUAGE,
    NEEDS,
    NEURAL,
    SENTIMENT,
    STANDARD,
    C,
    of,
)
from tests.settings.broken_hosts import FAST, GATED, LOGIN, RISKS
from tests.stacks import stack_file

PROD = [("speech:environment", "prod"), ("speech:target.authentication", "local")]
TRANSCRIBE = {**NEEDS, "kind": "speech-to-text", "locale": "en-US"}
RETIRED = ("speech:acknowledge", ["retired-container"])
OWN = ("speech:registry", {"server": "contoso.azurecr.io"})


def findings(*changes: tuple[str, object]) -> dict[str, str]:
    try:
        parsed = parse(stack_file(*changes))
    except InvalidStackError as error:
        return {fault.path: fault.message for fault in error.faults}
    return {finding.path: finding.message for finding in parsed.warnings}


def passes(*changes: tuple[str, object]) -> bool:
    return not findings(*changes)


# Images and tags.
def test_row_latest_with_another_locale_is_a_fault_in_dev_too() -> None:
    assert f"{C}.locale" in findings(of({**TRANSCRIBE, "tag": "latest", "locale": "de-DE"}))
    assert passes(of({**TRANSCRIBE, "tag": "latest"}))


@pytest.mark.parametrize("container", [STANDARD, NEURAL])
def test_row_latest_with_another_voice_is_a_fault_in_every_environment(container: dict[str, Any]) -> None:
    other = {**container, "version": None, "tag": "latest", "voice": "GuyNeural"}
    assert "but the tag latest is" in findings(of(other), RETIRED, OWN)[f"{C}.voice"]


@pytest.mark.parametrize(("container", "voice"), [(STANDARD, "JessaRUS"), (NEURAL, "AriaNeural")])
def test_row_latest_speaks_its_own_voice(container: dict[str, Any], voice: str) -> None:
    assert passes(of({**container, "version": None, "tag": "latest", "voice": voice}), RETIRED, OWN)


@pytest.mark.parametrize("locale", ["en", "en-US", "en-GB"])
def test_row_latest_of_a_group_of_locales_is_that_group(locale: str) -> None:
    fast = {**FAST, "version": None, "tag": "latest", "locale": locale}
    assert passes(of(fast), ("speech:acknowledge", ["preview-container"]))
    assert f"{C}.locale" in findings(of({**fast, "locale": "de-DE"}), ("speech:acknowledge", ["preview-container"]))


def test_row_latest_floats_in_prod_and_the_diagnostic_container_is_exempt() -> None:
    assert "floating-tag" in findings(*PROD, of({**TRANSCRIBE, "tag": "latest"}))[f"{C}.tag"]
    assert passes(*PROD, of(DIAGNOSTIC))


def test_row_gated_registry_takes_server_prefix_in_either_naming_and_credentials() -> None:
    for prefix in ("microsoft/cognitive-services-", "azure-cognitive-services/speechservices"):
        registry = {"server": GATED, "prefix": prefix, **LOGIN}
        found = parse(stack_file(("speech:registry", registry), (f"{C}.version", "2.0.0"))).warnings
        assert [(each.path, each.severity) for each in found] == [("speech:registry.server", Severity.WARNING)]


def test_row_derived_images_keep_the_rules_of_their_kind() -> None:
    derived = {**TRANSCRIBE, "image": {"repository": "contoso.azurecr.io/stt-gstreamer", "tag": "1.0.0"}}
    assert passes(of(derived))
    small = {**derived, "resources": {"cpu": 2, "memory_gib": 16}}
    assert "the vendor asks for 4" in findings(of(small))[f"{C}.resources.cpu"]


def test_row_diagnostic_needs_no_tag_and_has_no_demand_and_no_replicas() -> None:
    assert passes(of(DIAGNOSTIC))
    wrong = {**DIAGNOSTIC, "demand": {"concurrent_streams": 1}, "scaling": {"min_replicas": 2}}
    assert list(findings(of(wrong))) == [f"{C}.demand", f"{C}.scaling"]


@pytest.mark.parametrize("tag", ["3.12.0-amd64-mr-in", "5.0.1-preview-amd64-en-us", "9.9.9-x64-en-us"])
def test_row_tags_are_parsed_loosely_and_an_unknown_one_warns(tag: str) -> None:
    (warning,) = parse(stack_file(of({**TRANSCRIBE, "tag": tag}))).warnings
    assert warning.path == f"{C}.tag"
    assert "is not in the catalogue" in warning.message


# Keys by kind.
@pytest.mark.parametrize(
    "container", [CUSTOM, LANGUAGE, {**CUSTOM, "kind": "custom-text-to-speech", "version": "1.15.0"}]
)
@pytest.mark.parametrize("word", ["locale", "voice"])
def test_row_keys_by_kind_locale_and_voice_are_faults(container: dict[str, Any], word: str) -> None:
    assert findings(of({**container, word: "en-US"}), RETIRED, OWN)[f"{C}.{word}"].endswith(
        f"has no {word}: leave it out"
    )


@pytest.mark.parametrize(
    ("container", "word"),
    [(TRANSCRIBE, "locale"), (NEURAL, "locale"), (NEURAL, "voice"), (STANDARD, "locale"), (STANDARD, "voice")],
    ids=lambda given: given if isinstance(given, str) else given["kind"],
)
def test_row_keys_by_kind_locale_and_voice_are_needed(container: dict[str, Any], word: str) -> None:
    without = {"version": "5.1.0", **container, word: None}
    assert findings(of(without), RETIRED, OWN)[f"{C}.{word}"].startswith("missing.")


def test_row_keys_by_kind_a_model_is_needed_by_both_custom_kinds_and_a_fault_elsewhere() -> None:
    for custom in ("custom-speech-to-text", "custom-text-to-speech"):
        assert f"{C}.model" in findings(of({**CUSTOM, "kind": custom, "model": None}), RETIRED, OWN)
    assert f"{C}.model" in findings(of({**NEURAL, "model": CUSTOM["model"]}))
    assert findings(of({**CUSTOM, "model": {}}))[f"{C}.model.id"].startswith("missing")


# Custom models.
def test_row_display_models_with_a_base_model_are_a_normal_wish() -> None:
    model = {**CUSTOM["model"], "display": {"locale": "en-US", "types": ["Punct", "Wfstitn"]}}
    assert passes(of({**CUSTOM, "model": model}))


def test_row_display_models_locale_without_types_is_a_fault() -> None:
    model = {**CUSTOM["model"], "display": {"locale": "en-US"}}
    assert f"{C}.model.display.types" in findings(of({**CUSTOM, "model": model}))


def test_row_exact_display_models_are_named_by_their_four_ids() -> None:
    ids = dict.fromkeys(("Punct", "Rescore", "Resegment", "Wfstitn"), "0123abcd" * 8)
    assert passes(of({**CUSTOM, "model": {**CUSTOM["model"], "display": {"ids": ids}}}))


# Settings with a first version.
@pytest.mark.parametrize(("version", "passed"), [("2.1.1", False), ("2.2.0", True)])
def test_row_sentiment_is_from_2_2_0(version: str, passed: bool) -> None:
    host = "http://language:5000/text/analytics/v3.0-preview.1/sentiment"
    transcribe = {**TRANSCRIBE, "version": version, "options": {"sentiment": {"host": host}}}
    assert passes(of(transcribe)) is passed


@pytest.mark.parametrize("version", ["2.2.0", "2.5.0"])
def test_row_sentiments_path_is_the_previews_before_2_6_0(version: str) -> None:
    path = "https://westus2.api.cognitive.microsoft.com/text/analytics/v3.0-preview.1/sentiment"
    sentiment = {"host": path, "key": KEY}
    found = findings(of({**TRANSCRIBE, "version": version, "options": {"sentiment": sentiment}}))
    assert f"{C}.options.sentiment.host" not in found


@pytest.mark.parametrize("version", ["2.6.0", "3.6.0", "5.1.0"])
def test_row_sentiments_path_is_v3_0_from_2_6_0_and_the_two_are_not_interchangeable(version: str) -> None:
    for host, passed in ((SENTIMENT, True), (SENTIMENT.replace("v3.0", "v3.0-preview.1"), False)):
        transcribe = {**TRANSCRIBE, "version": version, "options": {"sentiment": {"host": host, "key": KEY}}}
        assert (f"{C}.options.sentiment.host" not in findings(of(transcribe))) is passed


def test_row_sentiments_key_is_optional_for_a_host_of_ones_own() -> None:
    local = {"sentiment": {"host": "https://localhost:5000/text/analytics/v3.0/sentiment"}}
    assert passes(of({**TRANSCRIBE, "version": "5.1.0", "options": local}))


def test_row_the_version_of_a_tag_counts_as_well() -> None:
    old = {**TRANSCRIBE, "tag": "2.1.1-amd64-en-us-preview", "options": {"sentiment": {"host": SENTIMENT, "key": KEY}}}
    assert "needs image version 2.2.0, this is 2.1.1" in findings(of(old))[f"{C}.options.sentiment"]


def test_row_diarization_needs_nothing_below_5_1_0_and_its_cache_from_there_on() -> None:
    for version, passed in (("4.12.0", False), ("5.1.0", True)):
        assert passes(of({**TRANSCRIBE, "version": version, "options": {"diarization": {}}})) is passed
    cache = {"diarization": {"cache": "redis.speech.svc:6379"}}
    assert passes(of({**TRANSCRIBE, "version": "5.1.0", "options": cache}))


# Sizes.
@pytest.mark.parametrize("kind", ["speech-to-text", "custom-speech-to-text"])
@pytest.mark.parametrize(
    ("version", "cpu", "memory_gib", "words"),
    [
        ("2.2.0", 1, 8, "the vendor asks for 2"),
        ("2.2.0", 2, 1, "the vendor asks for 2 GiB"),
        ("3.6.0", 2, 12, "the vendor asks for 4"),
        ("5.1.0", 4, 3, "the vendor asks for 4 GiB"),
        ("5.1.0", 4, 4, "the model needs 4 to 8 GiB on top of 4"),
        ("3.6.0", 4, 7, "the model needs 4 to 6 GiB on top of 4"),
    ],
)
def test_row_sizes_of_speech_to_text_go_by_the_image_version(
    kind: str, version: str, cpu: float, memory_gib: float, words: str
) -> None:
    container = TRANSCRIBE if kind == "speech-to-text" else CUSTOM
    sized = {**container, "version": version, "resources": {"cpu": cpu, "memory_gib": memory_gib}}
    assert words in " ".join(findings(of(sized)).values())


def test_row_the_documents_own_memory_of_4_gib_stays_possible() -> None:
    sized = {**TRANSCRIBE, "version": "5.1.0", "resources": {"cpu": 4, "memory_gib": 4}}
    (warning,) = parse(stack_file(of(sized))).warnings
    assert (warning.path, warning.severity) == (f"{C}.resources.memory_gib", Severity.WARNING)


@pytest.mark.parametrize(
    ("container", "cpu", "memory_gib"),
    [
        (NEURAL, 5, 16), (NEURAL, 8, 11.9), (LANGUAGE, 0.9, 1), (LANGUAGE, 1, 0.9), (STANDARD, 0.5, 3), (STANDARD, 2, 1.9),
        ({**CUSTOM, "kind": "custom-text-to-speech", "version": "1.15.0"}, 2, 1.9),
    ],
)  # fmt: skip
def test_row_below_the_minimum_is_a_fault_for_every_kind(
    container: dict[str, Any], cpu: float, memory_gib: float
) -> None:
    sized = {**container, "resources": {"cpu": cpu, "memory_gib": memory_gib}}
    (message,) = findings(of(sized), RETIRED, OWN).values()
    assert "the vendor asks for" in message


@pytest.mark.parametrize("size", ["Standard_DS13_v2", "Standard_D8s_v3"])
def test_row_clock_a_documented_base_below_2_6_ghz_is_a_fault(size: str) -> None:
    assert "2.6 GHz" in findings(("speech:target.vm_size", size))["speech:target.vm_size"]


def test_row_clock_a_documented_turbo_is_enough_and_none_at_all_warns() -> None:
    assert passes(("speech:target.vm_size", "Standard_D16s_v5"))
    (warning,) = parse(stack_file(("speech:target.vm_size", "Standard_D16s_v6"))).warnings
    assert "is inferred" in warning.message


def test_row_host_an_arm64_size_is_a_fault() -> None:
    assert "x64 only" in findings(("speech:target.vm_size", "Standard_D8ps_v5"))["speech:target.vm_size"]


# Running and clients.
@pytest.mark.parametrize("partner", [{**TRANSCRIBE, "version": "5.1.0"}, CUSTOM])
def test_row_language_identification_pairs_with_both_kinds_of_speech_to_text(partner: dict[str, Any]) -> None:
    which = {**LANGUAGE, "name": "which", "pair_with": "b"}
    assert list(findings(of(partner, which))) == ["speech:containers[1].kind"], "the warning of a preview, alone"


def test_row_approval_disconnected_needs_its_acknowledgement_and_names_the_form() -> None:
    assert passes(*DISCONNECTED)
    assert (
        "aka.ms/csdisconnectedcontainers" in findings(*DISCONNECTED, ("speech:acknowledge", []))["speech:billing.mode"]
    )


def test_row_language_identification_is_never_disconnected() -> None:
    found = findings(*DISCONNECTED, of(CUSTOM, {**LANGUAGE, "name": "which"}))
    assert found["speech:containers[1].kind"].startswith("language-identification cannot run disconnected")


# Some cases, as a stack file says them.
def test_case_sentiment_on_3_6_0_with_a_key_is_no_fault_and_the_previews_path_is_one() -> None:
    version, sentiment = (f"{C}.version", "3.6.0"), {"host": SENTIMENT, "key": KEY}
    assert parse(stack_file(version, (f"{C}.options.sentiment", sentiment))).stack
    old = {**sentiment, "host": SENTIMENT.replace("v3.0", "v3.0-preview.1")}
    assert list(findings(version, (f"{C}.options.sentiment", old))) == [f"{C}.options.sentiment.host"]


def test_case_two_transcribers_and_a_language_on_docker_pass() -> None:
    containers = of(
        {**TRANSCRIBE, "name": "a", "version": "5.1.0"},
        {**TRANSCRIBE, "name": "c", "version": "3.7.0", "locale": "de-DE"},
        {**LANGUAGE, "pair_with": "a"},
    )
    assert passes(("speech:target", {"kind": "docker"}), containers, ("speech:acknowledge", ["preview-container"]))


def test_two_port_5000_containers_on_container_instances_have_a_group_each_and_pass() -> None:
    small = {"resources": {"cpu": 4, "memory_gib": 12}}
    containers = of(
        {**TRANSCRIBE, "name": "a", "version": "5.1.0", **small},
        {**TRANSCRIBE, "name": "c", "version": "5.1.0", **small},
    )
    target = ("speech:target", {"kind": "container-instances"})
    assert passes(target, containers, ("speech:network", {"exposure": "internal"}), RISKS)


def test_retired_kinds_run_from_the_users_registry_once_acknowledged() -> None:
    assert passes(of(STANDARD), RETIRED, OWN)
    image = {"repository": "contoso.azurecr.io/text-to-speech", "tag": "1.15.0-amd64-en-us-ariarus"}
    assert passes(of({**STANDARD, "version": None, "image": image}), RETIRED)
    public = {**image, "repository": "mcr.microsoft.com/azure-cognitive-services/speechservices/text-to-speech"}
    assert f"{C}.image" in findings(of({**STANDARD, "version": None, "image": public}), RETIRED)
