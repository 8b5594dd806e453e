"""Runs the containers of container groups as local processes."""
