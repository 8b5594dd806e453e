"""The dated facts: containers, image tags, VM sizes, AKS nodes, limits, prices, clouds and egress."""
