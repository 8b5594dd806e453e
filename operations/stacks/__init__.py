"""Stack files written, compared and advanced."""
