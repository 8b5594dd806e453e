"""Who reaches the containers, and by which names."""

from typing import Annotated, Literal

from pydantic import Field

from speech.settings.base import Settings, WhenMissing
from speech.settings.forms import (
    CertificateName,
    ChartReference,
    Cidr,
    HeaderName,
    HostName,
    KubernetesName,
    PageUrl,
    ParameterName,
    PrivateZoneId,
    SubnetId,
    VaultId,
)


class Jwt(Settings):
    """Tokens that an identity provider signs for callers."""

    issuer: Annotated[PageUrl, WhenMissing("write who signs the tokens, as in  issuer: https://login.contoso.example")]
    """Who signs them, as their claim iss has it."""
    jwks_url: Annotated[PageUrl, WhenMissing("write where the gateway finds the issuer's keys, as in  jwks_url: ...")]
    """Where the gateway finds the issuer's public keys."""
    audiences: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=253)], ...],
        Field(max_length=8, examples=[["speech"]]),
    ] = ()
    """For whom they are: one of these must be in the claim aud; none: not looked at."""
    query_parameter: ParameterName = "access_token"
    """Where a caller puts the token that sets no header Authorization: not each Speech SDK can."""


class ApiKeys(Settings):
    """Keys that callers show, one each."""

    secret: Annotated[KubernetesName, WhenMissing("name the Secret with a key a caller, as in  secret: speech-callers")]
    """A Secret of the stack's namespace, which is yours: by the name of a caller, that caller's key."""
    header: HeaderName = "X-Api-Key"
    """Where a caller puts the key."""
    query_parameter: ParameterName = "api-key"
    """Where a caller puts the key that sets no headers: not each Speech SDK can."""


class Clients(Settings):
    """Who may call: the containers themselves ask nobody for a password. All but cidrs needs a gateway with TLS."""

    cidrs: tuple[Cidr, ...] = ()
    """Addresses of the callers, for the exposures internal and public."""
    certificate_authority: Annotated[KubernetesName | None, Field(examples=["speech-callers-ca"])] = None
    """A Secret of the stack's namespace, which is yours: its ca.crt signs the certificates that callers show."""
    jwt: Jwt | None = None
    """Tokens of an identity provider."""
    api_keys: ApiKeys | None = None
    """Keys of the callers."""

    @property
    def proven(self) -> bool:
        """Whether callers prove who they are, beyond where they are."""
        return bool(self.certificate_authority or self.jwt or self.api_keys)


class GatewayTls(Settings):
    """Where the gateway's certificate is, for *.<domain>."""

    secret: Annotated[KubernetesName | None, Field(examples=["speech-tls"])] = None
    """A Secret of type kubernetes.io/tls in the stack's namespace, which is yours: cert-manager can keep one there."""
    vault_certificate: CertificateName | None = None
    """On aks, the name of a certificate in a key vault, the stack's own or that of vault_id: its renewals follow."""
    vault_id: VaultId | None = None
    """The vault of that certificate, where not the stack's own."""


class Gateway(Settings):
    """A gateway of the Gateway API before the containers of a cluster, by host name."""

    class_name: Annotated[
        KubernetesName,
        Field(examples=["envoy"]),
        WhenMissing("name a GatewayClass that the cluster has, as in  class_name: envoy"),
    ]
    """The GatewayClass that serves it: one that the cluster has, or that install makes."""
    install: Annotated[Literal["envoy"] | None, Field(examples=["envoy"])] = None
    """Install Envoy Gateway, too, by its chart: its definitions are then this stack's, for the whole cluster."""
    chart: ChartReference | None = None
    """Where the chart of what is installed lies, where not with its maker."""
    policies: Literal["envoy-gateway", "none"] = "envoy-gateway"
    """Whose policies go with it: those of Envoy Gateway (1.8.1 or newer), or none for the class of another, such as
    approuting-istio and istio of AKS: then time-outs, balancing and limits are its own."""
    pods_namespace: Annotated[KubernetesName | None, Field(examples=["envoy-gateway-system"])] = None
    """Where the gateway's own pods run. Without it, envoy-gateway-system, or beside the containers with policies: none
    and the class of another."""
    tls: GatewayTls | None = None
    """Its certificate; without one, audio and text are in clear up to the gateway, too."""


class PrivateZones(Settings):
    """Private DNS zones that are there already, as in a hub: linked to the network, and kept by their owner."""

    account: Annotated[PrivateZoneId, WhenMissing("the zone of Speech accounts, privatelink.cognitiveservices...")]
    """Where the account's private address is written."""
    vault: Annotated[PrivateZoneId, WhenMissing("the zone of key vaults, privatelink.vaultcore...")]
    """Where the vault's private address is written."""


class Network(Settings):
    """Exposure of the containers, and the one number behind time-outs, drains and grace periods."""

    address_space: Annotated[Cidr, Field(examples=["10.90.0.0/16"])] = "10.80.0.0/16"
    """Addresses of the stack's own virtual network, a /16 to a /20."""
    exposure: Literal["cluster", "internal", "public"] = "cluster"
    """Who can call: pods of the cluster, its network and what is joined to it, or the internet. On kubernetes the last
    two are load balancers of that cluster, on container-instances a subnet or public addresses."""
    endpoints_subnet_id: SubnetId | None = None
    """A subnet of yours for the private endpoints of account and vault; needed where nodes are in a subnet of yours."""
    private_zones: PrivateZones | None = None
    """Private DNS zones of yours; without them the stack makes its own and links them to the network."""
    domain: HostName | None = None
    """Hosts are <container>.<domain>, those of a gateway or an Ingress too; without one, addresses."""
    clients: Clients = Clients()
    """Who may call."""
    gateway: Gateway | None = None
    """A gateway before the containers of a cluster: one address, TLS, and rules for callers."""
    longest_stream_minutes: Annotated[int, Field(ge=1, le=720)] = 60
    """A pod that goes waits this long for its streams."""
