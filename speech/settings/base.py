"""What every setting is made of: frozen, closed, without input or output."""

import ipaddress
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


class Settings(BaseModel):
    """A part of a stack file. Unknown words are faults, values never change once read."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True)
class WhenMissing:
    """What a fault says when the field it annotates is not there: why it is needed and what to write."""

    words: str


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
        encrypted = {
            "type": "object",
            "properties": {"secure": {"type": "string"}},
            "required": ["secure"],
            "additionalProperties": False,
        }
        return {"description": "An encrypted value: pulumi config set --secret --path ...", **encrypted}

    @classmethod
    def _read(cls, value: object) -> "Secret":
        # The file holds {secure: ...}; in a running program the engine has decrypted it to text already.
        if isinstance(value, cls):
            return value
        encrypted = isinstance(value, dict) and set(value) == {"secure"} and isinstance(value["secure"], str)
        if encrypted or (isinstance(value, str) and value):
            return cls()
        raise PydanticCustomError("secret", "is no secret: set it with  pulumi config set --secret --path")


def _network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except ValueError:
        raise PydanticCustomError(
            "cidr", '"{given}" is no IP address or range: write one like 203.0.113.0/24', {"given": value}
        ) from None


Cidr = Annotated[str, AfterValidator(_network), Field(examples=["203.0.113.0/24"])]
DnsLabel = Annotated[str, Field(pattern=r"^[a-z]([a-z0-9-]*[a-z0-9])?$", max_length=40)]
Guid = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
