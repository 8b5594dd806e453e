"""A small client of the API server: documents in, documents out."""

import base64
import json
import ssl
from pathlib import Path
from typing import Any

import httpx

Document = dict[str, Any]
_MERGE = "application/merge-patch+json"
_APPLY = "application/apply-patch+yaml"
_MANAGER = "conformance"


class RefusedError(Exception):
    """The API server refused. `status` is HTTP's; the text is the server's message."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status


class Client:
    """One user of one API server. Paths are the server's: `/api/v1/nodes`."""

    def __init__(self, kubeconfig: Path) -> None:
        known = json.loads(kubeconfig.read_text())
        cluster, user = known["clusters"][0]["cluster"], known["users"][0]["user"]

        trust = ssl.create_default_context(cadata=base64.b64decode(cluster["certificate-authority-data"]).decode())
        headers = {"Authorization": f"Bearer {user['token']}"}
        self._http = httpx.Client(
            base_url=cluster["server"], verify=trust, headers=headers, trust_env=False, timeout=30
        )

    def get(self, path: str) -> Document:
        """One document, or a list."""
        return self._asked("GET", path)

    def items(self, path: str) -> list[Document]:
        """The documents of a list."""
        found: list[Document] = self._asked("GET", path)["items"]
        return found

    def exists(self, path: str) -> bool:
        """Whether there is something at that path."""
        try:
            self.get(path)
        except RefusedError as refusal:
            if refusal.status == httpx.codes.NOT_FOUND:
                return False
            raise
        return True

    def create(self, path: str, document: Document) -> Document:
        """POST into a collection."""
        return self._asked("POST", path, document)

    def apply(self, path: str, document: Document) -> Document:
        """Server-side apply of what we own in it."""
        return self.patch(f"{path}?fieldManager={_MANAGER}&force=true", document)

    def patch(self, path: str, document: Document) -> Document:
        """Server-side apply with the caller's own options in the path's query."""
        return self._asked("PATCH", path, document, _APPLY)

    def merge(self, path: str, document: Document) -> Document:
        """A merge patch."""
        return self._asked("PATCH", path, document, _MERGE)

    def delete(self, path: str) -> None:
        """Deletes, at once where the server lets one choose; nothing happens where it is gone already."""
        try:
            self._asked("DELETE", path, {"gracePeriodSeconds": 0})
        except RefusedError as refusal:
            if refusal.status != httpx.codes.NOT_FOUND:
                raise

    def close(self) -> None:
        """Ends its connections."""
        self._http.close()

    def _asked(
        self, method: str, path: str, document: Document | None = None, content: str = "application/json"
    ) -> Document:
        body = None if document is None else json.dumps(document)
        answer = self._http.request(method, path, content=body, headers={"Content-Type": content} if body else {})
        if answer.is_error:
            raise RefusedError(answer.status_code, _message(answer))
        found: Document = answer.json()
        return found


def _message(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, LookupError):
        return answer.text
