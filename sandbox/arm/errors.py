"""Azure Resource Manager's errors: one exception, one envelope, and the texts that several services share."""

from collections.abc import Iterable, Mapping
from typing import Any


class ArmError(Exception):
    """A refusal in ARM's words.

    `bare` drops the outer `error` object, as some services (AKS) do. `headers` are added to the answer.
    """

    def __init__(  # noqa: PLR0913 - the parts of the envelope
        self,
        status: int,
        code: str,
        message: str,
        *,
        target: str | None = None,
        details: Iterable[Mapping[str, Any]] = (),
        inner: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        bare: bool = False,
    ) -> None:
        super().__init__(f"({code}) {message}")
        self.status = status
        self.headers = dict(headers or {})
        self.bare = bare
        self.error: dict[str, Any] = {"code": code, "message": message}
        if target:
            self.error["target"] = target
        if inner:
            self.error["innererror"] = dict(inner)
        if details:
            self.error["details"] = [dict(detail) for detail in details]

    @property
    def body(self) -> dict[str, Any]:
        """The JSON document of the answer."""
        return self.error if self.bare else {"error": self.error}


def bad_request(code: str, message: str, target: str | None = None) -> ArmError:
    """400 with a code of the service's own."""
    return ArmError(400, code, message, target=target)


def conflict(code: str, message: str) -> ArmError:
    """409 with a code of the service's own."""
    return ArmError(409, code, message)


def missing_api_version() -> ArmError:
    """No `api-version` in the query."""
    return bad_request(
        "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests."
    )


def invalid_api_version(version: str, supported: Iterable[str]) -> ArmError:
    """An `api-version` that is no date, or none of ARM's own."""
    known = ",".join(sorted(supported, reverse=True))
    text = f"The api-version '{version}' is invalid. The supported versions are '{known}'."
    return bad_request("InvalidApiVersionParameter", text)


def no_registered_provider(type_name: str, version: str, location: str, supported: Iterable[str]) -> ArmError:
    """An `api-version` that the type does not know."""
    return bad_request(
        "NoRegisteredProviderFound",
        f"No registered resource provider found for location '{location}' and API version '{version}' "
        f"for type '{type_name.partition('/')[2]}'. The supported api-versions are '{', '.join(sorted(supported))}'.",
    )


def invalid_resource_type(namespace: str, kind: str, version: str) -> ArmError:
    """A type that the double does not simulate, or that does not exist."""
    return ArmError(
        404,
        "InvalidResourceType",
        f"The resource type '{kind}' could not be found in the namespace '{namespace}' for api version '{version}'. "
        "The sandbox simulates the types listed in docs/sandbox.md.",
    )


def invalid_namespace(namespace: str) -> ArmError:
    """A resource provider that the double does not simulate, or that does not exist."""
    return ArmError(404, "InvalidResourceNamespace", f"The resource namespace '{namespace}' is invalid.")


def subscription_not_found(subscription: str) -> ArmError:
    """A subscription other than the sandbox's own."""
    return ArmError(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")


def group_not_found(group: str) -> ArmError:
    """No such resource group."""
    return ArmError(404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found.")


def resource_not_found(type_name: str, name: str, group: str | None) -> ArmError:
    """No such resource."""
    place = f" under resource group '{group}'" if group else ""
    return ArmError(
        404,
        "ResourceNotFound",
        f"The Resource '{type_name}/{name}'{place} was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    )


def parent_not_found(parent: str) -> ArmError:
    """The resource that the new one is to stand in does not exist."""
    return ArmError(
        404,
        "ParentResourceNotFound",
        f"Can not perform requested operation on nested resource. Parent resource '{parent}' not found.",
    )
