"""Kubernetes quantities: `7000m`, `10Gi`."""

import re
from decimal import Decimal

_FORM = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))([eE][+-]?\d+|[KMGTPE]i|[numkMGTPE]?)")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY: dict[str, int] = {unit: 1 << 10 * (power + 1) for power, unit in enumerate("KMGTPE")}


def quantity(text: str) -> Decimal | None:
    """The number a quantity means; None where it is none."""
    form = _FORM.fullmatch(text)
    if form is None:
        return None
    number, unit = Decimal(form[1]), str(form[2])
    if unit.endswith("i"):
        return number * _BINARY[unit[0]]
    if unit[:1] in {"e", "E"} and len(unit) > 1:
        return number.scaleb(int(unit[1:]))
    return number.scaleb(_DECIMAL[unit])
