"""The simulated resource providers, one module each."""

from sandbox.arm.providers import (
    authorization,
    cognitive_services,
    compute,
    container_service,
    identity,
    key_vault,
    network,
    resources,
)

PROVIDERS = (
    resources.PROVIDER,
    cognitive_services.PROVIDER,
    key_vault.PROVIDER,
    identity.PROVIDER,
    authorization.PROVIDER,
    network.PROVIDER,
    container_service.PROVIDER,
    compute.PROVIDER,
)
