"""For the person on call: what of a stack runs, what does not, since when, what to do."""
