"""One Pulumi component a file."""
