"""What becomes of a stack file that is right."""

import json
from datetime import date

import pytest

from speech.catalog.kinds import kinds
from speech.catalog.versions import NEWEST
from speech.settings.containers import KindName
from speech.settings.environments import DEFAULTS
from speech.settings.parse import parse
from speech.settings.stack import Environment
from speech.settings.target import AksTarget
from tests.stacks import stack_file

LOCAL = ("speech:target.authentication", "local")


def aks(*changes: tuple[str, object]) -> AksTarget:
    target = parse(stack_file(*changes)).stack.target
    assert isinstance(target, AksTarget)
    return target


def test_the_kinds_of_the_settings_are_those_of_the_catalogue() -> None:
    assert set(KindName) == set(kinds())


def test_settings_never_change_once_read() -> None:
    stack = parse(stack_file()).stack
    with pytest.raises(ValueError, match="frozen"):
        stack.location = "eastus"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("environment", "protect", "tier", "zones", "min_replicas", "system_nodes"),
    [
        ("dev", False, "Free", (), 1, 1),
        ("test", False, "Free", (), 1, 1),
        ("prod", True, "Standard", ("1", "2", "3"), 2, 3),
    ],
)
def test_an_environment_picks_its_defaults(
    environment: str, protect: bool, tier: str, zones: tuple[str, ...], min_replicas: int, system_nodes: int
) -> None:
    stack = parse(stack_file(("speech:environment", environment), LOCAL)).stack
    assert stack.environment is Environment(environment)
    assert isinstance(stack.target, AksTarget)
    assert stack.account.protect is protect
    assert (stack.target.tier, stack.target.zones, stack.target.system_nodes) == (tier, zones, system_nodes)
    assert stack.containers[0].scaling.min_replicas == min_replicas


def test_production_logs_in_by_entra() -> None:
    group = "11111111-1111-4111-8111-111111111111"
    target = aks(("speech:environment", "prod"), ("speech:target.admin_group_ids", [group]))
    assert (target.authentication, target.admin_group_ids) == ("entra", (group,))
    assert aks().authentication == "local"


def test_every_default_of_an_environment_is_a_field_and_its_own_is_no_other() -> None:
    for settings, fields in DEFAULTS.items():
        for name, by_environment in fields.items():
            field = settings.model_fields[name]
            assert field.is_required() or field.default in by_environment.values()
            assert set(by_environment) == set(Environment)


def test_a_written_value_wins_over_the_environments_default() -> None:
    target = aks(
        ("speech:environment", "prod"), ("speech:target", {"kind": "aks", "zones": [], "authentication": "local"})
    )
    assert target.zones == ()
    assert target.tier == "Standard"


@pytest.mark.parametrize("zones", [["1", "2"], [1, 2]])
def test_a_zone_may_be_a_number_as_the_engine_writes_it(zones: list[object]) -> None:
    assert aks(("speech:target.zones", zones)).zones == ("1", "2")


def test_an_address_is_a_range_of_one() -> None:
    assert aks(("speech:target.authorized_ip_ranges", ["203.0.113.7"])).authorized_ip_ranges == ("203.0.113.7/32",)


def test_an_empty_section_is_a_section_that_is_not_there() -> None:
    written = {"speech:account": None, "speech:network": None, "speech:tags": None, "speech:model_account": None}
    without = {key: value for key, value in stack_file().items() if key not in written}
    assert parse({**without, **written}).stack == parse(without).stack


def test_json_text_means_what_the_structure_means() -> None:
    plain = stack_file()
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in plain.items()}
    assert parse({**texts, "speech:tags": "null"}) == parse(plain)


def test_kubernetes_past_its_end_is_a_warning_on_that_day_and_silent_once_acknowledged() -> None:
    mapping = stack_file(("speech:target.version", "1.34"))
    assert not parse(mapping).warnings
    assert not parse(mapping, today=date(2026, 11, 30)).warnings
    (warning,) = parse(mapping, today=date(2026, 12, 1)).warnings
    assert warning.message == 'the support of "1.34" ended on 2026-11-30: the catalogue has 1.34 to 1.37'
    acknowledged = stack_file(("speech:target.version", "1.34"), ("speech:acknowledge", ["unsupported-kubernetes"]))
    assert not parse(acknowledged, today=date(2027, 1, 1)).warnings


@pytest.mark.parametrize(
    ("host", "by"), [("aks", "cpu"), ("kubernetes", "cpu"), ("container-instances", "fixed"), ("docker", "fixed")]
)
def test_what_cannot_scale_is_fixed_unless_the_file_says_otherwise(host: str, by: str) -> None:
    exposure = ("speech:network", {"exposure": "internal"} if host == "container-instances" else {})
    risks = ("speech:acknowledge", ["no-avx2-guarantee"])
    for scaling in ({}, {"headroom": 0.1}):
        changes = [("speech:target", {"kind": host}), exposure, risks, ("speech:containers[0].scaling", scaling)]
        assert parse(stack_file(*changes)).stack.containers[0].scaling.by == by


def test_what_works_on_a_gpu_is_fixed_unless_the_file_says_otherwise() -> None:
    fast = {"kind": "fast-transcription", "locale": "en", "version": "1.0.0", "scaling": {"streams_per_pod": 2}}
    changes = [(f"speech:containers[0].{word}", value) for word, value in fast.items()]
    parsed = parse(stack_file(*changes, ("speech:acknowledge", ["preview-container"])))
    assert parsed.stack.containers[0].scaling.by == "fixed"


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ({"version": "5.1.0"}, "5.1.0"),
        ({"tag": "2.2.0-amd64-en-us-preview"}, "2.2.0"),
        ({"tag": "5.0.3-preview-amd64-en-us"}, "5.0.3-preview"),
        ({"tag": "latest"}, NEWEST),
        ({"digest": f"sha256:{'0' * 64}"}, NEWEST),
        ({"image": {"repository": "contoso.azurecr.io/stt", "tag": "2.6.0-amd64-en-us"}}, "2.6.0"),
        ({"image": {"repository": "contoso.azurecr.io/stt", "tag": "1.0.0"}}, NEWEST),
    ],
)
def test_an_images_version_is_what_its_name_tells(image: dict[str, object], version: str) -> None:
    changes = [(f"speech:containers[0].{word}", value) for word, value in {"version": None, **image}.items()]
    assert parse(stack_file(*changes)).stack.containers[0].image_version == version


def test_an_ingress_has_names_without_exposure() -> None:
    target = {"kind": "kubernetes", "ingress_class": "nginx", "storage_class": "shared"}
    mapping = stack_file(("speech:target", target), ("speech:network", {"domain": "speech.contoso.example"}))
    assert not parse(mapping).warnings


def test_a_plan_of_the_region_may_be_named_where_the_catalogue_knows_none() -> None:
    plan = {"kind": "fast-transcription", "tier": "T1", "plan_type": "FAST"}
    assert parse(stack_file(("speech:account.commitments", [plan]))).stack.account.commitments[0].plan_type == "FAST"


def test_an_open_endpoint_is_built_once_acknowledged() -> None:
    mapping = stack_file(("speech:network", {"exposure": "public"}), ("speech:acknowledge", ["open-endpoint"]))
    assert parse(mapping).stack.network.exposure == "public"
