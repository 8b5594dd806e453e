"""The answer to GetSchema, as far as `pulumi import` needs it to write a definition: names of inputs, of any type."""

import json
from collections.abc import Iterable, Mapping

_ANY = {"$ref": "pulumi.json#/Any"}


def package_schema(name: str, version: str, inputs: Mapping[str, Iterable[str]]) -> str:
    """A package's schema as JSON; `inputs` has the input names of each resource type by its token."""
    resources = {token: {"inputProperties": dict.fromkeys(names, _ANY)} for token, names in inputs.items()}
    return json.dumps({"name": name, "version": version, "resources": resources})
