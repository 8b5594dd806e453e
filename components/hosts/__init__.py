"""Where containers run: one host a kind of target."""
