"""Imports that wait until they are needed: azure-core and azure-identity cost 0.2 s each."""

import importlib
import threading
from typing import Any

_ONE_AT_A_TIME = threading.Lock()


def imported(name: str) -> Any:  # noqa: ANN401 - a module
    """The module of that name. Threads take turns: two that import parts of one package at once can deadlock."""
    with _ONE_AT_A_TIME:
        return importlib.import_module(name)
