"""A double of a Kubernetes API without controllers, and of the node that runs its workloads."""
