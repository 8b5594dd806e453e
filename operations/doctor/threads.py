"""Work beside each other that nobody waits for when the process ends."""

from collections.abc import Callable, Iterable
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_AT_ONCE = 8


def in_background(work: Callable[[], object]) -> None:
    """In a thread that ends with the process: one that hangs in a call holds nothing up."""
    Thread(target=work, daemon=True).start()


def each(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """The results in the order of the items, eight at work at once. Raises what the first of them raised."""
    wanted, places = list(items), Semaphore(_AT_ONCE)
    answers: SimpleQueue[tuple[int, Result | Exception]] = SimpleQueue()

    def do(number: int, item: Item) -> None:
        with places:
            try:
                answers.put((number, work(item)))
            except Exception as error:  # noqa: BLE001  # raised below, in the thread that asked
                answers.put((number, error))

    for number, item in enumerate(wanted):
        in_background(lambda number=number, item=item: do(number, item))  # type: ignore[misc]
    found = dict(answers.get() for _ in wanted)
    for result in found.values():
        if isinstance(result, Exception):
            raise result
    return [result for _, result in sorted(found.items()) if not isinstance(result, Exception)]
