"""Makes the most of a process that ends within seconds."""

import atexit
import gc


def leave_garbage() -> None:
    """From now on Python looks for no cycles of garbage, not even when the program has ended.

    The SDKs load a quarter of a million objects that live as long as the program. Python searches all of them again and
    again while more are made, and once more at the end: a third of a preview's time and more (docs/performance.md).
    Memory stays what it was: next to nothing in a program lies in such cycles.
    """
    gc.disable()
    # What is frozen is left alone when the interpreter ends.
    atexit.register(gc.freeze)
