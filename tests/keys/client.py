"""Somebody who never stops asking, and the keys of an account."""

import threading
from typing import Self

import httpx

from tests.sandbox.arm.azure_clients import Azure
from tests.walk.stack import Stack

_PAUSE_SECONDS = 0.1


class Client:
    """Asks every container for its state, all the time, wherever it answers just now."""

    def __init__(self, stack: Stack) -> None:
        self.answers: list[str] = []
        self._stack, self._ended = stack, threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def states(self) -> set[str]:
        return set(self.answers)

    def _ask(self) -> None:
        while not self._ended.wait(_PAUSE_SECONDS):
            for address in [row["address"] for row in self._stack.ask("workloads") if row["address"]]:
                try:
                    found = httpx.get(f"http://{address}/status", timeout=5, trust_env=False).json()
                except httpx.TransportError:  # of a pod that has gone meanwhile
                    continue
                self.answers.append(found["apiStatus"])


def keys(stack: Stack, group: str, account: str) -> dict[str, str]:
    """Both, as Azure has them."""
    found = Azure(stack.server).speech.accounts.list_keys(group, account)
    return {"key1": str(found.key1), "key2": str(found.key2)}
