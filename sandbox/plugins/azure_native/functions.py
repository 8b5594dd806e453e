"""Functions: `get...` and `list...` through ARM, and two about the caller."""

from typing import Any

from sandbox.plugins.azure_native import schema
from sandbox.plugins.azure_native.access import Access
from sandbox.plugins.azure_native.arm import Arm
from sandbox.plugins.azure_native.errors import ArmFailureError, NotServedError
from sandbox.plugins.azure_native.shape import Shape
from sandbox.plugins.azure_native.table import FUNCTIONS, ROWS, format_path
from sandbox.plugins.serving import UNKNOWN


def invoke(token: str, arguments: dict[str, Any], access: Access, arm: Arm) -> dict[str, Any]:
    """The function's result, in clear as the real plugin gives it. Raises NotServedError for one without a row."""
    name = token.removeprefix("azure-native:")
    if name == "authorization:getClientConfig":
        return _client_config(access)
    if name == "authorization:getClientToken":
        return {"token": access.token(arguments.get("endpoint") or access.cloud.audience)}
    if name not in FUNCTIONS:
        raise NotServedError(f"the sandbox's stand-in does not serve {token}: its table has no row for it")
    function, described = FUNCTIONS[name], schema.load(name)
    if any(value is UNKNOWN for value in arguments.values()):
        return dict.fromkeys(described["outputs"]["properties"], UNKNOWN)
    try:
        path = format_path(function.path, access.settings.subscription, arguments)
    except KeyError as missing:
        raise ArmFailureError(f"{token}: missing required argument '{missing.args[0]}'") from missing
    query = {wire: str(arguments[argument]) for argument, wire in function.query if arguments.get(argument)}
    try:
        answer = arm.call(function.method, path, described["version"], query)
    except ArmFailureError as failure:
        raise ArmFailureError(f"request failed {path}: {failure}", failure.status) from failure
    module, _, short = name.partition(":")
    row = ROWS.get(f"{module}:{short.removeprefix('get')}")
    shape = Shape(module, short.removeprefix("get") if row else "", described, row.inside if row else ())
    own = {"azureApiVersion": described["version"]} if row else {}
    return {**shape.outputs(answer), **own}


def _client_config(access: Access) -> dict[str, Any]:
    import jwt  # noqa: PLC0415 - 50 ms that only this function needs

    claims = jwt.decode(access.token(access.cloud.audience), options={"verify_signature": False})
    return {
        "clientId": claims.get("appid", access.settings.get("clientId", "ARM_CLIENT_ID")),
        "objectId": claims.get("oid", ""),
        "subscriptionId": access.settings.subscription,
        "tenantId": claims.get("tid", access.settings.get("tenantId", "ARM_TENANT_ID")),
    }
