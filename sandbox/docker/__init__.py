"""A stand-in for the `docker` command: each container is a local process of the container double."""
