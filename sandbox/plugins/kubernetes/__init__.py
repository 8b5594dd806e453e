"""A stand-in for pulumi-resource-kubernetes, for the clusters of the sandbox."""
