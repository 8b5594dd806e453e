"""What surrounds a running stack: logs, cost, and where images come from."""

from typing import Annotated, Literal

from pydantic import Field

from speech.settings.base import Secret, Settings, WhenMissing
from speech.settings.forms import (
    EmailAddress,
    Guid,
    ImageReference,
    KubernetesName,
    RegistryId,
    RegistryPath,
    RegistryServer,
    ServerUrl,
    VaultId,
    WorkspaceId,
)


class Prometheus(Settings):
    """A server that has the metrics of the gateway's proxies, and answers KEDA: scaling by streams asks it."""

    url: Annotated[ServerUrl, WhenMissing("say where KEDA asks, as in  url: http://prometheus.monitoring:9090")]
    """Where KEDA asks it; of an Azure Monitor workspace, its query endpoint."""
    authentication: Literal["none", "bearer", "basic", "azure"] = "none"
    """How KEDA shows who it is: bearer and basic by a Secret, azure by a workload identity."""
    secret: Annotated[KubernetesName | None, Field(examples=["speech-prometheus"])] = None
    """A Secret of the stack's namespace, which is yours: token for bearer, username and password for basic."""
    client_id: Guid | None = None
    """With azure, the identity as which KEDA asks; without one, its own."""


class Monitoring(Settings):
    """Where the account's logs and metrics go."""

    workspace_id: WorkspaceId | None = None
    """A Log Analytics workspace that is there already."""
    create_workspace: bool = False
    """The stack makes a workspace of its own."""
    retention_days: Annotated[int, Field(ge=30, le=730)] = 30
    """How long the stack's own workspace keeps what it gets."""
    prometheus: Prometheus | None = None
    """Who counts streams, for containers that scale by them."""


class Registry(Settings):
    """A registry of your own from which every image is pulled."""

    server: RegistryServer | None = None
    """Its host name."""
    prefix: RegistryPath | None = None
    """What stands between the server and the image's name; one that ends in a hyphen is joined to the name without a
    slash (microsoft/cognitive-services-). Without one, the vendor's own paths."""
    resource_id: RegistryId | None = None
    """An Azure Container Registry in the same subscription: the stack lets its own identity pull from it."""
    username: Annotated[str | None, Field(min_length=1, max_length=200, examples=["puller"])] = None
    """Who pulls, where no identity does."""
    password: Secret | None = None
    """The password of that user."""
    guard_image: ImageReference | None = None
    """The small image that looks for AVX2 before a container starts and watches downloads, where not the vendor's."""
    cache_image: ImageReference | None = None
    """The Redis-compatible cache of diarization, where not the vendor's."""
    pause_image: ImageReference | None = None
    """What does nothing in pods that only hold a place or a volume, where not the vendor's."""


class Vault(Settings):
    """A key vault that is there already, in place of one of the stack's own."""

    resource_id: Annotated[VaultId, WhenMissing("name the vault: az keyvault show --query id")]
    """A vault with role-based access: the stack's keys have names of their own there, their readers roles on these."""


class Budget(Settings):
    """What the stack may cost. A dearer plan is a fault in prod, a warning elsewhere; Azure keeps the same budget."""

    usd_a_month: Annotated[float, Field(gt=0, le=1e9, examples=[20000])]
    """US dollars a month at the peak. Azure reads the number in the currency of the subscription's bill."""
    contact_emails: Annotated[tuple[EmailAddress, ...], Field(max_length=50)] = ()
    """To whom Azure writes when 80 and 100 % are spent; it stops nothing."""
