"""Many stacks in waves: chosen by labels, run by the engine side by side, stopped at the first wave that fails."""
