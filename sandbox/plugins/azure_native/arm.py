"""Azure Resource Manager, and a vault's secrets, on the wire."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.pipeline import PipelineResponse
from azure.core.rest import HttpRequest
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.polling.arm_polling import ARMPolling

from sandbox.plugins.azure_native import waiting
from sandbox.plugins.azure_native.access import Access, is_loopback
from sandbox.plugins.azure_native.errors import ArmFailureError, StoppedError

_POLL_SECONDS = 1.0
"""Between two polls where the answer has no Retry-After; the real plugin waits 10 s, and 30 s for a deletion."""
_VAULT_VERSION = "7.4"
_RECOVERY_TRIES, _RECOVERY_SECONDS = 180, 1.0
_OK, _ACCEPTED, _MULTIPLE, _NOT_FOUND, _CONFLICT = 200, 202, 300, 404, 409


class Arm:
    """Resources by id. All waits heed `waiting.limited`."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def get(self, resource_id: str, version: str) -> dict[str, Any] | None:
        """The resource, or None where there is none."""
        answer = self._send("GET", resource_id, version)
        if _status(answer) == _NOT_FOUND:
            return None
        return _document(_checked(answer))

    def call(self, method: str, path: str, version: str, query: dict[str, str] | None = None) -> dict[str, Any]:
        """The answer of a function."""
        body: dict[str, Any] | None = {} if method == "POST" else None
        return _document(_checked(self._send(method, path, version, body, query)))

    def write(
        self, method: str, resource_id: str, version: str, body: dict[str, Any], *, polls: bool
    ) -> dict[str, Any]:
        """PUT or PATCH, awaited. Raises ArmFailureError and StoppedError; the former knows whether ARM had accepted."""
        answer = _checked(self._send(method, resource_id, version, body))
        if not polls and _status(answer) != _ACCEPTED:
            return _document(answer)
        try:
            return self._await(answer)
        except StoppedError as stopped:
            raise ArmFailureError(str(stopped), accepted=True) from stopped

    def delete(self, resource_id: str, version: str) -> None:
        """DELETE, awaited. What is not there is deleted."""
        answer = self._send("DELETE", resource_id, version)
        if _status(answer) == _NOT_FOUND:
            return
        try:
            self._await(_checked(answer))
        except ArmFailureError as failure:
            if failure.status != _NOT_FOUND:
                raise

    def delete_secret(self, vault: str, secret: str) -> None:
        """Delete through the vault's data plane, as the real plugin does."""
        answer = self._vault("DELETE", vault, f"/secrets/{quote(secret)}")
        if _status(answer) != _NOT_FOUND:
            _checked(answer)

    def write_secret(
        self, resource_id: str, version: str, body: dict[str, Any], vault: str, secret: str
    ) -> dict[str, Any]:
        """PUT a secret; where a deleted one holds the name, recover that through the data plane and write again."""
        for _ in range(_RECOVERY_TRIES):
            answer = self._send("PUT", resource_id, version, body)
            if _status(answer) != _CONFLICT:
                return _document(_checked(answer))
            if _status(self._vault("POST", vault, f"/deletedsecrets/{quote(secret)}/recover")) == _NOT_FOUND:
                break  # no deleted secret holds the name: the conflict is another one
            waiting.pause(_RECOVERY_SECONDS)
        return _document(_checked(answer))

    def _send(
        self,
        method: str,
        path: str,
        version: str,
        body: dict[str, Any] | None = None,
        query: dict[str, str] | None = None,
    ) -> "PipelineResponse[Any, Any]":
        url = f"{self._access.cloud.resource_manager}{path}?{urlencode({'api-version': version, **(query or {})})}"
        return _run(self._access.arm, HttpRequest(method, url, json=body))

    def _vault(self, method: str, vault: str, path: str) -> "PipelineResponse[Any, Any]":
        cloud = self._access.cloud
        host = f"{vault}.{cloud.vault_suffix}"
        # A double on loopback serves its vaults itself: their names must never be looked up on the internet.
        base = cloud.resource_manager if is_loopback(cloud.resource_manager) else f"https://{host}"
        request = HttpRequest(method, f"{base}{path}?api-version={_VAULT_VERSION}", headers={"Host": host})
        return _run(self._access.vaults, request)

    def _await(self, answer: "PipelineResponse[Any, Any]") -> dict[str, Any]:
        polling = ARMPolling(timeout=_POLL_SECONDS, read_timeout=waiting.answer_seconds())
        try:
            polling.initialize(self._access.arm, answer, _document)
            polling.run()
            return dict(polling.resource() or {})
        except HttpResponseError as error:
            raise _failure(error.response, accepted=True) from error
        except AzureError as error:
            raise ArmFailureError(str(error), accepted=True) from error


def _run(client: "ARMPipelineClient[Any, Any]", request: HttpRequest) -> "PipelineResponse[Any, Any]":
    try:
        answer: PipelineResponse[Any, Any] = client.send_request(
            request, _return_pipeline_response=True, read_timeout=waiting.answer_seconds()
        )
    except AzureError as error:
        raise ArmFailureError(f"{request.method} {request.url}: {error}") from error
    return answer


def _status(answer: "PipelineResponse[Any, Any]") -> int:
    return int(answer.http_response.status_code)


def _checked(answer: "PipelineResponse[Any, Any]") -> "PipelineResponse[Any, Any]":
    if not _OK <= _status(answer) < _MULTIPLE:
        raise _failure(answer.http_response, accepted=False)
    return answer


def _document(answer: "PipelineResponse[Any, Any]") -> dict[str, Any]:
    text = answer.http_response.text()
    document = json.loads(text) if text else {}
    return document if isinstance(document, dict) else {"value": document}


def _failure(response: Any, *, accepted: bool) -> ArmFailureError:  # noqa: ANN401 - azure-core's response
    """The error in the words of the real plugin's logs. Some services leave out the outer `error`."""
    status = int(response.status_code)
    try:
        document = json.loads(response.text())
        error = document.get("error") or document
        parts = {"Code": error.get("code"), "Message": error.get("message"), "Target": error.get("target")}
        # Where the resource itself was polled there is no error object, but a state.
        state = (document.get("properties") or {}).get("provisioningState") or document.get("status")
    except (ValueError, AttributeError):
        parts, state = {"Message": response.text()[:500]}, None
    text = " ".join(f'{name}="{value}"' for name, value in parts.items() if value) or f'Code="{state}"'
    return ArmFailureError(text if accepted else f"Status={status} {text}", status, accepted=accepted)
