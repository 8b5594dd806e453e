"""Every rule of the stack file: the smallest file that breaks it, and the words of its fault."""

import inspect

import pytest

from speech.settings import acknowledge, rules, versions
from speech.settings.faults import InvalidStackError, Severity, render
from speech.settings.parse import parse
from tests.stacks import stack_file, without

C = "speech:containers[0]"
SECOND = {
    "name": "b",
    "kind": "speech-to-text",
    "locale": "en-US",
    "version": "5.1.0",
    "demand": {"concurrent_streams": 1},
}

# rule -> (changes to the dev stack, path of the fault, words in it)
BROKEN = [
    ("location_is_a_region_with_speech", [("azure-native:location", "westeurop")], "azure-native:location", 'Did you mean "westeurope"?'),
    ("a_stack_has_containers", [("speech:containers", [])], "speech:containers", "lists 0: a stack has 1 to 200 containers"),
    ("container_names_are_unique", [("speech:containers", [SECOND, SECOND])], "speech:containers[1].name", '"b" is taken'),
    ("a_kind_has_what_it_needs", [(f"{C}.voice", "AriaNeural")], f"{C}.voice", "a speech-to-text container has no voice"),
    ("a_kind_has_what_it_needs", [(f"{C}.locale", None)], f"{C}.locale", "missing. A speech-to-text container needs one"),
    ("a_kind_has_what_it_needs", [(f"{C}.demand", None)], f"{C}.demand", "missing. Write what it must carry"),
    ("an_image_is_named_once", [(f"{C}.tag", "latest")], f"{C}.tag", "version and tag exclude each other"),
    ("an_image_is_named_once", [(f"{C}.version", None)], f"{C}.version", "missing. Name the image by version"),
    ("base_streams_stay_below_the_peak", [(f"{C}.demand.base_streams", 13)], f"{C}.demand.base_streams", "more than the peak of 12"),
    ("a_pod_has_the_vendors_minimum", [(f"{C}.resources", {"cpu": 3, "memory_gib": 16})], f"{C}.resources.cpu", "is 3: the vendor asks for 4"),
    ("a_pod_has_the_vendors_minimum", [(f"{C}.resources", {"cpu": 4, "memory_gib": 3})], f"{C}.resources.memory_gib", "the vendor asks for 4 GiB"),
    ("vm_sizes_can_run_speech", [("speech:target.vm_size", "Standard_D8ps_v5")], "speech:target.vm_size", "x64 only"),
    ("vm_sizes_can_run_speech", [("speech:target.vm_sizes", ["Standard_D8s_v3"])], "speech:target.vm_sizes[0]", "2.1 GHz"),
    ("a_size_is_named_or_chosen", [("speech:target.vm_size", "Standard_D16s_v5"), ("speech:target.vm_sizes", ["Standard_D16s_v5"])], "speech:target.vm_sizes", "leave one of the two out"),
    ("acknowledged_ids_exist", [("speech:acknowledge", ["open-endpont"])], "speech:acknowledge", 'Did you mean "open-endpoint"?'),
    ("only_what_is_built", [("speech:target", {"kind": "docker"})], "speech:target.kind", '"docker" is not in this version; "aks" is'),
    ("only_what_is_built", [("speech:network.gateway", {})], "speech:network.gateway", "is not in this version: leave it out"),
    ("only_what_is_built", [("speech:budget", {"usd_a_month": 9})], "speech:budget", "is not in this version: leave it out"),
    ("only_what_is_built", [(f"{C}.scaling.by", "streams")], f"{C}.scaling.by", '"streams" is not in this version; "cpu" or "fixed" is'),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "changes", "path", "words"), BROKEN)
def test_a_broken_rule_is_a_fault_with_path_and_remedy(
    rule: str, changes: list[tuple[str, object]], path: str, words: str
) -> None:
    mapping = stack_file(*[("speech:network", {}), *changes])
    with pytest.raises(InvalidStackError) as caught:
        parse(mapping)
    found = {fault.path: fault.message for fault in caught.value.faults}
    assert words in found[path], rule
    assert len(found) == 1, "one broken rule, one fault"


def test_every_rule_is_broken_by_a_test() -> None:
    tested = {rule for rule, *_ in BROKEN} | {"the_image_is_in_the_catalogue"}
    assert {rule.__name__ for rule in rules.RULES} == tested


def test_every_rule_of_the_modules_is_in_force() -> None:
    written = {
        function.__name__
        for module in (rules, acknowledge, versions)
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if list(inspect.signature(function).parameters) == ["draft"]
    }
    assert written == {rule.__name__ for rule in rules.RULES}


def test_an_unknown_tag_warns_in_dev_faults_in_prod_and_is_silent_once_acknowledged() -> None:
    unknown = (f"{C}.version", "99.0.0")
    (warning,) = parse(stack_file(unknown)).warnings
    assert warning.path == f"{C}.version"
    assert warning.severity is Severity.WARNING
    assert '"99.0.0-amd64-en-us" is not in the catalogue' in warning.message
    with pytest.raises(InvalidStackError) as caught:
        parse(stack_file(unknown, ("speech:environment", "prod")))
    assert [fault.path for fault in caught.value.faults] == [f"{C}.version"]
    assert not parse(stack_file(unknown, ("speech:acknowledge", ["unknown-tag"]))).warnings


def test_a_misspelt_locale_names_the_nearest() -> None:
    (warning,) = parse(stack_file((f"{C}.locale", "en-UX"))).warnings
    assert warning.path == f"{C}.locale"
    assert 'Did you mean "en-U' in warning.message


def test_a_vm_size_that_the_catalogue_does_not_know_names_the_nearest() -> None:
    (warning,) = parse(stack_file(("speech:target.vm_sizes", ["Standard_D8s_v5x", "Standard_D16s_v5"]))).warnings
    assert warning.path == "speech:target.vm_sizes[0]"
    assert 'Did you mean "Standard_D8s_v5"?' in warning.message


def test_little_memory_for_the_model_is_a_warning() -> None:
    (warning,) = parse(stack_file((f"{C}.resources", {"cpu": 4, "memory_gib": 6}))).warnings
    assert "the model needs 4 to 8 GiB on top of 4" in warning.message


def test_all_faults_of_a_file_come_at_once() -> None:
    mapping = stack_file(
        ("speech:billing", {}),
        (f"{C}.kind", "speech-to-txt"),
        ("speech:containers", [{"name": "a", "kind": "speech-to-txt"}, {**SECOND, "locale": None}]),
        ("speach:account", {}),
        ("speech:target", {"kind": "aks", "teir": "Free"}),
    )
    with pytest.raises(InvalidStackError) as caught:
        parse(mapping)
    assert {fault.path: fault.message for fault in caught.value.faults} == {
        "speach:account": '"speach" is no namespace of this program. Did you mean "speech"?',
        "speech:billing.eula": (
            "missing. Speech containers start only when the licence is accepted: write  eula: accept"
        ),
        "speech:containers[0].kind": '"speech-to-txt" is no kind. Did you mean "speech-to-text"?',
        "speech:containers[1].locale": "missing. A speech-to-text container needs one",
        "speech:target.teir": '"teir" is no word here. Did you mean "tier"?',
    }


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ((f"{C}.demand.concurrent_streams", "many"), f"{C}.demand.concurrent_streams", 'is "many": must be a whole number'),
        ((f"{C}.demand.concurrent_streams", 0), f"{C}.demand.concurrent_streams", "is 0: at least 1"),
        ((f"{C}.version", 5.1), f"{C}.version", "is 5.1: must be text: write it in quotes"),
        ((f"{C}.name", "Transcribe"), f"{C}.name", '"Transcribe" does not have the form'),
        (("speech:billing", {"eula": "yes"}), "speech:billing.eula", '"yes" is no eula. Known: accept'),
        (("speech:target", {}), "speech:target", "missing its kind"),
        (("speech:target", {"kind": "ask"}), "speech:target", '"ask" is no kind. Did you mean "aks"?'),
        (("speech:containers", []), "speech:containers", "lists 0: a stack has 1 to 200 containers"),
        (("speech:containers", "all"), "speech:containers", 'is "all": must be a list'),
        (("speech:account", {"disable_local_auth": True}), "speech:account.disable_local_auth", "must stay false: containers prove themselves by a key"),
        (("speech:account", {"key": ""}), "speech:account.key", "is no secret: set it with"),
        (("speech:target", {"kind": "aks", "authorized_ip_ranges": ["10.0.0.300"]}), "speech:target.authorized_ip_ranges[0]", "is no IP address or range"),
        (("speech:location", "westeurope"), "speech:location", 'write "azure-native:location"'),
        (("environment", "dev"), "environment", 'write "speech:environment"'),
        (("speech:contaners", []), "speech:contaners", 'Did you mean "containers"?'),
    ],
)  # fmt: skip
def test_a_wrong_value_says_what_is_right(change: tuple[str, object], path: str, words: str) -> None:
    with pytest.raises(InvalidStackError) as caught:
        parse(stack_file(change))
    assert words in {fault.path: fault.message for fault in caught.value.faults}[path]


@pytest.mark.parametrize(
    "key", ["azure-native:location", "speech:environment", "speech:billing", "speech:target", "speech:containers"]
)
def test_a_missing_key_says_why_it_is_needed(key: str) -> None:
    with pytest.raises(InvalidStackError) as caught:
        parse(without(key))
    message = {fault.path: fault.message for fault in caught.value.faults}[key]
    assert message.startswith("missing. ")
    assert len(message) > len("missing. ")


def test_a_list_of_faults_is_cut_at_fifty_with_the_count() -> None:
    with pytest.raises(InvalidStackError) as caught:
        parse(stack_file(("speech:containers", [{} for _ in range(30)])))
    faults = caught.value.faults
    lines = render(faults)
    assert len(lines) == 51
    assert lines[-1] == f"  ... and {len(faults) - 50} more"
    assert str(caught.value) == f"{len(faults)} faults"
