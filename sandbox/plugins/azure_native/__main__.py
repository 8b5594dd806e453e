"""The plugin's process, started by the engine."""

from sandbox.plugins.azure_native.provider import AzureNative
from sandbox.plugins.serving import serve

if __name__ == "__main__":
    serve(AzureNative())
