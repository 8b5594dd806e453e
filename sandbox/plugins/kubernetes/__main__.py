"""The plugin's process, started by the engine."""

from sandbox.plugins.kubernetes.provider import Kubernetes
from sandbox.plugins.serving import serve

if __name__ == "__main__":
    serve(Kubernetes())
