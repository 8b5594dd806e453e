"""Makes the most of a process that ends within seconds."""

import atexit
import gc


def leave_garbage() -> None:
    """From now on Python looks for no garbage in cycles, not even when the program has ended.

    The SDKs load a quarter of a million objects that live as long as the program. Python searches them again and again
    while they are loaded, and once more at the end: a third of a preview's time (docs/performance.md). Memory grows
    a little instead.
    """
    gc.disable()
    # What is frozen is left alone when the interpreter ends.
    atexit.register(gc.freeze)
