"""Nodes in a subnet of the user's."""

from tests.components.deployed import deployed
from tests.settings.broken_hosts import SUBNET

THEIRS = [("speech:target.subnet_id", SUBNET)]


def test_the_way_out_is_the_subnets_gateway_or_its_routes() -> None:
    for changes, outbound in (
        (THEIRS, "userAssignedNATGateway"),
        ([*THEIRS, ("speech:target.outbound", "user-defined-routing")], "userDefinedRouting"),
    ):
        cluster = deployed(*changes).named("speech-cluster").inputs
        assert cluster["networkProfile"]["outboundType"] == outbound


def test_the_control_plane_may_change_that_subnet_and_nothing_else() -> None:
    role = deployed(*THEIRS).named("speech-control-plane-network").inputs
    assert role["scope"] == SUBNET


def test_no_address_is_known_from_which_the_nodes_call() -> None:
    found = deployed(*THEIRS, ("speech:target.authorized_ip_ranges", ["203.0.113.0/24"]))
    assert "outbound_ip" not in found.outputs
    assert found.named("speech-cluster").inputs["apiServerAccessProfile"]["authorizedIPRanges"] == ["203.0.113.0/24"]
