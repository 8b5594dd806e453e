"""A double of Azure Resource Manager."""
