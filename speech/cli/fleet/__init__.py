"""`speech fleet`: many stacks in waves."""
