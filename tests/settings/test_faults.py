"""What a person reads of a stack file that cannot be deployed."""

import pytest

from speech.settings.faults import InvalidStackError, Severity, render
from speech.settings.parse import parse
from tests.stacks import stack_file, without

C = "speech:containers[0]"
SECOND = {"name": "b", "kind": "speech-to-text", "version": "5.1.0", "demand": {"concurrent_streams": 1}}


def faults(*changes: tuple[str, object]) -> dict[str, str]:
    return faults_of(stack_file(*changes))


def faults_of(mapping: dict[str, object]) -> dict[str, str]:
    with pytest.raises(InvalidStackError) as caught:
        parse(mapping)
    return {fault.path: fault.message for fault in caught.value.faults}


def test_an_unknown_tag_warns_in_dev_faults_in_prod_and_is_silent_once_acknowledged() -> None:
    unknown = (f"{C}.version", "99.0.0")
    (warning,) = parse(stack_file(unknown)).warnings
    assert warning.path == f"{C}.version"
    assert warning.severity is Severity.WARNING
    assert '"99.0.0-amd64-en-us" is not in the catalogue' in warning.message
    prod = [("speech:environment", "prod"), ("speech:target.authentication", "local")]
    assert list(faults(unknown, *prod)) == [f"{C}.version"]
    assert not parse(stack_file(unknown, *prod, ("speech:acknowledge", ["unknown-tag"]))).warnings


@pytest.mark.parametrize("voice", ["AriaNueral", "en-US-AriaNueral"])
def test_a_misspelt_voice_names_the_nearest(voice: str) -> None:
    neural = {"name": "read-en", "kind": "neural-text-to-speech", "locale": "en-US", "version": "3.11.0"}
    found = faults(
        ("speech:environment", "prod"),
        ("speech:containers", [{**neural, "voice": voice, "demand": {"concurrent_streams": 1}}]),
    )
    assert found[f"{C}.voice"].startswith(f'"{voice}" is no voice of en-US in the catalogue of 20')
    assert 'Did you mean "AriaNeural"? If it exists: speech:acknowledge: [unknown-tag]' in found[f"{C}.voice"]


def test_all_faults_of_a_file_come_at_once() -> None:
    assert faults(
        ("speech:billing", {}),
        ("speech:containers", [{"name": "a", "kind": "speech-to-txt"}, SECOND]),
        ("speach:account", {}),
        ("speech:target", {"kind": "aks", "teir": "Free"}),
    ) == {
        "speach:account": '"speach" is no namespace of this program. Write "speech:account"',
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
        ((f"{C}.demand.concurrent_streams", 10**6), f"{C}.demand.concurrent_streams", "is 1000000: at most 100,000"),
        ((f"{C}.version", 5.1), f"{C}.version", 'is 5.1, which YAML takes for a number: write a whole version, in quotes, as in  "5.1.0"'),
        ((f"{C}.version", "5.1"), f"{C}.version", 'is "5.1": must be a whole version, as in  5.1.0'),
        ((f"{C}.name", "Transcribe"), f"{C}.name", 'is "Transcribe": must be up to 40 lower-case letters, digits and hyphens'),
        ((f"{C}.name", "a" * 41), f"{C}.name", "must be up to 40 lower-case letters"),
        ((f"{C}.scaling", None), f"{C}.scaling", "is empty: must be a mapping"),
        (("speech:billing", {"eula": "yes"}), "speech:billing.eula", 'is "yes": write  eula: accept'),
        (("speech:billing", {"eula": True}), "speech:billing.eula", "is true: write  eula: accept"),
        ((f"{C}.options", ["logging"]), f"{C}.options", "is a list: must be a mapping of application_insights, diarization,"),
        ((f"{C}.options", {"sentiment": {"host": "eastus"}}), f"{C}.options.sentiment.host", "must be an http:// or https:// address with its path, as in  https://"),
        ((f"{C}.demand", 12), f"{C}.demand", "is 12: must be a mapping of audio, base_characters_a_second, base_streams"),
        (("speech:account", {"commitments": [{"kind": "speech-to-txt", "tier": "T1"}]}), "speech:account.commitments[0].kind", 'Did you mean "speech-to-text"?'),
        (("speech:target", {}), "speech:target.kind", "missing: write aks, kubernetes, container-instances or docker"),
        (("speech:target", {"kind": "ask"}), "speech:target.kind", '"ask" is no kind. Did you mean "aks"?'),
        (("speech:target", {"kind": "aks", "zones": ["4"]}), "speech:target.zones[0]", '"4" is no zone. Known: 1, 2 or 3'),
        (("speech:target", {"kind": "aks", "version": 1.35}), "speech:target.version", 'is 1.35, which YAML takes for a number: write a Kubernetes version, in quotes, as in  "1.35"'),
        (("speech:target", {"kind": "aks", "maintenance": {"start_time": "2am"}}), "speech:target.maintenance.start_time", 'must be a time of the day, as in  "02:00"'),
        (("speech:target", {"kind": "aks", "maintenance": {"hours": 3}}), "speech:target.maintenance.hours", "is 3: at least 4"),
        (("speech:target", {"kind": "aks", "admin_group_ids": ["admins"]}), "speech:target.admin_group_ids[0]", "must be an object id"),
        (("speech:target", {"kind": "aks", "image_cleaner_hours": 1}), "speech:target.image_cleaner_hours", "is 1: at least 24"),
        (("speech:target", {"kind": "aks", "authorized_ip_ranges": ["10.0.0.300"]}), "speech:target.authorized_ip_ranges[0]", '"10.0.0.300" is no IPv4 address or range'),
        (("speech:target", {"kind": "aks", "authorized_ip_ranges": ["203.0.113.9/24"]}), "speech:target.authorized_ip_ranges[0]", "is an address inside a range: write 203.0.113.0/24 or 203.0.113.9"),
        (("speech:target", {"kind": "aks", "authorized_ip_ranges": ["2001:db8::/32"]}), "speech:target.authorized_ip_ranges[0]", "is no IPv4 address or range"),
        (("speech:containers", []), "speech:containers", "lists 0: a stack has 1 to 200 containers"),
        (("speech:containers", "all"), "speech:containers", 'is "all": must be a list'),
        (("speech:account", {"disable_local_auth": True}), "speech:account.disable_local_auth", "must stay false: containers prove themselves by a key"),
        (("speech:account", {"custom_domain": "Contoso"}), "speech:account.custom_domain", "must be 2 to 63 lower-case letters, digits and hyphens, as in  contoso-speech-weu"),
        (("speech:account", {"resource_id": "contoso"}), "speech:account.resource_id", "must be the resource id of a Speech account, as in  /subscriptions/"),
        (("speech:account", {"endpoint": "http://contoso"}), "speech:account.endpoint", "must be an https:// address without a path"),
        (("speech:target", {"kind": "container-instances", "dns_servers": ["168.63.129.256"]}), "speech:target.dns_servers[0]", "must be an IPv4 address, as in  168.63.129.16"),
        (("speech:network", {"domain": "localhost"}), "speech:network.domain", "must be a domain's name in lower case, as in  speech.contoso.example"),
        (("speech:monitoring", {"workspace_id": "logs"}), "speech:monitoring.workspace_id", "must be the resource id of a Log Analytics workspace"),
        (("speech:tags", {"cost-center": 1234}), "speech:tags.cost-center", "is 1234: must be text: write it in quotes"),
        (("speech:location", "westeurope"), "speech:location", 'write "azure-native:location"'),
        (("environment", "dev"), "environment", 'write "speech:environment"'),
        (("speech-containers:environment", "dev"), "speech-containers:environment", 'is no namespace of this program. Write "speech:environment"'),
        (("speech:contaners", []), "speech:contaners", 'Did you mean "containers"?'),
    ],
)  # fmt: skip
def test_a_wrong_value_says_what_is_right(change: tuple[str, object], path: str, words: str) -> None:
    assert words in faults(change)[path]


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
    lines = render(caught.value.faults)
    assert len(lines) == 51
    assert lines[-1] == f"  ... and {len(caught.value.faults) - 50} more"
    assert str(caught.value) == f"{len(caught.value.faults)} faults"


def test_a_fault_shows_no_long_text_and_nothing_that_a_terminal_obeys() -> None:
    (message,) = faults(("azure-native:location", "\x1b[2J")).values()
    assert '"\\x1b[2J"' in message
    (path,) = faults_of({**stack_file(), "speech:x\x1b[2J" + "y" * 1000: 1})
    assert path.startswith("speech:x\\x1b[2Jyyy")
    assert len(path) < 100
    (message,) = faults((f"{C}.name", "x" * 41 + "\n" * 1000)).values()
    assert len(message) < 250


@pytest.mark.parametrize("key", ["speech:account.sku", "speech:containers[0].name"])
def test_a_path_for_a_key_says_where_the_value_belongs(key: str) -> None:
    (message,) = faults_of({**stack_file(), key: "S0"}).values()
    section = key.partition(".")[0].partition("[")[0]
    assert message == f"is a path: write it under {section}, or set it with --path"
