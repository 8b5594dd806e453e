"""What code knows, as pages: docs/configuration.md, cost.md and rights.md, and the schema beside the stack files.

`python -m speech.cli.documentation` writes them, from the project's folder; a test fails when one is stale.
"""

import inspect
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from speech.cli import cost_page, rights_page, stack_schema
from speech.settings.acknowledge import RISKS
from speech.settings.rules import RULES

SCHEMA = Path("stacks/schema.json")
PAGE = Path("docs/configuration.md")
COST = Path("docs/cost.md")
RIGHTS = Path("docs/rights.md")
ENVIRONMENTS = ("dev", "test", "prod")
Words = Mapping[str, Any]

INTRODUCTION = """\
<!-- Written by `python -m speech.cli.documentation`: change the settings, not this page. -->
# What can a stack file say?

A stack is a region and an environment: `stacks/Pulumi.<stack>.yaml`, in Pulumi's own form. `pulumi config` reads and
writes it, `pulumi up` needs nothing else, `speech plan <stack>` shows what it comes to, and every fault in it at once.

    # yaml-language-server: $schema=schema.json
    config:
      azure-native:location: westeurope
      speech:environment: dev
      speech:account: {custom_domain: contoso-speech-weu}
      speech:billing: {eula: accept}
      speech:target: {kind: aks}
      speech:containers:
        - {name: transcribe-en, kind: speech-to-text, locale: en-US, version: 5.1.0, demand: {concurrent_streams: 12}}

With the first line, editors complete and check the file as it is written (VS Code: the YAML extension). `speech schema`
prints the same schema.

- The namespace is `speech`, whatever the project is called. A word that nobody knows is a fault, a misspelt namespace
  too.
- Values for all stacks may stand in Pulumi.yaml, as `config: {speech:tags: {value: {team: speech}}}`. A stack's file
  wins, key by key: objects are taken whole, not mixed. One field inside an object is the key `speech:tags.team`.
- Keys and passwords are encrypted: `pulumi config set --secret --path speech:account.key`. In clear they are a fault,
  and so is anything else that is encrypted: nobody could review it.
- `pulumi config set --path` writes digits as a number. For a text of digits, as a tag: `--type string`.
- YAML is read as Pulumi reads it: `no`, `on` and `12:30` are texts. A date or a number with a leading zero would become
  something else on the way: both are refused; in quotes they are texts.
- A file has 200,000 bytes at most. "needed" marks what has no default.
"""

ENVIRONMENT_TABLE = """\
## What does an environment stand for?

`speech:environment` picks these defaults. Each can be written out instead.
"""

RISKS_TABLE = """\
## What is at my own risk?

`speech:acknowledge` is a list of these ids. What only the catalogue does not know is a warning in dev and test and a
fault in prod, until it is acknowledged; what cannot work is always a fault.
"""

RULES_TABLE = """\
## What must hold together?

Beside the form of each value. A rule that is broken says the place, the reason and the nearest value that holds.
"""


def main() -> None:
    """Writes the pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(f"{path}: {len(text.splitlines())} lines")


def pages() -> Mapping[Path, str]:
    """Every generated file by its place in the project."""
    return {
        SCHEMA: stack_schema.render() + "\n",
        PAGE: configuration(),
        COST: cost_page.render(),
        RIGHTS: rights_page.render(),
    }


def configuration() -> str:
    """The page on stack files."""
    schema = stack_schema.document()
    parts = [
        INTRODUCTION,
        ENVIRONMENT_TABLE,
        _table(("key", *ENVIRONMENTS), _environments(schema)),
        "## Which keys are there?\n",
        _section(schema, schema["properties"]["config"]),
    ]
    for heading, definition in _definitions(schema):
        parts += [f"### {heading}\n", f"{definition['description']}\n", _section(schema, definition)]
    parts += [RISKS_TABLE, _table(("id", "what may happen"), [(f"`{name}`", risk) for name, risk in RISKS.items()])]
    rules = [(rule.__name__.replace("_", " "), inspect.cleandoc(rule.__doc__ or "")) for rule in RULES]
    parts += [RULES_TABLE, _table(("rule", "why"), rules)]
    return "\n".join(parts)


def _environments(schema: Words) -> Iterator[Sequence[str]]:
    for heading, definition in _definitions(schema):
        for name, field in definition["properties"].items():
            if "x-defaults" in field:
                key = f"{heading.strip('`').partition('`')[0]}.{name}"
                yield f"`{key}`", *(_shown(field["x-defaults"][environment]) for environment in ENVIRONMENTS)


def _definitions(schema: Words) -> Iterator[tuple[str, Words]]:
    """Every group of keys, with its place as a heading, in the order of the file."""
    for name, field in schema["properties"]["config"]["properties"].items():
        yield from _below(schema, name, field)


def _below(schema: Words, path: str, field: Words) -> Iterator[tuple[str, Words]]:
    if field.get("type") == "array":
        yield from _below(schema, f"{path}[]", field["items"])
        return
    references = [each["$ref"].rpartition("/")[2] for each in _choices(field) if "$ref" in each]
    for name in references:
        definition = schema["$defs"][name]
        if "properties" not in definition:
            continue
        kind = definition["properties"].get("kind", {}).get("const")
        yield f"`{path}`" + (f" of kind `{kind}`" if kind else ""), definition
        for inner, inner_field in definition["properties"].items():
            yield from _below(schema, f"{path}.{inner}", inner_field)


def _section(schema: Words, definition: Words) -> str:
    needed = definition.get("required", [])
    return _table(
        ("key", "type", "default", "meaning", "example"),
        [
            (
                f"`{name}`",
                _type(schema, field),
                "needed" if name in needed else _default(field),
                _meaning(schema, field),
                _example(schema, name, field),
            )
            for name, field in definition["properties"].items()
        ],
    )


def _type(schema: Words, field: Words) -> str:
    first = _choices(field)[0]
    if "$ref" in first:
        definition = schema["$defs"][first["$ref"].rpartition("/")[2]]
        return _type(schema, definition) if "enum" in definition else "mapping, see below"
    if "enum" in first or "const" in first:
        values = first.get("enum", [first.get("const")])
        # A zone's number is its name, too.
        return ", ".join(_shown(value).replace('"', "") for value in values if type(value) is not int)
    if first.get("type") == "array":
        inner = _type(schema, first["items"])
        return f"list of: {inner}"
    if first.get("type") == "object":
        return "encrypted text" if "secure" in first.get("properties", {}) else "mapping of texts"
    if first.get("type") in {"integer", "number"}:
        noun = "whole number" if first["type"] == "integer" else "number"
        low, high = first.get("minimum", first.get("exclusiveMinimum")), first.get("maximum")
        return f"{noun}, {'more than ' if 'exclusiveMinimum' in first else ''}{low:,.0f} to {high:,.0f}"
    return "true or false" if first.get("type") == "boolean" else first.get("$comment", "text")


def _default(field: Words) -> str:
    if "x-defaults" in field:
        values = {environment: _shown(value) for environment, value in field["x-defaults"].items()}
        return f"{values['dev']}; prod {values['prod']}"
    default = field.get("default")
    return "" if default in (None, [], {}) or isinstance(default, dict) else _shown(default)


def _meaning(schema: Words, field: Words) -> str:
    said = str(field.get("description", "")).partition(" Default: ")[0]
    reference = _choices(field)[0].get("$ref", "").rpartition("/")[2]
    # pydantic leaves out what a field and its mapping say alike.
    return said or str(schema["$defs"].get(reference, {}).get("description", "")).partition("\n")[0]


def _example(schema: Words, name: str, field: Words) -> str:
    found = example(schema, field)
    return "" if found is None else f"`{name.removeprefix('speech:')}: {_yaml(found)}`"


def example(schema: Words, field: Words) -> Any:  # noqa: ANN401, PLR0911  # whatever the field holds
    """A value that the field takes, another than its default where there is a choice; None for a mapping of its own."""
    first = _choices(field)[0]
    for known in (field, first):
        if "examples" in known:
            return known["examples"][0]
    if "$ref" in first:
        definition = schema["$defs"][first["$ref"].rpartition("/")[2]]
        return example(schema, {**definition, "default": field.get("default")}) if "enum" in definition else None
    if "enum" in first or "const" in first:
        values = first.get("enum", [first.get("const")])
        return next((value for value in values if value != field.get("default")), values[0])
    if first.get("type") == "boolean":
        return first.get("const", not field.get("default", False))
    if first.get("type") == "array":
        inner = example(schema, first["items"])
        return None if inner is None else [inner]
    if first.get("type") == "object":
        return {"secure": "v1:..."} if "secure" in first.get("properties", {}) else None
    return field.get("default", first.get("minimum"))


def _choices(field: Words) -> Sequence[Words]:
    return [each for each in field.get("anyOf", field.get("oneOf", [field])) if each.get("type") != "null"]


def _shown(value: object) -> str:
    return f"`{_yaml(value)}`"


def _yaml(value: object) -> str:
    """A value in YAML's flow style, without needless quotes."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_yaml(each)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_yaml, value))}]"
    plain = isinstance(value, str) and value[:1].isalpha() | value.startswith("/") and not set(value) & set(",{}[]: ")
    return str(value) if plain else json.dumps(value)


def _table(head: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines) + "\n"


def _cell(text: str) -> str:
    """A cell is one line, and a bar would end it."""
    return text.replace("\n", " ").replace("|", "\\|")


if __name__ == "__main__":
    main()
