"""Demand to pods, pods to nodes, nodes to cost: pure."""
