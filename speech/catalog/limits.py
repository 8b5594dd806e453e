"""Limits of Azure and Kubernetes that a stack file must stay within."""

import re
from dataclasses import dataclass
from functools import cache

from speech.catalog.documents import document


@dataclass(frozen=True, slots=True)
class Limit:
    """A least and a most, both allowed: characters of a name, or units of a number. `pattern` is for whole names."""

    name: str
    minimum: float
    maximum: float
    unit: str
    pattern: str | None
    source: str
    as_of: str
    note: str | None

    def fault(self, value: str | float) -> str | None:
        """What is wrong with a name or a number, to be read after its path; None if nothing is."""
        if isinstance(value, str):
            return self._name_fault(value)
        if value > self.maximum:
            return f"is {value:g}: at most {self.maximum:g} {self.unit}"
        return f"is {value:g}: at least {self.minimum:g} {self.unit}" if value < self.minimum else None

    def _name_fault(self, name: str) -> str | None:
        if not self.minimum <= len(name) <= self.maximum:
            return f'"{name}" has {len(name)} characters: {self.minimum:g} to {self.maximum:g} are allowed'
        if self.pattern is not None and re.fullmatch(self.pattern, name, re.ASCII) is None:
            return f'"{name}" is no valid name: it must match {self.pattern}'
        return None


def limit(name: str) -> Limit:
    """The limit of this name, as aks.pool-name. Raises KeyError for any other."""
    return _limits()[name]


def limits() -> tuple[Limit, ...]:
    """Every limit."""
    return tuple(_limits().values())


def is_reserved_port(host: str, port: int) -> bool:
    """Whether a host keeps the port for itself. Only container-instances is known to keep any."""
    return any(low <= port <= high for low, high in document("limits")["reserved_ports"].get(host, ()))


@cache
def _limits() -> dict[str, Limit]:
    content = document("limits")
    return {
        row["name"]: Limit(
            name=row["name"],
            minimum=row["minimum"],
            maximum=row["maximum"],
            unit=row["unit"],
            pattern=row["pattern"],
            source=content["sources"][row["source"]],
            as_of=row["as_of"],
            note=row.get("note"),
        )
        for row in content["limits"]
    }
