"""The JSON Schema of a stack file, made from the settings themselves."""

import json
from typing import Any

from speech.settings.stack import Stack


def render() -> str:
    """The schema as text, for `# yaml-language-server: $schema=...`."""
    return json.dumps(document(), indent=2)


def document() -> dict[str, Any]:
    """The schema of the whole file: pydantic's schema of the settings under the keys that the file has."""
    schema = Stack.model_json_schema(ref_template="#/$defs/{model}")
    properties = schema["properties"]
    location = properties.pop("location")
    keys = {f"speech:{name}": value for name, value in properties.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A stack file of speech-containers",
        "type": "object",
        "required": ["config"],
        "properties": {
            "encryptionsalt": {"type": "string"},
            "secretsprovider": {"type": "string"},
            "encryptedkey": {"type": "string"},
            "config": {
                "type": "object",
                "required": [
                    "azure-native:location",
                    "speech:environment",
                    "speech:billing",
                    "speech:target",
                    "speech:containers",
                ],
                "properties": {"azure-native:location": location, **keys},
                "patternProperties": {"^(azure-native|kubernetes|pulumi):": {}},
                "additionalProperties": False,
            },
        },
        "$defs": schema["$defs"],
    }
