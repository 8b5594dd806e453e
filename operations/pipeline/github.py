"""GitHub: one comment a pull request, one issue of drift (https://docs.github.com/rest/issues)."""

import re
from collections.abc import Mapping
from typing import Any

from operations.pipeline.posting import Client, given
from speech.files.stack_file import UnreadableError

_COMMENT = "<!-- speech pipeline comment -->"
_ISSUE = "<!-- speech pipeline drift -->"
_LABEL = "speech-drift"
_PAGE = 100
LONGEST = 65_000
"""Characters; GitHub takes 65,536."""


class GitHub:
    """The repository that the job belongs to."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        token = given(environment, "GITHUB_TOKEN", "give the step  env: {GITHUB_TOKEN: ${{ github.token }}}")
        self._repository = f"/repos/{given(environment, 'GITHUB_REPOSITORY', 'GitHub sets it for every job')}"
        self._reference = environment.get("GITHUB_REF", "")
        self._client = Client(
            environment.get("GITHUB_API_URL", "https://api.github.com"),
            token,
            "the job needs  permissions: {pull-requests: write}  for comments, {issues: write}  for issues",
        )

    def comment(self, text: str) -> str:
        """As `Place` has it."""
        found = re.fullmatch(r"refs/pull/(\d+)/merge", self._reference)
        if found is None:
            raise UnreadableError("--post: this job is of no pull request, which alone has a place for the comment")
        comments = f"{self._repository}/issues/{found[1]}/comments"
        body = {"body": _cut(f"{_COMMENT}\n{text}")}
        # Anybody may write a comment that begins like ours; what a bot has written, this job may write anew.
        mine = self._first(comments, _COMMENT)
        if mine is None:
            return f"comment written: {self._client.ask('POST', comments, body)['html_url']}"
        path = f"{self._repository}/issues/comments/{mine['id']}"
        return f"comment written anew: {self._client.ask('PATCH', path, body)['html_url']}"

    def issue(self, title: str, text: str, *, solved: bool) -> str:
        """As `Place` has it."""
        issues = f"{self._repository}/issues"
        body: dict[str, object] = {"title": title, "body": _cut(f"{_ISSUE}\n{text}")}
        mine = self._first(issues, _ISSUE, state="open", labels=_LABEL)
        if mine is None:
            if solved:
                return "no drift, and no issue of it is open"
            return f"issue opened: {self._client.ask('POST', issues, {**body, 'labels': [_LABEL]})['html_url']}"
        if solved:
            body |= {"state": "closed", "state_reason": "completed"}
        told = self._client.ask("PATCH", f"{issues}/{mine['number']}", body)
        return f"issue {'closed' if solved else 'written anew'}: {told['html_url']}"

    def _first(self, path: str, mark: str, **parameters: str) -> dict[str, Any] | None:
        page = 1
        while found := self._client.ask("GET", path, per_page=_PAGE, page=page, **parameters):
            for one in found:
                if one["user"]["type"] == "Bot" and (one.get("body") or "").startswith(mark):
                    return dict(one)
            page += 1
        return None


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n\n… cut here; the job's log has all of it."
