"""What every setting is made of: frozen, closed, without input or output."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


class Settings(BaseModel):
    """A part of a stack file. Unknown words are faults, values never change once read."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True)
class WhenMissing:
    """What a fault says when the field it annotates is not there: why it is needed and what to write."""

    words: str


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a text: a pattern that the whole text has, and the words for a person that the pattern stands for."""

    pattern: str
    words: str
    example: str

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": f"^{self.pattern}$", "examples": [self.example], "$comment": self.words}

    def _check(self, given: str) -> str:
        if re.fullmatch(self.pattern, given, re.ASCII):
            return given
        # YAML would read some texts as numbers.
        example = f'"{self.example}"' if re.fullmatch("[-+]?[0-9]+[.:][0-9]+", self.example) else self.example
        raise PydanticCustomError(
            "form", "must be {words}, as in  {example}", {"words": self.words, "example": example}
        )


class Decrypted(str):
    """Text of a key of which the engine has decrypted something: it may hold a secret's value."""

    __slots__ = ()


class Secret:
    """A value that the stack file holds encrypted (`pulumi config set --secret`).

    Settings keep the fact that it is there, never the value: only a component resolves it, by the path of its key.
    """

    def __repr__(self) -> str:
        return "Secret()"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret)

    def __hash__(self) -> int:
        return hash(Secret)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._read, serialization=core_schema.plain_serializer_function_ser_schema(lambda _: "[secret]")
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {
            "title": "An encrypted value",
            "type": "object",
            "properties": {"secure": {"type": "string"}},
            "required": ["secure"],
            "additionalProperties": False,
        }

    @classmethod
    def _read(cls, value: object) -> "Secret":
        if isinstance(value, cls):
            return value
        if isinstance(value, Decrypted) and value:
            return cls()
        if isinstance(value, str) and value:
            raise PydanticCustomError("secret", "is written in clear: set it with  pulumi config set --secret --path")
        raise PydanticCustomError("secret", "is no secret: set it with  pulumi config set --secret --path")
