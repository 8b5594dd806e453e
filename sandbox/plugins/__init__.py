"""Stand-ins for resource plugins, started by the real engine."""
