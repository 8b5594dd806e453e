"""Who may call: the cloud's metadata document, the token endpoint and the check of bearer tokens."""

import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.arm.errors import ArmError
from sandbox.arm.model import World
from sandbox.home import ADMIN_GROUP_ID

_TOKEN_SECONDS = 3599
_ARM_AUDIENCES = ("https://management.azure.com", "https://management.core.windows.net")
VAULT_AUDIENCE = "https://vault.azure.net"
AKS_AUDIENCE = "6dae42f8-4368-4678-94ff-3960e28e3630"
"""The server application of every AKS cluster with Entra (kubelogin's documentation)."""


class Login:
    """The identity platform's part of the double, for the one service principal of the sandbox."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._audiences = (world.url, *_ARM_AUDIENCES)

    @property
    def routes(self) -> list[Route]:
        """Endpoints that need no token."""
        return [
            Route("/metadata/endpoints", self.metadata),
            Route("/common/discovery/instance", self.instance_discovery),
            Route("/{tenant}/v2.0/.well-known/openid-configuration", self.openid_configuration),
            Route("/{tenant}/.well-known/openid-configuration", self.openid_configuration),
            Route("/{tenant}/discovery/v2.0/keys", self.keys),
            Route("/{tenant}/oauth2/v2.0/token", self.token, methods=["POST"]),
            Route("/{tenant}/oauth2/token", self.token, methods=["POST"]),
        ]

    async def metadata(self, request: Request) -> Response:
        """The cloud's endpoints: an array of clouds for the versions from 2019 to 2021, one object for the others."""
        version = request.query_params.get("api-version", "2015-01-01")
        url = self._world.url
        cloud: dict[str, Any] = {
            "name": "speech-sandbox",
            "portal": f"{url}/sandbox/portal",
            "authentication": {
                "loginEndpoint": f"{url}/",
                "audiences": [url, *_ARM_AUDIENCES],
                "tenant": "common",
                "identityProvider": "AAD",
            },
            "resourceManager": url,
            "graph": f"{url}/",
            "microsoftGraphResourceId": "https://graph.microsoft.com/",
            "graphAudience": "https://graph.microsoft.com/",
            "media": "https://rest.media.azure.net",
            "batch": "https://batch.core.windows.net/",
            "sqlManagement": "https://management.core.windows.net:8443/",
            "vmImageAliasDoc": f"{url}/sandbox/aliases.json",
            "activeDirectoryDataLake": "https://datalake.azure.net/",
            "ossrdbmsResourceId": "https://ossrdbms-aad.database.windows.net",
            "appInsightsResourceId": "https://api.applicationinsights.io",
            "logAnalyticsResourceId": "https://api.loganalytics.io",
            "suffixes": {
                "keyVaultDns": "vault.azure.net",
                "storage": "core.windows.net",
                "acrLoginServer": "azurecr.io",
                "sqlServerHostname": "database.windows.net",
                "mhsmDns": "managedhsm.azure.net",
            },
        }
        if version == "2015-01-01":
            return JSONResponse(
                {
                    "galleryEndpoint": f"{url}/",
                    "graphEndpoint": f"{url}/",
                    "portalEndpoint": f"{url}/sandbox/portal",
                    "authentication": {"loginEndpoint": f"{url}/", "audiences": [url, *_ARM_AUDIENCES]},
                }
            )
        return JSONResponse([cloud] if version[:4] in {"2019", "2020", "2021"} else cloud)

    async def instance_discovery(self, request: Request) -> Response:
        """Tells clients that look for it that this authority is its own."""
        tenant = self._world.who.tenant_id
        del request
        return JSONResponse(
            {"tenant_discovery_endpoint": f"{self._world.url}/{tenant}/v2.0/.well-known/openid-configuration"}
        )

    async def openid_configuration(self, request: Request) -> Response:
        """Where tokens are had."""
        tenant, url = request.path_params["tenant"], self._world.url
        if tenant.lower() not in {self._world.who.tenant_id, "common", "organizations"}:
            return _refused(400, "invalid_tenant", 90002, f"Tenant '{tenant}' not found.")
        return JSONResponse(
            {
                "issuer": f"{url}/{tenant}/v2.0",
                "authorization_endpoint": f"{url}/{tenant}/oauth2/v2.0/authorize",
                "token_endpoint": f"{url}/{tenant}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{url}/{tenant}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{url}/{tenant}/discovery/v2.0/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "response_types_supported": ["code", "id_token", "token"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "tenant_region_scope": "EU",
            }
        )

    async def keys(self, request: Request) -> Response:
        """No public keys: the double signs with a secret of its own, and only it checks its tokens."""
        del request
        return JSONResponse({"keys": []})

    async def token(self, request: Request) -> Response:
        """A token for the service principal, by client id and secret."""
        form, who = dict(parse_qsl((await request.body()).decode())), self._world.who
        if request.path_params["tenant"].lower() != who.tenant_id:
            return _refused(400, "invalid_request", 90002, f"Tenant '{request.path_params['tenant']}' not found.")
        if form.get("grant_type") != "client_credentials":
            return _refused(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        if form.get("client_id") != who.client_id:
            text = f"Application with identifier '{form.get('client_id')}' was not found in the directory."
            return _refused(400, "unauthorized_client", 700016, text)
        if form.get("client_secret") != who.client_secret:
            text = f"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value for app '{who.client_id}'."  # noqa: E501
            return _refused(401, "invalid_client", 7000215, text)
        audience = (form.get("scope") or form.get("resource") or self._world.url).removesuffix("/.default")
        return JSONResponse(
            {
                "token_type": "Bearer",
                "expires_in": _TOKEN_SECONDS,
                "ext_expires_in": _TOKEN_SECONDS,
                "access_token": self.access_token(audience),
            }
        )

    def access_token(self, audience: str) -> str:
        """A signed token of the service principal, good for an hour of real time."""
        who, now = self._world.who, int(time.time())
        claims = {
            "aud": audience,
            "iss": f"{self._world.url}/{who.tenant_id}/",
            "iat": now,
            "nbf": now,
            "exp": now + _TOKEN_SECONDS,
            "appid": who.client_id,
            "appidacr": "1",
            "groups": self._world.store.setting("groups", [ADMIN_GROUP_ID]),
            "idtyp": "app",
            "oid": who.object_id,
            "sub": who.object_id,
            "tid": who.tenant_id,
            "uti": uuid.uuid4().hex,
            "ver": "1.0",
        }
        return jwt.encode(claims, self._signing_key, algorithm="HS256")

    def arm_caller(self, request: Request) -> Mapping[str, Any]:
        """The claims of a request to Resource Manager. Raises ArmError 401."""
        return self._caller(request, self._audiences)

    def vault_caller(self, request: Request) -> Mapping[str, Any]:
        """The claims of a request to a vault. Raises ArmError 401."""
        return self._caller(request, (VAULT_AUDIENCE,))

    def cluster_caller(self, token: str) -> Mapping[str, Any]:
        """The claims of a token for the API of an AKS cluster. Raises ArmError 401."""
        return self._claims(token, (AKS_AUDIENCE,))

    def _caller(self, request: Request, audiences: tuple[str, ...]) -> Mapping[str, Any]:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not token or scheme.lower() != "bearer":
            raise self._unauthorised(
                "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."
            )
        return self._claims(token, audiences)

    def _claims(self, token: str, audiences: tuple[str, ...]) -> Mapping[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._signing_key, algorithms=["HS256"], options={"verify_aud": False}
            )
        except jwt.ExpiredSignatureError as expired:
            raise self._unauthorised(
                "ExpiredAuthenticationToken", "The access token expiry UTC time is in the past."
            ) from expired
        except jwt.InvalidTokenError as invalid:
            raise self._unauthorised("InvalidAuthenticationToken", "The access token is invalid.") from invalid
        if claims["aud"].rstrip("/") not in audiences:
            text = f"The access token has been obtained for wrong audience or resource '{claims['aud']}'. It should exactly match with one of the allowed audiences {', '.join(audiences)}."  # noqa: E501
            raise self._unauthorised("InvalidAuthenticationTokenAudience", text)
        return claims

    def _unauthorised(self, code: str, message: str) -> ArmError:
        authority = f"{self._world.url}/{self._world.who.tenant_id}"
        challenge = (
            f'Bearer authorization_uri="{authority}", authorization="{authority}", '
            f'resource="{VAULT_AUDIENCE}", error="invalid_token"'
        )
        return ArmError(401, code, message, headers={"WWW-Authenticate": challenge})

    @property
    def _signing_key(self) -> str:
        return self._world.who.client_secret


def _refused(status: int, error: str, number: int, text: str) -> JSONResponse:
    """The token endpoint's error document."""
    return JSONResponse(
        {
            "error": error,
            "error_description": f"AADSTS{number}: {text} Trace ID: {uuid.uuid4()} Correlation ID: {uuid.uuid4()}",
            "error_codes": [number],
            "trace_id": str(uuid.uuid4()),
            "correlation_id": str(uuid.uuid4()),
        },
        status_code=status,
    )
