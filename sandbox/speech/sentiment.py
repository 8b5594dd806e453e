"""Sentiment of what was transcribed, asked of the Language service that the settings name."""

import logging
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

import httpx

from sandbox.speech.configuration import Configuration
from sandbox.speech.kinds import Answers, Image
from sandbox.speech.network import Names

Scores = dict[str, float]
"""{"Negative": 0.03, "Neutral": 0.79, "Positive": 0.18}"""

SIMULATED: Scores = {"Negative": 0.03, "Neutral": 0.79, "Positive": 0.18}
"""The documents' own sample: the answer of a host that stands outside of the sandbox."""

_SINCE, _STABLE_SINCE = "2.2.0", "2.6.0"
_FORMS = {
    True: ("/text/analytics/v3.0/sentiment", "confidenceScores"),
    False: ("/text/analytics/v3.0-preview.1/sentiment", "documentScores"),
}
"""By whether the image is of 2.6.0 or later: the address, and the part of its answer. They don't mix (2022-01)."""

_SECONDS = 10.0
_log = logging.getLogger("Microsoft.CloudAI.Containers.Speech.Sentiment")


@dataclass(frozen=True)
class Sentiment:
    """CloudAI:SentimentAnalysisSettings."""

    host: str
    """The whole address, path included."""
    stable: bool
    """Whether the image speaks v3.0, not v3.0-preview.1."""
    key: str = field(default="", repr=False)

    async def scores(self, text: str, model_version: str, names: Names, ca: str) -> Scores | None:
        """What the host says of a text; none where it can't be asked, which the log tells."""
        uri = urlsplit(self.host)
        path, part = _FORMS[self.stable]
        if uri.path != path:
            _log.error("Sentiment analysis failed: this version of the container asks %s, not %s.", path, uri.path)
            return None
        inside = names.inside(uri.hostname or "", uri.port or (443 if uri.scheme == "https" else 80))
        if inside is None:
            return self._simulated()
        address = urlunsplit((uri.scheme, f"{inside[0]}:{inside[1]}", path, "", ""))
        trust = ssl.create_default_context(cafile=ca or None)
        headers = {"Ocp-Apim-Subscription-Key": self.key} if self.key else {}
        body = {"documents": [{"id": "1", "language": "en", "text": text}]}
        try:
            async with httpx.AsyncClient(verify=trust, timeout=_SECONDS, trust_env=False) as client:
                asked = {"model-version": model_version} if model_version else {}
                answer = await client.post(address, json=body, headers=headers, params=asked)
            found = answer.raise_for_status().json()["documents"][0][part]
            return {name.title(): float(found[name]) for name in ("negative", "neutral", "positive")}
        except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
            _log.error("Sentiment analysis failed: %s", error)
            return None

    def _simulated(self) -> Scores | None:
        if not self.key:
            _log.error("Sentiment analysis failed: 401, a host on the internet asks for SentimentAnalysisApiKey.")
            return None
        _log.info("Simulated sentiment: %s stands outside of the sandbox and is not asked.", self.host)
        return SIMULATED


def read_sentiment(configuration: Configuration, image: Image) -> Sentiment | None:
    """The Language service that is set, if any. Images before 2.2.0 and other kinds know no such setting."""
    host = configuration.get("CloudAI:SentimentAnalysisSettings:TextAnalyticsHost")
    if not host or image.kind.answers is not Answers.RECOGNITION or not image.since(_SINCE):
        return None
    key = configuration.get("CloudAI:SentimentAnalysisSettings:SentimentAnalysisApiKey")
    return Sentiment(host, image.since(_STABLE_SINCE), key)
