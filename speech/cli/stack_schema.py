"""The JSON Schema of a stack file, made from the settings themselves."""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from speech.files.stack_file import PARTS
from speech.settings.environments import DEFAULTS
from speech.settings.parse import LOCATION, NAMESPACE, OTHER_NAMESPACES
from speech.settings.stack import Stack


def render() -> str:
    """The schema as text, for `# yaml-language-server: $schema=...`."""
    return json.dumps(document(), indent=2, ensure_ascii=False)


def document() -> dict[str, Any]:
    """The schema of the whole file: pydantic's schema of the settings under the keys that the file has.

    A field whose default depends on the environment is not required, and says its defaults under `x-defaults`.
    """
    stack = Stack.model_json_schema(schema_generator=_WithoutTitles)
    definitions = stack.pop("$defs")
    # A section in which every field has a default need not be there.
    needed = [name for name in stack["required"] if name not in {"account", "network"}]
    for settings, fields in DEFAULTS.items():
        _with_defaults(definitions[settings.__name__], fields)
    definitions["Container"]["required"].remove("scaling")
    sections = {
        LOCATION if name == "location" else f"{NAMESPACE}:{name}": section if name in needed else _or_nothing(section)
        for name, section in stack["properties"].items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack file of speech-containers",
        "type": "object",
        "required": ["config"],
        "properties": {
            **{part: {} for part in PARTS},
            "config": {
                "type": "object",
                "required": [LOCATION if name == "location" else f"{NAMESPACE}:{name}" for name in needed],
                "properties": sections,
                "patternProperties": {f"^({'|'.join(sorted(OTHER_NAMESPACES))}):": {}},
                "additionalProperties": False,
            },
        },
        "additionalProperties": False,
        "$defs": definitions,
    }


class _WithoutTitles(GenerateJsonSchema):
    """A field's name is title enough."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002  # pydantic's signature
        return False


def _with_defaults(definition: dict[str, Any], fields: Any) -> None:  # noqa: ANN401  # a row of the table
    for name, by_environment in fields.items():
        if name in definition.get("required", ()):
            definition["required"].remove(name)
        defaults = {str(environment): value for environment, value in by_environment.items()}
        definition["properties"][name]["x-defaults"] = defaults
        said = ", ".join(f"{json.dumps(value)} in {environment}" for environment, value in defaults.items())
        _add(definition["properties"][name], f"Default: {said}.")


def _add(field: dict[str, Any], sentence: str) -> None:
    field["description"] = f"{field.get('description', '')} {sentence}".strip()


def _or_nothing(section: dict[str, Any]) -> dict[str, Any]:
    """The engine takes an empty section for one that is not there."""
    words = ("description", "default", "examples")
    said: dict[str, Any] = {word: section.pop(word) for word in words if word in section}
    return {"anyOf": [section, {"type": "null"}], **said} if "anyOf" not in section else {**section, **said}
