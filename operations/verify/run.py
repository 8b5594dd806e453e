"""All containers of a stack at once; what came of it in the order of the stack file."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from operations.verify import calls
from operations.verify.check import Section
from operations.verify.container import Around, verified
from operations.verify.images import Running
from operations.verify.progress import Progress
from operations.verify.reach import Tunnels
from operations.verify.target import Asking, Target


def run(
    found: Sequence[Target],
    asking: Asking,
    tunnels: Tunnels | None,
    running: Callable[[Target], Sequence[Running]],
    streams: int,
    progress: Progress,
) -> list[Section]:
    """Verifies every target. With streams, one after another: they would load what the next one measures."""
    around = Around(
        asking=asking,
        tunnels=tunnels,
        running=running,
        speech={each.container.name: Future() for each in found if each.facts.client_call in calls.SPEAKS},
        speakers=speakers(found),
        languages=tuple(dict.fromkeys(one.container.locale for one in found if _listens(one) and one.container.locale)),
        streams=streams,
        tell=progress.tell,
    )

    def one(target: Target) -> Section:
        try:
            return verified(target, around)
        finally:
            progress.done(target.name)

    if streams:
        # Who speaks comes first, or its listener would wait for it in vain.
        order = sorted(found, key=lambda each: each.facts.client_call not in calls.SPEAKS)
        sections = {each.name: one(each) for each in order}
        return [sections[each.name] for each in found]
    begun = [_begun(one, each) for each in found]
    return [each.result() for each in begun]


def _begun(work: Callable[[Target], Section], target: Target) -> "Future[Section]":
    """In a thread that keeps nobody who interrupts the command."""
    future: Future[Section] = Future()

    def run() -> None:
        try:
            future.set_result(work(target))
        except BaseException as error:  # noqa: BLE001  # the caller's to raise
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def speakers(found: Sequence[Target]) -> dict[str, str]:
    """By container that listens, the first of the stack that speaks its language; any for one that names languages."""
    by_language = {
        _language(each.container.locale): each.container.name
        for each in reversed(found)
        if each.facts.client_call in calls.SPEAKS
    }
    anybody = next(reversed(by_language.values()), None)
    chosen = {
        each.container.name: by_language.get(_language(each.container.locale)) if each.container.locale else anybody
        for each in found
        if _listens(each)
    }
    return {name: speaker for name, speaker in chosen.items() if speaker}


def _listens(target: Target) -> bool:
    return target.facts.client_call not in calls.SPEAKS


def _language(locale: str | None) -> str:
    return (locale or "").partition("-")[0].lower()
