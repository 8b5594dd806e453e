"""A service that knows facts, asked page by page with time-outs and retries. What it refuses becomes words."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from azure.core import PipelineClient
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline import PipelineResponse
from azure.core.pipeline.policies import RetryPolicy, UserAgentPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest, HttpResponse

from speech.files.stack_file import FailedError

_CONNECT_SECONDS = 10
_READ_SECONDS = 60
_LONGEST_WAIT_SECONDS = 20
_MOST_PAGES = 1_000
_RETRIES = {"retry_total": 3, "retry_backoff_factor": 0.5, "retry_backoff_max": 20, "timeout": 180}
_AGENT = "speech-containers-catalog"


class NothingThereError(FailedError):
    """The service answers that what was asked for does not exist."""


class _Patience(RetryPolicy[HttpRequest, HttpResponse]):
    """Waits as long as a service asks for, but not for ever."""

    def get_retry_after(self, response: PipelineResponse[Any, Any]) -> float | None:
        asked = super().get_retry_after(response)
        return asked and min(asked, _LONGEST_WAIT_SECONDS)


class Service:
    """One service at one address. `variable` names the setting that moves it, `what` the part that can be left out."""

    def __init__(self, url: str, variable: str, what: str, token: Callable[[], str] | None = None) -> None:
        self.url, self.host = url, urlsplit(url).netloc
        self._variable, self._what, self._token = variable, what, token
        self._client: PipelineClient[HttpRequest, HttpResponse] = PipelineClient(
            url,
            policies=[UserAgentPolicy(base_user_agent=_AGENT), _Patience(**_RETRIES)],
            transport=RequestsTransport(connection_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS),
        )

    def close(self) -> None:
        """Lets go of its connections."""
        self._client.close()

    def pages(
        self, path: str, query: dict[str, str], following: Callable[[HttpResponse, Any], str | None]
    ) -> Iterator[Any]:
        """Every page's JSON, which is an object. `following` finds the next page's address in an answer.

        Of that address path and query count alone: whom we ask is our own decision, at a mirror too.
        Raises NothingThereError for what does not exist, FailedError for what is not answered.
        """
        request = HttpRequest("GET", self.url + path, params=query)
        for _ in range(_MOST_PAGES):
            answer = self._answer(request)
            content = self._object(answer)
            yield content
            link = following(answer, content)
            if not isinstance(link, str) or not link:
                return
            request = HttpRequest("GET", self._ours(path, link))
        raise self._failed(f"has more than {_MOST_PAGES:,} pages at {path}")

    def items(self, content: dict[str, Any], key: str) -> list[dict[str, Any]]:
        """The rows of a page. Raises FailedError where it has none of that name."""
        found = content.get(key)
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise self._failed(f'answers without a list "{key}"')
        return found

    def _ours(self, path: str, link: str) -> str:
        found = urlsplit(link)
        return f"{self.url}{path}?{found.query}"

    def _answer(self, request: HttpRequest) -> HttpResponse:
        path = urlsplit(request.url).path
        try:
            if self._token:
                request.headers["Authorization"] = f"Bearer {self._token()}"
            answer: HttpResponse = self._client.send_request(request)
        except ClientAuthenticationError as error:
            raise self._failed(f"is not asked without a log-in, as by  az login: {_first_line(error)}") from None
        except AzureError as error:
            raise self._failed(f"cannot be reached: {_first_line(error)}") from None
        if answer.status_code == HTTPStatus.NOT_FOUND:
            raise NothingThereError(self._sentence(f"has nothing at {path}"))
        if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise self._failed(f"does not let you read {path} ({answer.status_code})")
        if answer.status_code != HTTPStatus.OK:
            raise self._failed(f"answers {answer.status_code} at {path}")
        return answer

    def _object(self, answer: HttpResponse) -> dict[str, Any]:
        try:
            content = answer.json()
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise self._failed("answers with something else than a JSON object")
        return content

    def _failed(self, why: str) -> FailedError:
        return FailedError(self._sentence(why))

    def _sentence(self, why: str) -> str:
        return (
            f"{self.host} {why}. Nothing was changed. Look at the way there (HTTPS_PROXY, firewall), name a mirror in "
            f"{self._variable}, or leave {self._what} out of --what"
        )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
