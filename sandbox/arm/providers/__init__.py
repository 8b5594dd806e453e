"""The simulated resource providers, one module each."""

from sandbox.arm.providers import (
    authorization,
    cognitive_services,
    compute,
    consumption,
    container_instances,
    container_registry,
    container_service,
    identity,
    key_vault,
    monitor,
    network,
    operational_insights,
    private_dns,
    private_endpoints,
    resources,
    storage,
)

PROVIDERS = (
    resources.PROVIDER,
    cognitive_services.PROVIDER,
    key_vault.PROVIDER,
    identity.PROVIDER,
    authorization.PROVIDER,
    network.PROVIDER,
    private_dns.PROVIDER,
    private_endpoints.PROVIDER,
    monitor.PROVIDER,
    operational_insights.PROVIDER,
    container_service.PROVIDER,
    compute.PROVIDER,
    storage.PROVIDER,
    container_registry.PROVIDER,
    consumption.PROVIDER,
    container_instances.PROVIDER,
)
