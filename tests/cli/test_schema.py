"""The schema that editors use: it takes what the settings take, and marks the mistakes that people make."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from speech.cli import documentation, stack_schema
from speech.files import stack_file, yaml_text
from speech.settings.parse import parse
from tests.settings.test_rules import FAULTS, WARNINGS
from tests.stacks import stack_file as stack_of

REPOSITORY = Path(__file__).resolve().parents[2]
STACKS = sorted(REPOSITORY.glob("stacks/Pulumi.*.yaml"))
C = "speech:containers[0]"
SCHEMA = stack_schema.document()
VALIDATOR = Draft202012Validator(SCHEMA)


def complaints(config: dict[str, Any]) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors({"config": config})]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", STACKS, ids=lambda file: file.name)
def test_every_stack_file_here_holds_it_and_names_it(file: Path) -> None:
    text = file.read_text()
    assert text.splitlines()[0] == "# yaml-language-server: $schema=schema.json"
    assert not list(VALIDATOR.iter_errors(yaml_text.load(text)))
    assert parse(stack_file.keys(file)).stack


def test_the_least_that_works_holds_it_and_so_does_what_the_engine_writes_around_it() -> None:
    assert not complaints(stack_of())
    around = {
        "encryptionsalt": "v1:x",
        "secretsprovider": "azurekeyvault://x",
        "encryptedkey": "x",
        "environment": ["x"],
    }
    assert not list(VALIDATOR.iter_errors({**around, "config": {**stack_of(), "azure-native:tenantId": "x"}}))
    assert not complaints(stack_of(("speech:tags", None), ("speech:network", None), ("speech:target.zones", [1, "2"])))
    assert not complaints(stack_of(("speech:account", {"mode": "existing", "key": {"secure": "v1:x"}})))


def test_every_finding_that_fields_cause_together_is_left_to_the_rules() -> None:
    """What the schema takes and the settings refuse is a rule; the schema never refuses what they would take."""
    for _, changes, path, _ in WARNINGS:
        assert not complaints(stack_of(*changes)), path
    for _, changes, path, _ in FAULTS:
        assert not complaints(stack_of(*changes)), path


@pytest.mark.parametrize(
    "change",
    [
        ("speech:enviroment", "dev"),
        ("speech:environment", "production"),
        ("environment", "dev"),
        ("speech:account", {"sku": "S1"}),
        ("speech:account", {"disable_local_auth": True}),
        ("speech:account", {"custom_domain": "Contoso Speech"}),
        ("speech:account", {"key": "in-clear"}),
        ("speech:account", {"resource_id": "contoso"}),
        ("speech:billing", {}),
        ("speech:billing", {"eula": "accepted"}),
        ("speech:target", {}),
        ("speech:target", {"kind": "AKS"}),
        ("speech:target", {"kind": "aks", "teir": "Free"}),
        ("speech:target", {"kind": "aks", "version": 1.35}),
        ("speech:target", {"kind": "aks", "zones": ["4"]}),
        ("speech:target", {"kind": "docker", "vm_size": "Standard_D8as_v5"}),
        ("speech:target", {"kind": "aks", "maintenance": {"start_time": "2am"}}),
        ("speech:network", {"exposure": "external"}),
        ("speech:containers", {}),
        (f"{C}.kind", "speech-to-txt"),
        (f"{C}.demand.concurrent_streams", 0),
        (f"{C}.name", "Transcribe EN"),
        (f"{C}.version", 5.1),
        (f"{C}.memory", 16),
        ("speech:monitoring", {"retention_days": 7}),
        ("speech:tags", {"cost-center": 5}),
    ],
    ids=str,
)
def test_a_typical_mistake_is_marked(change: tuple[str, object]) -> None:
    assert complaints(stack_of(change))


def fields() -> Iterator[Any]:
    for name, definition in [("Stack", SCHEMA["properties"]["config"]), *SCHEMA["$defs"].items()]:
        for field, schema in definition.get("properties", {}).items():
            yield pytest.param(schema, id=f"{name}.{field}")


@pytest.mark.parametrize("schema", list(fields()))
def test_every_key_has_a_meaning_and_an_example_that_holds(schema: dict[str, Any]) -> None:
    reference = documentation._choices(schema)[0].get("$ref", "#/$defs/").rpartition("/")[2]
    assert schema.get("description") or SCHEMA["$defs"][reference]["description"]
    example = documentation.example(SCHEMA, schema)
    if example is None:
        assert "see below" in documentation._type(SCHEMA, schema)
    else:
        Draft202012Validator({**schema, "$defs": SCHEMA["$defs"]}).validate(example)


@pytest.mark.parametrize("path", documentation.pages())
def test_a_generated_page_is_fresh(path: Path) -> None:
    assert (REPOSITORY / path).read_text() == documentation.pages()[path], "run  python -m speech.cli.documentation"


def test_a_row_of_the_page_is_one_line() -> None:
    rows = [line for line in documentation.configuration().splitlines() if line.startswith("|") or line.endswith("|")]
    assert all(line[0] == line[-1] == "|" for line in rows)


def test_the_page_shows_every_key() -> None:
    page = documentation.configuration()
    keys = {key for definition in SCHEMA["$defs"].values() for key in definition.get("properties", {})}
    assert not [key for key in keys if f"| `{key}` |" not in page]
