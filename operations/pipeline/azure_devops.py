"""Azure DevOps: one thread a pull request, and drift as the run's summary.

https://learn.microsoft.com/rest/api/azure/devops/git/pull-request-threads, version 7.1.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from operations.pipeline.posting import Client, given
from speech.files.stack_file import UnreadableError

_MARK = "<!-- speech pipeline comment -->"
_VERSION = "7.1"
_AZURE_REPOS = "TfsGit"
"""The provider of a repository that has threads; pull requests of others are not Azure DevOps' own."""
_CLOSED = 4
"""A thread's status: nobody needs to resolve it."""
_TEXT = 1
LONGEST = 149_000
"""Characters; Azure DevOps takes 150,000 a comment."""


class AzureDevOps:
    """The repository that the run belongs to."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def comment(self, text: str) -> str:
        """As `Place` has it."""
        number = self._environment.get("SYSTEM_PULLREQUEST_PULLREQUESTID")
        if not number:
            raise UnreadableError("--post: this run is of no pull request, which alone has a place for the comment")
        if self._environment.get("BUILD_REPOSITORY_PROVIDER", _AZURE_REPOS) != _AZURE_REPOS:
            return self._summary("speech-comment.md", text)
        client, threads = self._client(), f"{self._repository()}/pullRequests/{number}/threads"
        content = f"{_MARK}\n{text}"[:LONGEST]
        for thread in client.ask("GET", threads, **{"api-version": _VERSION})["value"]:
            first: dict[str, Any] = next(iter(thread.get("comments") or ()), {})
            if not thread.get("isDeleted") and (first.get("content") or "").startswith(_MARK):
                path = f"{threads}/{thread['id']}/comments/{first['id']}"
                client.ask("PATCH", path, {"content": content}, **{"api-version": _VERSION})
                return f"comment written anew: thread {thread['id']}"
        body = {"comments": [{"parentCommentId": 0, "content": content, "commentType": _TEXT}], "status": _CLOSED}
        return f"comment written: thread {client.ask('POST', threads, body, **{'api-version': _VERSION})['id']}"

    def issue(self, title: str, text: str, *, solved: bool) -> str:
        """Work items differ from process to process, so the run's summary has it, and the run fails."""
        del solved
        return self._summary("speech-drift.md", f"# {title}\n\n{text}")

    def _summary(self, name: str, text: str) -> str:
        """The command that puts a text on the run's page."""
        folder = given(self._environment, "AGENT_TEMPDIRECTORY", "Azure Pipelines sets it for every job")
        summary = Path(folder) / name
        summary.write_text(f"{text}\n", encoding="utf-8")
        return f"##vso[task.uploadsummary]{summary}"

    def _client(self) -> Client:
        token = given(
            self._environment, "SYSTEM_ACCESSTOKEN", "give the step  env: {SYSTEM_ACCESSTOKEN: $(System.AccessToken)}"
        )
        address = given(self._environment, "SYSTEM_COLLECTIONURI", "Azure Pipelines sets it for every job")
        return Client(address, token, "the build service needs  Contribute to pull requests  on the repository")

    def _repository(self) -> str:
        project = given(self._environment, "SYSTEM_TEAMPROJECT", "Azure Pipelines sets it for every job")
        identifier = given(self._environment, "BUILD_REPOSITORY_ID", "Azure Pipelines sets it for every job")
        return f"{quote(project)}/_apis/git/repositories/{identifier}"
