"""Where a pipeline tells a team: GitHub or Azure DevOps, known by the variables that each sets for its jobs."""

from collections.abc import Mapping
from typing import Any, Protocol

import httpx

from speech.files.stack_file import FailedError, UnreadableError

_SECONDS = 30.0
_TRIES = 2
_FIRST_FAULT = 400


class Place(Protocol):
    """One pipeline's own repository."""

    def comment(self, text: str) -> str:
        """Write the one comment of the pull request, or write it anew; what was done, in words. Raises FailedError."""
        ...

    def issue(self, title: str, text: str, *, solved: bool) -> str:
        """Open the one issue, write it anew, or close it once solved; what was done, in words. Raises FailedError."""
        ...


def place(environment: Mapping[str, str]) -> Place:
    """Of the pipeline that this process runs in. Raises UnreadableError where it runs in none."""
    from operations.pipeline.azure_devops import AzureDevOps  # noqa: PLC0415  # each needs what is here
    from operations.pipeline.github import GitHub  # noqa: PLC0415  # as above

    if environment.get("GITHUB_ACTIONS") == "true":
        return GitHub(environment)
    if environment.get("TF_BUILD"):
        return AzureDevOps(environment)
    raise UnreadableError("--post: this is neither a job of GitHub Actions nor of Azure Pipelines; leave it out")


def given(environment: Mapping[str, str], name: str, remedy: str) -> str:
    """A variable that the pipeline must have. Raises UnreadableError."""
    if value := environment.get(name):
        return value
    raise UnreadableError(f"--post: {name} is not set: {remedy}")


class Client:
    """Requests with the job's own token; the answer's JSON. Every failure says which right is missing."""

    def __init__(self, base: str, token: str, right: str) -> None:
        self._right = right
        self._http = httpx.Client(
            base_url=base,
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=_SECONDS,
            transport=httpx.HTTPTransport(retries=_TRIES),
        )

    def ask(self, method: str, path: str, body: object = None, **parameters: str | int) -> Any:  # noqa: ANN401  # JSON
        """One request. Raises FailedError."""
        try:
            answer = self._http.request(method, path, json=body, params=parameters or None)
        except httpx.HTTPError as error:
            raise FailedError(f"{self._http.base_url} cannot be asked: {error}") from None
        if answer.status_code >= _FIRST_FAULT:
            raise FailedError(f"{method} {answer.url.path} was answered with {answer.status_code}: {self._right}")
        return answer.json()
