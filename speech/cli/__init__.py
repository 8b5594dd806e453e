"""The `speech` command."""
