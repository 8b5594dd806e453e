"""What a turn of speech to text gets from elsewhere: speakers by the cache, sentiment by the Language service."""

import logging
from collections.abc import Sequence

from sandbox.speech.asked import Asked
from sandbox.speech.cache import CacheError, ask
from sandbox.speech.container import SpeechContainer
from sandbox.speech.sentiment import Scores

SPEAKERS = {"identity": ("Customer", "Agent"), "anonymous": ("Speaker 1", "Speaker 2")}
"""By mode, in the words of the how-to page of 2022-01."""

_KEPT_SECONDS = str(4 * 3600)
"""What the cache keeps (the page on the diarization cache, 2026-09)."""

_TEXT = "Simulated transcription."
_log = logging.getLogger("Microsoft.CloudAI.Containers.Speech.Recognition")


async def speakers(container: SpeechContainer, asked: Asked, turn: str) -> Sequence[str]:
    """Labels that phrases get in turn; none where the client asks for none, or where the cache is missing."""
    labels = SPEAKERS.get(asked.speaker_mode, ())
    if not labels or not container.settings.needs_cache:
        return labels
    cache = container.settings.cache
    if not cache:
        _log.error("Speakers are not told apart: from 5.1.0 on it needs InClusterRedisCacheEnabled=true and a cache.")
        return ()
    key = f"diarization:{asked.session or turn}"
    try:
        await ask(container.network.names, cache, "SET", key, asked.speaker_mode, "EX", _KEPT_SECONDS)
        kept = await ask(container.network.names, cache, "GET", key)
    except CacheError as error:
        _log.error("Speakers are not told apart: cache connection error, %s", error)
        return ()
    return SPEAKERS[kept.decode()] if kept else ()


async def look_for_cache(container: SpeechContainer) -> None:
    """Tell in the log at the start where the cache that is set doesn't answer."""
    if container.settings.cache:
        try:
            await ask(container.network.names, container.settings.cache, "PING")
        except CacheError as error:
            _log.error("Cache connection error: %s", error)


async def sentiment(container: SpeechContainer, asked: Asked) -> Scores | None:
    """Of the text that every turn has, where the client asks for it and the container knows whom to ask."""
    if not (asked.sentiment_of_result or asked.sentiment_of_alternatives):
        return None
    service = container.settings.sentiment
    if service is None:
        _log.error("Sentiment is asked for, but no CloudAI:SentimentAnalysisSettings are set.")
        return None
    return await service.scores(_TEXT, asked.sentiment_version, container.network.names, container.network.ca)
