"""The pages on which a container tells its state."""

import random
import time
from collections.abc import Callable

import httpx

from operations.verify.check import Check, failed, passed, warned
from operations.verify.target import Target

_ANSWER_SECONDS = 10.0
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 5.0
VALID = "Valid"

# What the containers' FAQ (2025-08-15) and configuration pages say of each state.
_OF_STATUS = {
    "Invalid": "the key is not the account's any more: pulumi up --stack {stack}  reads it anew and pods roll",
    "Mismatch": "key and endpoint are of two accounts: pulumi up --stack {stack}; of your own: speech:account.endpoint",
    "CouldNotConnect": "let containers out to the account: pulumi stack output egress --stack {stack}",
    "OutOfQuota": "a free account's month is used up: speech:account.sku: S0",
    "BillingEndpointBusy": "it tries again by itself, ten times; then: {logs}",
    "ContainerUseUnauthorized": "ask for approval: https://aka.ms/csdisconnectedcontainers",
}


class Pages:
    """The pages at one address. Each question has a connection of its own: pods behind it answer in turn."""

    def __init__(self, target: Target, address: str) -> None:
        self._target = target
        self._client = httpx.Client(
            base_url=f"http://{address}", timeout=_ANSWER_SECONDS, trust_env=False, headers={"Connection": "close"}
        )

    def close(self) -> None:
        """Ends its connections."""
        self._client.close()

    def ready(self, seconds: float, tell: Callable[[str, float], None]) -> Check:
        """Whether it can serve, asked until it does, with growing pauses. `tell` gets what is said and seconds left."""
        path, begin = self._target.ready_path, time.monotonic()
        deadline, pause = begin + seconds, _FIRST_PAUSE_SECONDS
        while True:
            said, done = self._asked(path)
            now = time.monotonic()
            if done:
                waited = now - begin
                after = f" after {waited:.0f} s of waiting" if waited >= 1 else ""
                return passed("ready", f"{path} {said}{after}", seconds=waited)
            if now + pause > deadline:
                return failed("ready", f"{path} {said}, for {seconds:.0f} s", self._target.logs)
            tell(f"{path} {said}", deadline - now)
            # Containers that started together are not asked together.
            time.sleep(pause * random.uniform(0.8, 1.0))  # noqa: S311  # no secret
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def status(self) -> Check | None:
        """The state of its billing; none of a kind that tells none."""
        path = self._target.status_path
        if path is None:
            return None
        try:
            document = self._client.get(path).json()
        except (httpx.HTTPError, ValueError) as error:
            return failed("status", f"{path}: {_words(error)}", self._target.logs)
        found = document.get("apiStatus") if isinstance(document, dict) else None
        if found is None:
            return failed("status", f"{path}: no apiStatus in the answer", self._target.logs)
        # The whole value: "Invalid" holds "valid".
        if found == VALID:
            return passed("status", f"apiStatus {VALID}")
        message = document.get("apiStatusMessage") or "no message"
        remedy = _OF_STATUS.get(str(found), "{logs}").format(stack=self._target.plan.stack, logs=self._target.logs)
        return failed("status", f"apiStatus {found}: {message}", remedy)

    def voice(self) -> Check | None:
        """Whether its one voice is the planned one; none where no list of voices is served."""
        planned = self._target.container.ssml_voice
        if planned is None:
            return None
        try:
            answer = self._client.get("/cognitiveservices/voices/list")
            served = [str(row["ShortName"]) for row in answer.json()] if answer.is_success else []
        except (httpx.HTTPError, ValueError, LookupError, TypeError):
            served = []
        if not served:
            return warned("voice", f"no list of voices is served: the call alone tells of {planned}")
        # Letter case is the call's to tell: lists are seen with small letters.
        if planned.lower() in (one.lower() for one in served):
            return passed("voice", f"{planned}, as planned")
        said = f"serves {', '.join(served)}, planned is {planned}"
        return failed("voice", said, f"pulumi up --stack {self._target.plan.stack}")

    def _asked(self, path: str) -> tuple[str, bool]:
        try:
            answer = self._client.get(path)
        except httpx.HTTPError as error:
            return _words(error), False
        return str(answer.status_code), answer.status_code == httpx.codes.OK


def _words(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
