"""What a stack of Speech containers is, without Pulumi: facts, settings, capacity, manifests and the command."""
