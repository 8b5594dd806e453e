"""The simulated resource providers, one module each."""

from sandbox.arm.providers import resources

PROVIDERS = (resources.PROVIDER,)
