"""Whether a cluster takes a stack. Everything is read, or tried as a dry run: nothing is changed."""
