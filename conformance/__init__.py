"""A real Kubernetes control plane and the real provider, for what the sandbox's stand-ins cannot prove."""
