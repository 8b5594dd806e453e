"""What containers have beside them, on AKS by the real engine: a partner, a cache, servers with secrets of their own."""

import base64
from urllib.parse import quote

import pytest

from tests.walk.stack import Stack

pytestmark = pytest.mark.engine

SENTIMENT_KEY = "planted-sentiment-key-7f31"
TELEMETRY_KEY = "0a1b2c3d-7f31-4000-8000-00000000beef"
MEETING = """\
    - name: meeting
      kind: speech-to-text
      locale: en-US
      version: 5.1.0
      demand: {concurrent_streams: 2}
"""
PAIR = f"""\
{MEETING}\
    - name: which-language
      kind: language-identification
      version: 1.18.0
      pair_with: meeting
      demand: {{concurrent_streams: 4}}
"""
DIARIZING = f"{MEETING}      options: {{diarization: {{}}}}\n"
OPTIONS = f"""\
{MEETING}\
      options:
        sentiment: {{host: "https://eastus.api.cognitive.microsoft.com/text/analytics/v3.0/sentiment"}}
"""


def test_a_language_is_identified_by_one_of_a_pair_and_transcribed_by_the_other(stack: Stack) -> None:
    """Row: language identification pairs with speech to text, on port 5003; the pair is in the outputs."""
    stack.containers(PAIR)
    stack.up()
    assert stack.outputs()["pairs"] == {
        "which-language": {
            "identify": "http://which-language.speech.svc.cluster.local:5003",
            "transcribe": "ws://meeting.speech.svc.cluster.local:5000",
            "transcribed_by": "meeting",
        }
    }
    assert stack.serves("which-language", "language-identification")
    assert stack.serves("meeting", "speech-to-text")
    assert stack.up().changes == {}
    stack.destroy()
    assert stack.ask("workloads") == []


def test_a_container_that_tells_speakers_apart_has_a_cache_beside_it(stack: Stack) -> None:
    """Row: diarization on 5.1.0+ with the Redis-compatible cache deployed beside it."""
    stack.containers(DIARIZING)
    stack.up()
    running = {one["deployment"]: one["state"] for one in stack.workloads()}
    assert running == {"meeting": "Running", "meeting-cache": "Running"}
    assert stack.serves("meeting", "speech-to-text")
    assert stack.up().changes == {}

    stack.containers(MEETING)
    stack.up()
    assert [one["deployment"] for one in stack.workloads()] == ["meeting"], "the cache goes with the wish for it"


def test_secrets_of_options_lie_nowhere_in_clear(stack: Stack) -> None:
    """Row: the keys of sentiment and Application Insights are secrets from end to end."""
    stack.containers(OPTIONS)
    words = "speech:containers[0].options"
    stack.secret(f"{words}.sentiment.key", SENTIMENT_KEY)
    stack.secret(f"{words}.application_insights", TELEMETRY_KEY)
    said = [stack.preview(), stack.up(), stack.up(), stack.pulumi("stack", "export"), stack.pulumi("stack", "output")]
    assert said[2].changes == {}
    (pod,) = (one["inputs"]["spec"]["template"]["spec"] for one in stack.state() if one["type"].endswith(":Deployment"))
    assert "ApplicationInsights:InstrumentationKey=$(SPEECH_APPLICATION_INSIGHTS_KEY)" in pod["containers"][0]["args"]
    assert [one["state"] for one in stack.workloads()] == ["Running"]

    keys = (SENTIMENT_KEY, TELEMETRY_KEY)
    forms = [form for key in keys for form in (key, quote(key, safe=""), base64.b64encode(key.encode()).decode())]
    kept = (stack.home.kube_store.name, stack.home.arm_store.name)
    places = {str(path): path.read_bytes() for path in stack.files() if not path.name.startswith(kept)}
    places |= {run.text[:60]: run.text.encode() for run in said}
    assert [place for place, content in places.items() for form in forms if form.encode() in content] == []
