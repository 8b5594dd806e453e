"""The two REST services that pipelines write to, as far as they are asked, on the loopback device."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "the-jobs-own-token"


class GitHub:
    """Comments and issues of contoso/speech. Bodies and answers as docs.github.com/rest/issues has them."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.issues: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.environment: dict[str, str] = {}

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Status and JSON."""
        self.asked.append(f"{method} {path}")
        if len(str(body and body.get("body"))) > 65_536:
            return 422, {"message": "body is too long (maximum is 65536 characters)"}
        if path == "/repos/contoso/speech/issues/7/comments":
            return self._listed(self.comments, method, query, body)
        if path == "/repos/contoso/speech/issues":
            if method == "POST":
                body["labels"] = [{"name": name} for name in body["labels"]]
            rows = [
                one
                for one in self.issues
                if one.get("state", "open") == query.get("state")
                and query.get("labels") in [label["name"] for label in one["labels"]]
            ]
            return self._listed(self.issues if method == "POST" else rows, method, query, body)
        found = re.fullmatch(r"/repos/contoso/speech/issues/(comments/)?(\d+)", path)
        if found is None or method != "PATCH":
            return 404, {"message": "Not Found"}
        rows = self.comments if found[1] else self.issues
        row = next(one for one in rows if one["id" if found[1] else "number"] == int(found[2]))
        row.update(body)
        return 200, row

    def by_hand(self, body: str) -> None:
        """A comment of a person."""
        self.comments.append({"id": 1, "body": body, "user": {"type": "User"}, "html_url": "by hand"})

    def _listed(self, rows: list[dict[str, Any]], method: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        if method == "GET":
            page, size = int(query["page"]), int(query["per_page"])
            return 200, rows[(page - 1) * size : page * size]
        number = len(rows) + 100
        rows.append({"id": number, "number": number, "user": {"type": "Bot"}, "html_url": f"url/{number}", **body})
        return 201, rows[-1]


class AzureDevOps:
    """Threads of pull request 7 in the repository `r` of the project Speech Team."""

    def __init__(self) -> None:
        self.threads: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.environment: dict[str, str] = {}

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Status and JSON."""
        self.asked.append(f"{method} {path}")
        threads = "/contoso/Speech%20Team/_apis/git/repositories/r/pullRequests/7/threads"
        if query.get("api-version") != "7.1" or not path.startswith(threads):
            return 404, {"message": "not found"}
        if method == "GET":
            return 200, {"value": self.threads}
        if method == "POST":
            comments = [{**one, "id": number} for number, one in enumerate(body["comments"], 1)]
            self.threads.append({"id": 50 + len(self.threads), "status": body["status"], "comments": comments})
            return 200, self.threads[-1]
        thread, comment = map(int, re.findall(r"/(\d+)(?=/comments|$)", path.removeprefix(threads)))
        row = next(one for one in self.threads if one["id"] == thread)["comments"][comment - 1]
        row.update(body)
        return 200, row


Answer = Callable[[str, str, dict[str, str], Any], tuple[int, Any]]


@contextmanager
def served(answer: Answer, token: str = TOKEN) -> Iterator[str]:
    """The address of a server that gives these answers to whoever has the token."""

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, told = 401, {"message": "Bad credentials"}
            if self.headers["Authorization"] == f"Bearer {token}":
                query = {name: values[0] for name, values in parse_qs(url.query).items()}
                status, told = answer(self.command, url.path, query, json.loads(body) if body else None)
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = _do  # noqa: N815  # the base class's own names

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
