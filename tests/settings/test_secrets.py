"""What is encrypted: kept as a fact, never as a value, and only where it belongs."""

import json

import pytest

from speech.settings.base import Decrypted, Secret
from speech.settings.faults import InvalidStackError
from speech.settings.parse import Parsed, parse
from tests.stacks import stack_file

ENCRYPTED = {"secure": "v1:planted:ciphertext"}
KEY = "planted-key"
THEIRS = {"mode": "existing", "endpoint": "https://theirs.cognitiveservices.azure.com"}


def in_the_file(section: str, value: object) -> Parsed:
    return parse(stack_file((f"speech:{section}", value)))


def in_the_program(section: str, value: object) -> Parsed:
    """The engine hands over JSON text, decrypted, and says which keys it decrypted."""
    text = value if isinstance(value, str) else json.dumps(value)
    return parse({**stack_file(), f"speech:{section}": Decrypted(text)})


def the_fault(read: object, section: str, value: object) -> tuple[str, str]:
    with pytest.raises(InvalidStackError) as caught:
        read(section, value)  # type: ignore[operator]
    (fault,) = caught.value.faults
    assert KEY not in fault.message + fault.path
    assert "planted" not in fault.message
    return fault.path, fault.message


def test_settings_keep_no_secret_whether_encrypted_or_decrypted() -> None:
    for parsed in (
        in_the_file("account", {**THEIRS, "key": ENCRYPTED}),
        in_the_program("account", {**THEIRS, "key": KEY}),
    ):
        assert parsed.stack.account.key == Secret()
        assert "planted" not in repr(parsed) + parsed.stack.model_dump_json()


def test_a_key_in_clear_is_a_fault_that_does_not_repeat_it() -> None:
    path, message = the_fault(in_the_file, "account", {**THEIRS, "key": KEY})
    assert path == "speech:account.key"
    assert message == "is written in clear: set it with  pulumi config set --secret --path"


@pytest.mark.parametrize("value", ["", 5, {"secure": 5}, {"secure": "x", "more": "y"}, ["planted-key"]])
def test_what_is_no_secret_is_a_fault(value: object) -> None:
    path, message = the_fault(in_the_file, "account", {**THEIRS, "key": value})
    assert path == "speech:account.key"
    assert "is no secret: set it with" in message


@pytest.mark.parametrize(
    ("section", "value", "path"),
    [
        ("account", {"custom_domain": ENCRYPTED}, "speech:account.custom_domain"),
        ("account", {"protect": ENCRYPTED}, "speech:account.protect"),
        ("account", ENCRYPTED, "speech:account"),
        ("tags", ENCRYPTED, "speech:tags"),
        ("tags", {"owner": ENCRYPTED}, "speech:tags.owner"),
        ("environment", ENCRYPTED, "speech:environment"),
        ("target", {"kind": "aks", "authorized_ip_ranges": [ENCRYPTED]}, "speech:target.authorized_ip_ranges[0]"),
        ("target", {"kind": "aks", "tier": ENCRYPTED}, "speech:target.tier"),
    ],
)
def test_an_encrypted_value_where_no_secret_belongs_is_a_fault(section: str, value: object, path: str) -> None:
    assert the_fault(in_the_file, section, value) == (
        path,
        "is encrypted, which only keys and passwords may be: write it in clear",
    )


@pytest.mark.parametrize(
    ("section", "value"), [("account", {"custom_domain": "contoso"}), ("environment", "dev"), ("tags", {"owner": "me"})]
)
def test_a_running_program_finds_it_too(section: str, value: object) -> None:
    path, message = the_fault(in_the_program, section, value)
    assert path == f"speech:{section}"
    assert message == "is encrypted, which only keys and passwords may be: write it in clear"


@pytest.mark.parametrize("location", [ENCRYPTED, Decrypted("westeurope")])
def test_an_encrypted_location_is_a_fault_too(location: object) -> None:
    with pytest.raises(InvalidStackError) as caught:
        parse(stack_file(("azure-native:location", location)))
    (fault,) = caught.value.faults
    assert fault.path == "azure-native:location"
    assert "is encrypted" in fault.message
