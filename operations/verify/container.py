"""Everything that one container, or one replica, is asked."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass
from functools import partial
from itertools import chain

from operations.verify import audio, calls, images
from operations.verify.check import Check, Section, State, failed, passed, warned
from operations.verify.images import Running, UnknownImagesError
from operations.verify.pages import Pages
from operations.verify.reach import Tunnels, reach
from operations.verify.streams import Load, load
from operations.verify.target import Asking, Target
from operations.verify.way import Way

HUM_SECONDS = 2.0
CALL_SECONDS = 30.0
"""The first call of a new container is slow: it compiles for its processor."""
_SLOW = 1.0
_LANGUAGES = ("en-US", "de-DE", "fr-FR", "es-ES")
_MOST_LANGUAGES = 4
"""At-start identification takes no more (Speech SDK)."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a container's verification has beside the container."""

    asking: Asking
    tunnels: Tunnels | None
    running: Callable[[Target], Sequence[Running]]
    """What runs of it. Raises UnknownImagesError."""
    speech: dict[str, "Future[bytes]"]
    """By container that speaks, what it says; empty where it does not."""
    speakers: dict[str, str]
    """By container that listens, one of the stack that speaks its language."""
    languages: tuple[str, ...]
    """Of the stack's recognisers."""
    streams: int
    """At once; 0: none."""
    tell: Callable[[str, str, float | None], None]
    """Takes the container's name, what it waits for and the seconds left."""


def verified(target: Target, around: Around) -> Section:
    """All checks of a target. Ends within the deadlines of its questions."""
    saying = around.speech.get(target.container.name)
    try:
        checks, way = _reached(target, around)
        check, running = _image(target, around)
        checks.append(check)
        # Of one that is alone, and of one whose pods are counted, it is known how many answer.
        pods = (way.pods if way else None) or (running if target.in_cluster else 1)
        found = _asked(target, way, pods, around) if way else iter(())
        loaded: Load | None = None
        for one in found:
            if isinstance(one, Load):
                loaded = one
                checks.append(one.check)
            else:
                checks.append(one)
    finally:
        if saying and not saying.done():
            saying.set_result(b"")
    title = f"{target.container.kind} at {target.authority}"
    table = loaded.table if loaded else ()
    return Section(target.name, title, tuple(checks), table, {"streams": loaded.document} if loaded else {})


def _reached(target: Target, around: Around) -> tuple[list[Check], Way | None]:
    around.tell(target.name, "connecting", None)
    tell = partial(around.tell, target.name)
    found = list(reach(target, around.asking, around.tunnels, tell))
    ways = [one for one in found if isinstance(one, Way)]
    return [one for one in found if isinstance(one, Check)], ways[-1] if ways else None


def _asked(target: Target, way: Way, pods: int | None, around: Around) -> Iterator[Check | Load]:
    with way.address() as address:
        pages = Pages(target, address)
        try:
            ready = pages.ready(
                around.asking.ready_seconds, lambda said, left: around.tell(target.name, f"waits: {said}", left)
            )
            yield ready
            yield from chain(filter(None, [pages.status()]), filter(None, [pages.voice()]))
        finally:
            pages.close()
        if ready.state is not State.PASS:
            yield warned("call", f"not made: {target.ready_path} failed")
            return
        yield from _called(target, address, pods, around)


def _called(target: Target, address: str, pods: int | None, around: Around) -> Iterator[Check | Load]:
    around.tell(target.name, "calling", CALL_SECONDS)
    word, speaker = target.facts.client_call or "", around.speakers.get(target.container.name)
    spoken = b"" if word in calls.SPEAKS else _spoken(speaker, around)
    request = calls.Request(
        address=address,
        locale=target.container.locale,
        voice=target.container.ssml_voice,
        languages=tuple(dict.fromkeys([*around.languages, *_LANGUAGES]))[:_MOST_LANGUAGES],
        samples=spoken or audio.humming(HUM_SECONDS),
        seconds=CALL_SECONDS,
    )
    try:
        answer = calls.CALLS[word](request)
    except calls.CallFailedError as error:
        yield failed("call", str(error), target.logs)
        return
    if saying := around.speech.get(target.container.name):
        saying.set_result(answer.samples)
    yield _answered(word, answer, speaker if spoken else None)
    if around.streams:
        yield load(
            target,
            request,
            around.streams,
            pods,
            lambda said, left: around.tell(target.name, said, left),
        )


def _answered(word: str, answer: calls.Answer, speaker: str | None) -> Check:
    what = "" if word in calls.SPEAKS else f", of what {speaker} said" if speaker else ", of a hum without words"
    said = f"{answer.said}{what}, in {1000 * answer.latency:.0f} ms, real-time factor {answer.real_time_factor:.2f}"
    if speaker and not answer.understood:
        return warned("call", said, f"listen to what {speaker} says, and look whether both have one language")
    if answer.real_time_factor > _SLOW:
        return warned("call", f"{said}: slower than speech", "give it more cpu: speech:containers[].resources.cpu")
    figures = {"latency_seconds": answer.latency, "real_time_factor": answer.real_time_factor}
    return passed("call", said, text=answer.said, **figures)


def _spoken(speaker: str | None, around: Around) -> bytes:
    """What another container of the stack says; nothing where it is too late for that, or says nothing."""
    if speaker is None or speaker not in around.speech:
        return b""
    try:
        return around.speech[speaker].result(around.asking.ready_seconds + CALL_SECONDS)
    except NotYetError:
        return b""


def _image(target: Target, around: Around) -> tuple[Check, int | None]:
    """The check, and how many run, where that is known."""
    try:
        found = around.running(target)
    except UnknownImagesError as error:
        return images.unknown(str(error)), None
    return images.image(target, found), len(found) or None
