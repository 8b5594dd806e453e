"""Texts that Azure and Kubernetes give a form: names, addresses, ids."""

import ipaddress
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from speech.settings.base import Form

PRIVATE_RANGES = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""RFC 1918: what no host on the internet has."""


def _network(given: str) -> str:
    try:
        return str(ipaddress.IPv4Network(given))
    except ValueError:
        raise PydanticCustomError("cidr", '"{given}" {what}', {"given": given, "what": _what_instead(given)}) from None


def _what_instead(given: str) -> str:
    try:
        interface = ipaddress.IPv4Interface(given)
    except ValueError:
        return "is no IPv4 address or range: write one like 203.0.113.0/24"
    return f"is an address inside a range: write {interface.network} or {interface.ip}"


Cidr = Annotated[
    str,
    AfterValidator(_network),
    Field(examples=["203.0.113.0/24"], json_schema_extra={"$comment": "an IPv4 address or range"}),
]
"""An IPv4 range; one address is a range of its own (/32)."""
_BYTE = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
Ipv4Address = Annotated[str, Form(rf"({_BYTE}\.){{3}}{_BYTE}", "an IPv4 address", "168.63.129.16")]
DnsLabel = Annotated[
    str,
    Form(
        "[a-z]([a-z0-9-]{0,38}[a-z0-9])?",
        "up to 40 lower-case letters, digits and hyphens from a letter on",
        "transcribe-en",
    ),
]
HostName = Annotated[
    str,
    Field(max_length=200),
    Form(
        r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+",
        "a domain's name in lower case",
        "speech.contoso.example",
    ),
]
CustomDomain = Annotated[
    str,
    # Azure allows 64 characters; as part of a host's name it has 63 at most.
    Form("[a-z0-9][a-z0-9-]{0,61}[a-z0-9]", "2 to 63 lower-case letters, digits and hyphens", "contoso-speech-weu"),
]
Guid = Annotated[
    str,
    Form("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "an object id", "1f2e3d4c-0000-4000-8000-000000000000"),
]
Semver = Annotated[str, Form(r"[0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9]+)?", "a whole version", "5.1.0")]
KubernetesVersion = Annotated[str, Form(r"1\.[0-9]{2}(\.[0-9]{1,3})?", "a Kubernetes version", "1.35")]
Digest = Annotated[str, Form("sha256:[0-9a-f]{64}", "a digest", f"sha256:{'0' * 64}")]
ImageTag = Annotated[str, Form("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", "an image's tag", "5.1.0-amd64-en-us")]
TimeOfDay = Annotated[str, Form("([01][0-9]|2[0-3]):[0-5][0-9]", "a time of the day", "02:00")]
UtcOffset = Annotated[str, Form("[+-](0[0-9]|1[0-4]):[0-5][0-9]", "an offset from UTC", "+00:00")]
Endpoint = Annotated[
    str,
    Form(
        r"https://[a-z0-9-]+(\.[a-z0-9-]+)+/?",
        "an https:// address without a path",
        "https://contoso-speech.cognitiveservices.azure.com/",
    ),
]
Url = Annotated[
    str,
    Field(max_length=500),
    Form(
        r"https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?/?",
        "an http:// or https:// address",
        "http://proxy:8888",
    ),
]
ServerUrl = Annotated[
    str,
    Field(max_length=500),
    Form(
        r"https?://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?",
        "an http:// or https:// address",
        "http://prometheus.monitoring:9090",
    ),
]
CertificateName = Annotated[
    str, Form("[0-9a-zA-Z-]{1,127}", "the name of a certificate: letters, digits and hyphens", "speech-tls")
]
ChartReference = Annotated[
    str,
    Field(max_length=255),
    Form(
        r"oci://[a-zA-Z0-9][a-zA-Z0-9.:-]*(/[a-z0-9]+([._-]+[a-z0-9]+)*)+|\.{0,2}/[A-Za-z0-9._/-]+",
        "the oci:// address of a chart without its version, or the path of its folder",
        "oci://contoso.azurecr.io/envoyproxy/gateway-helm",
    ),
]
PageUrl = Annotated[
    str,
    Field(max_length=253),
    Form(
        r"https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?",
        "an https:// address",
        "https://login.contoso.example/keys",
    ),
]
KubernetesName = Annotated[
    str,
    Field(max_length=253),
    Form("[a-z0-9]([a-z0-9.-]*[a-z0-9])?", "the name of an object of Kubernetes", "speech-tls"),
]
HeaderName = Annotated[str, Field(max_length=64), Form("[A-Za-z][A-Za-z0-9-]*", "the name of a header", "X-Api-Key")]
ParameterName = Annotated[
    str, Field(max_length=64), Form("[A-Za-z][A-Za-z0-9._-]*", "the name of a parameter of a query", "api-key")
]
HostAndPort = Annotated[
    str,
    Field(max_length=260),
    Form(
        r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?:[0-9]{1,5}", "host and port without a scheme", "redis.speech.svc:6379"
    ),
]
MountPath = Annotated[str, Field(max_length=200), Form(r"(/[A-Za-z0-9._-]+)+", "an absolute path", "/output")]
_GROUP = "/subscriptions/[0-9a-zA-Z-]{1,64}/[rR]esource[gG]roups/[^/]{1,90}/providers"
_EXAMPLE = "/subscriptions/1f2e3d4c-0000-4000-8000-000000000000/resourceGroups/rg/providers"
AccountId = Annotated[
    str,
    Form(
        f"{_GROUP}/Microsoft.CognitiveServices/accounts/[a-zA-Z0-9][a-zA-Z0-9_.-]{{1,63}}",
        "the resource id of a Speech account",
        f"{_EXAMPLE}/Microsoft.CognitiveServices/accounts/contoso-speech",
    ),
]
VaultSecretId = Annotated[
    str,
    Field(max_length=250),
    Form(
        r"https://[a-zA-Z0-9-]{3,24}\.vault\.(azure\.net|usgovcloudapi\.net|azure\.cn)"
        "/secrets/[a-zA-Z0-9-]{1,127}(/[0-9a-f]{32})?",
        "the identifier of a secret in a key vault",
        "https://contoso-vault.vault.azure.net/secrets/speech-key",
    ),
]
ResourceGroupId = Annotated[
    str,
    Form(
        "/subscriptions/[0-9a-zA-Z-]{1,64}/[rR]esource[gG]roups/[^/]{1,90}",
        "the resource id of a resource group",
        _EXAMPLE.removesuffix("/providers"),
    ),
]
ClusterId = Annotated[
    str,
    Form(
        f"{_GROUP}/Microsoft.ContainerService/managedClusters/[a-zA-Z0-9][a-zA-Z0-9_-]{{0,62}}",
        "the resource id of an AKS cluster",
        f"{_EXAMPLE}/Microsoft.ContainerService/managedClusters/contoso-aks",
    ),
]
PrivateZoneId = Annotated[
    str,
    Form(
        f"{_GROUP}/Microsoft.Network/privateDnsZones/privatelink[.][a-z0-9.-]{{1,100}}",
        "the resource id of a private DNS zone",
        f"{_EXAMPLE}/Microsoft.Network/privateDnsZones/privatelink.cognitiveservices.azure.com",
    ),
]
WorkspaceId = Annotated[
    str,
    Form(
        f"{_GROUP}/[mM]icrosoft.[oO]perational[iI]nsights/workspaces/[a-zA-Z0-9-]{{4,63}}",
        "the resource id of a Log Analytics workspace",
        f"{_EXAMPLE}/Microsoft.OperationalInsights/workspaces/contoso-logs",
    ),
]
RegistryId = Annotated[
    str,
    Form(
        f"{_GROUP}/Microsoft.ContainerRegistry/registries/[a-zA-Z0-9]{{5,50}}",
        "the resource id of an Azure Container Registry",
        f"{_EXAMPLE}/Microsoft.ContainerRegistry/registries/contoso",
    ),
]
VaultId = Annotated[
    str,
    Form(
        f"{_GROUP}/Microsoft.KeyVault/vaults/[a-zA-Z0-9-]{{3,24}}",
        "the resource id of a key vault",
        f"{_EXAMPLE}/Microsoft.KeyVault/vaults/contoso",
    ),
]
RegistryServer = Annotated[
    str,
    Field(max_length=200),
    Form(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", "the host of a registry", "contoso.azurecr.io"),
]
RegistryPath = Annotated[
    str,
    Field(max_length=200),
    Form("[a-z0-9]([a-z0-9._/-]*[a-z0-9-])?", "a path in small letters", "azure-cognitive-services/speechservices"),
]
SubnetId = Annotated[
    str,
    Form(
        f"{_GROUP}/Microsoft.Network/virtualNetworks/[^/]{{1,64}}/subnets/[^/]{{1,80}}",
        "the resource id of a subnet",
        f"{_EXAMPLE}/Microsoft.Network/virtualNetworks/vnet/subnets/speech-groups",
    ),
]
EmailAddress = Annotated[
    str,
    Field(max_length=254),
    Form(r"[^@\s,;<>]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+", "an e-mail address", "speech-team@contoso.example"),
]
ImageReference = Annotated[
    str,
    Field(max_length=400),
    Form(
        r"[a-zA-Z0-9][a-zA-Z0-9.:_/-]*(@sha256:[0-9a-f]{64})?",
        "an image with registry and tag",
        "contoso.azurecr.io/library/busybox:1.37",
    ),
]
