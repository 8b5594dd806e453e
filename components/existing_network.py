"""Subnets of the user's, in place of a network of the stack's own."""

from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, slots=True)
class ExistingNetwork:
    """What hosts need of a network that was there before the stack: nothing in it is made or changed."""

    network_id: pulumi.Output[str]
    subnet_id: pulumi.Output[str]
    endpoints_subnet_id: pulumi.Output[str] | None
    """Where private endpoints get their addresses."""


def existing_network(subnet_id: str, endpoints_subnet_id: str | None) -> ExistingNetwork:
    """By the ids of its subnets."""
    # <network>/subnets/<name>
    network, _, _ = subnet_id.rpartition("/subnets/")
    endpoints = pulumi.Output.from_input(endpoints_subnet_id) if endpoints_subnet_id else None
    return ExistingNetwork(pulumi.Output.from_input(network), pulumi.Output.from_input(subnet_id), endpoints)
