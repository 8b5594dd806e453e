"""The snippets of docs/clients.md, run as they stand but for the host and the recording."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from sandbox.speech.audio import as_wav, tone
from tests.sandbox.container.container_doubles import ARGS, REGISTRY, run_container
from tests.sandbox.container.test_container_requests import LANGUAGE_KEY, LanguageService

PAGE = Path(__file__).resolve().parents[2] / "docs" / "clients.md"
HOSTS = {
    "transcribe-en.speech.contoso.example:5000": "speech-to-text:5.1.0-amd64-en-us",
    "read-en.speech.contoso.example:5000": "neural-text-to-speech:3.11.0-amd64-en-us-arianeural",
    "which-language.speech.contoso.example:5003": "language-detection:1.18.0-amd64-preview",
    "fast.speech.contoso.example:5000": "fast-transcription:en-gpu-1.0.0-preview",
}
SENTIMENT = "CloudAI:SentimentAnalysisSettings"


def snippets() -> dict[str, str]:
    """By heading; a second one under a heading has a 2 behind it."""
    found: dict[str, str] = {}
    for section in PAGE.read_text().split("\n## ")[1:]:
        heading = section.partition("\n")[0]
        for number, code in enumerate(re.findall(r"```python\n(.*?)```", section, re.DOTALL)):
            found[heading if number == 0 else f"{heading} {number + 1}"] = code
    return found


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where each host of the page really answers."""
    folder, language = tmp_path_factory.mktemp("hosts"), LanguageService()
    names = folder / "names.json"
    more = {
        "speech-to-text:5.1.0-amd64-en-us": [
            f"{SENTIMENT}:TextAnalyticsHost=http://language:5000/text/analytics/v3.0/sentiment",
            f"{SENTIMENT}:SentimentAnalysisApiKey={LANGUAGE_KEY}",
            "InClusterRedisCacheEnabled=true",
            "InClusterRedisCacheEndpoint=cache:6379",
        ]
    }
    with ExitStack() as stack:
        stack.callback(language.close)
        cache = stack.enter_context(run_container(folder, image="docker.io/valkey/valkey:8.1.10-alpine", args=[]))
        names.write_text(json.dumps({"cache:6379": cache.address, "language:5000": language.address}))
        yield {
            host: stack.enter_context(
                run_container(folder, image=f"{REGISTRY}/{image}", args=[*ARGS, *more.get(image, [])], names=str(names))
            ).address
            for host, image in HOSTS.items()
        }


def run(heading: str, hosts: Mapping[str, str], folder: Path, seconds: float = 1.5) -> dict[str, Any]:
    """The names that a snippet leaves behind."""
    code = snippets()[heading]
    assert any(host in code for host in hosts)
    for host, address in hosts.items():
        code = code.replace(host, address)
    (folder / "call.wav").write_bytes(as_wav(tone(seconds, pitch=400)))
    code = code.replace('"call.wav"', repr(str(folder / "call.wav")))
    left: dict[str, Any] = {}
    exec(compile(code, f"docs/clients.md, {heading}", "exec"), left)
    return left


def test_every_snippet_has_a_test() -> None:
    tests = Path(__file__).read_text()
    assert [heading for heading in snippets() if f'"{heading}"' not in tests] == []


def test_speech_is_transcribed(hosts: Mapping[str, str], tmp_path: Path) -> None:
    assert run("Speech to text", hosts, tmp_path)["result"].text.startswith("Simulated transcription of 1.5 seconds")


def test_a_long_recording_has_several_phrases(hosts: Mapping[str, str], tmp_path: Path) -> None:
    assert len([text for text in run("A long recording", hosts, tmp_path, seconds=20)["texts"] if text]) == 2


def test_a_phrase_list_arrives(hosts: Mapping[str, str], tmp_path: Path) -> None:
    assert run("Phrase lists", hosts, tmp_path)["result"].text.endswith("with 2 phrases inside of sentences.")


def test_punctuation_arrives(hosts: Mapping[str, str], tmp_path: Path) -> None:
    assert run("Punctuation", hosts, tmp_path)["result"].text.endswith("with implicit punctuation.")


def test_words_have_times(hosts: Mapping[str, str], tmp_path: Path) -> None:
    assert all(word["Duration"] > 0 for word in run("Times of words", hosts, tmp_path)["words"])


def test_speakers_are_told_apart(hosts: Mapping[str, str], tmp_path: Path) -> None:
    assert run("Who spoke when", hosts, tmp_path)["speaker"] == "Speaker 1"


def test_sentiment_is_told(hosts: Mapping[str, str], tmp_path: Path) -> None:
    assert set(run("Sentiment", hosts, tmp_path)["sentiment"]) == {"Negative", "Neutral", "Positive"}


@pytest.mark.parametrize("heading", ["Neural text to speech", "Neural text to speech 2"])
def test_text_is_spoken(hosts: Mapping[str, str], tmp_path: Path, heading: str) -> None:
    assert len(run(heading, hosts, tmp_path)["audio_bytes"]) > 1000


def test_a_language_is_identified(hosts: Mapping[str, str], tmp_path: Path) -> None:
    assert run("Language identification", hosts, tmp_path)["language"] == "en-US"


def test_a_file_is_transcribed_fast(hosts: Mapping[str, str], tmp_path: Path) -> None:
    assert run("Fast transcription", hosts, tmp_path)["text"]
