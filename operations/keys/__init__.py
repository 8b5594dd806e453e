"""Both keys of a stack's account renewed, never a moment without a valid one."""
