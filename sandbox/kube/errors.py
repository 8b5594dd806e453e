"""The API server's refusals: an exception that carries a Status object."""

from collections.abc import Iterable

from sandbox.kube.kinds import Document, Kind


class ApiError(Exception):
    """A request that fails, in the words of a real API server."""

    def __init__(self, code: int, reason: str, message: str, details: Document | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status: Document = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": reason,
            "details": details or {},
            "code": code,
        }


def not_found(kind: Kind, name: str) -> ApiError:
    """404: the object is not there."""
    return ApiError(404, "NotFound", f'{kind.resource} "{name}" not found', _details(kind, name))


def no_such_resource() -> ApiError:
    """404: the server serves no such kind at all."""
    return ApiError(404, "NotFound", "the server could not find the requested resource")


def already_exists(kind: Kind, name: str) -> ApiError:
    """409: the name is taken."""
    return ApiError(409, "AlreadyExists", f'{kind.resource} "{name}" already exists', _details(kind, name))


def modified(kind: Kind, name: str) -> ApiError:
    """409: the resourceVersion sent is not the stored one."""
    message = (
        f'Operation cannot be fulfilled on {kind.resource} "{name}": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )
    return ApiError(409, "Conflict", message, _details(kind, name))


def forbidden(kind: Kind, name: str, why: str) -> ApiError:
    """403: an admission plugin says no."""
    return ApiError(403, "Forbidden", f'{kind.resource} "{name}" is forbidden: {why}', _details(kind, name))


def bad_request(message: str) -> ApiError:
    """400: the request cannot be read."""
    return ApiError(400, "BadRequest", message)


def not_handled(kind: Kind, problem: str) -> ApiError:
    """400: the body is no object of the kind."""
    return bad_request(f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}: {problem}')


def invalid(kind: Kind, name: str, causes: Iterable[tuple[str, str]]) -> ApiError:
    """422: each cause a field and what is wrong with it."""
    listed = list(causes)
    texts = [f"{field}: {problem}" for field, problem in listed]
    shown = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    singular = f"{kind.name}.{kind.group}" if kind.group else kind.name
    details = _details(kind, name) | {"causes": [{"field": field, "message": problem} for field, problem in listed]}
    return ApiError(422, "Invalid", f'{singular} "{name}" is invalid: {shown}', details)


def _details(kind: Kind, name: str) -> Document:
    return {"name": name, "group": kind.group, "kind": kind.plural}
