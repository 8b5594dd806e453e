"""pydantic's errors in the words of the house."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from speech.settings.base import Form, Secret, WhenMissing
from speech.settings.faults import Finding, did_you_mean, one_of, shown

_FORMS = {
    "string_type": "must be text: write it in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "more than"),
}


def finding(error: ErrorDetails, root: type[BaseModel], path: str) -> Finding:
    """One pydantic error as a fault at `path`; `root` is the model in which the error's location counts."""
    return Finding(path, _message(error, root))


def _message(error: ErrorDetails, root: type[BaseModel]) -> str:  # noqa: PLR0911  # one return a kind of error
    kind, given, context = error["type"], _shown(error["input"]), error.get("ctx", {})
    location = [part for part in error["loc"] if isinstance(part, str)]
    field = location[-1] if location else "value"
    if kind == "missing":
        return f"missing. {_why_missing(root, error['loc'])}".rstrip()
    if kind == "extra_forbidden":
        known = _words_beside(root, error["loc"])
        return f"{shown(field)} is no word here.{did_you_mean(field, known) or f' Known: {one_of(sorted(known))}'}"
    if isinstance(error["input"], Secret):
        return "is encrypted, which only keys and passwords may be: write it in clear"
    if kind in {"enum", "literal_error", "union_tag_invalid"}:
        return _choice(error, field)
    if kind == "union_tag_not_found":
        return "missing: write aks, kubernetes, container-instances or docker"
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return f"is {given}: {words} {context[bound]:,g}"
    if kind in {"too_short", "too_long", "string_too_short", "string_too_long"}:
        limit = context.get("min_length", context.get("max_length"))
        return f"{'too short: at least' if 'short' in kind else 'too long: at most'} {limit}"
    if kind == "form":
        return f"is {given}: {error['msg']}"
    return f"is {given}{_other_form(error, root)}" if kind in _FORMS else error["msg"]


def _choice(error: ErrorDetails, field: str) -> str:
    context = error.get("ctx", {})
    choices = re.findall(r"'([^']*)'", str(context.get("expected") or context.get("expected_tags") or ""))
    noun = context.get("discriminator", field).strip("'").replace("_", " ")
    noun = noun.removesuffix("s") if isinstance(error["loc"][-1], int) else noun
    word = context.get("tag", error["input"])
    if len(choices) == 1:
        return f"is {_shown(word)}: write  {field}: {choices[0]}"
    return f"{_shown(word)} is no {noun}.{did_you_mean(str(word), choices) or f' Known: {one_of(choices)}'}"


def _other_form(error: ErrorDetails, root: type[BaseModel]) -> str:
    form, model = _form(root, error["loc"]), _model(root, error["loc"])
    if form and type(error["input"]) in {int, float}:
        return f', which YAML takes for a number: write {form.words}, in quotes, as in  "{form.example}"'
    if model and error["type"].startswith("model_"):
        return f": must be a mapping of {one_of(sorted(model.model_fields))}"
    return f": {_FORMS[error['type']]}"


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "empty"
    if isinstance(value, str):
        return shown(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _why_missing(root: type[BaseModel], location: Sequence[int | str]) -> str:
    field = _field(root, location)
    return next((mark.words for mark in field.metadata if isinstance(mark, WhenMissing)), "") if field else ""


def _words_beside(root: type[BaseModel], location: Sequence[int | str]) -> set[str]:
    model = _model(root, location[:-1])
    return set(model.model_fields) if model else set()


def _field(root: type[BaseModel], location: Sequence[int | str]) -> FieldInfo | None:
    model = _model(root, location[:-1])
    return model.model_fields.get(str(location[-1])) if model and location else None


def _form(root: type[BaseModel], location: Sequence[int | str]) -> Form | None:
    field = _field(root, location)
    return next(_forms([field.annotation, *field.metadata]), None) if field else None


def _forms(parts: Sequence[Any]) -> Iterator[Form]:
    for part in parts:
        if isinstance(part, Form):
            yield part
        yield from _forms(get_args(part))


def _model(root: type[BaseModel], location: Sequence[int | str]) -> type[BaseModel] | None:
    model: type[BaseModel] | None = root
    choices: list[type[BaseModel]] = [root]
    for part in location:
        if isinstance(part, int):
            continue
        tagged = [choice for choice in choices if _tag(choice) == part]
        if tagged:
            model, choices = tagged[0], tagged
            continue
        field = model.model_fields.get(part) if model else None
        choices = _models(field.annotation) if field else []
        model = choices[0] if choices else None
    return model


def _tag(model: type[BaseModel]) -> str | None:
    kind = model.model_fields.get("kind")
    values = get_args(kind.annotation) if kind else ()
    return str(values[0]) if len(values) == 1 else None


def _models(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401  # a type's annotation may be anything
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in {tuple, Union, UnionType, Annotated}:
        return [model for part in get_args(annotation) for model in _models(part)]
    return []
