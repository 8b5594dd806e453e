"""docs/capacity.md: how nodes are chosen, with a table of real-life demands; `make docs` writes it."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from speech.capacity.plan import Plan
from speech.capacity.planner import plan
from speech.settings.parse import parse
from speech.settings.stack import Stack
from tests.capacity.kinds_of_all import MODEL, RISKS
from tests.capacity.recipe import recipe
from tests.stacks import stack_file

PAGE = Path("docs/capacity.md")
TEXT = Path(__file__).with_name("page.md")

ZONES: dict[str, Any] = {"kind": "aks", "zones": ["1", "2", "3"], "tier": "Standard", "system_nodes": 3}
DEV: dict[str, Any] = {"kind": "aks"}


def stt(name: str, streams: int, locale: str = "en-US", **more: Any) -> dict[str, Any]:
    demand = {"concurrent_streams": streams, **more.pop("demand", {})}
    return {"name": name, "kind": "speech-to-text", "locale": locale, "version": "5.1.0", "demand": demand, **more}


def voice(name: str, streams: int, **more: Any) -> dict[str, Any]:
    words = {"kind": "neural-text-to-speech", "locale": "en-US", "voice": "AriaNeural", "version": "3.11.0"}
    return {"name": name, **words, "demand": {"concurrent_streams": streams}, **more}


def language(calls: int) -> dict[str, Any]:
    return {
        "name": "which",
        "kind": "language-identification",
        "version": "1.18.0",
        "demand": {"concurrent_streams": calls},
    }


def custom(name: str, streams: int, **demand: Any) -> dict[str, Any]:
    words = {"kind": "custom-speech-to-text", "version": "5.1.0", "model": {"id": MODEL}}
    return {"name": name, **words, "demand": {"concurrent_streams": streams, **demand}}


LOCALES = ("en-US", "de-DE", "fr-FR", "es-ES", "it-IT", "pt-BR", "ja-JP", "ko-KR", "zh-CN", "nl-NL", "sv-SE", "da-DK")


@dataclass(frozen=True)
class Demand:
    """One row: who asks for what."""

    who: str
    target: dict[str, Any]
    containers: Sequence[dict[str, Any]]

    @property
    def streams(self) -> int:
        return sum(each["demand"]["concurrent_streams"] for each in self.containers)

    @property
    def stack(self) -> Stack:
        return stack_of(self.target, *self.containers)


DEMANDS = (
    Demand("a pilot: 4 live streams", DEV, [stt("a", 4)]),
    Demand("a clinic's dictation: 12 live", DEV, [stt("a", 12)]),
    Demand(
        "a bilingual line, three zones: 15 live in each of two languages, 10 voices, 24 calls for the language",
        ZONES,
        [stt("a", 15), stt("b", 15, "de-DE"), voice("c", 10), language(24)],
    ),
    Demand(
        "captions, three zones: 8 live in each of five languages",
        ZONES,
        [stt(f"a{at}", 8, locale) for at, locale in enumerate(LOCALES[:5])],
    ),
    Demand("a contact centre, three zones: 70 live, 70 voices", ZONES, [stt("a", 70), voice("b", 70)]),
    Demand("an archive: 1,000 audio hours a day", DEV, [stt("a", 21, demand={"audio": "file"})]),
    Demand(
        "production of the examples, three zones: 120 live, 20 files, 30 voices, 24 calls for the language",
        ZONES,
        [stt("a", 120, demand={"base_streams": 40}), custom("b", 20, audio="file"), voice("c", 30), language(24)],
    ),
    Demand(
        "three custom models, three zones: 400 live",
        ZONES,
        [custom("a", 200), custom("b", 130), custom("c", 70)],
    ),
    Demand(
        "an international centre, three zones: 75 live in each of twelve languages, 200 calls for the language",
        ZONES,
        [*(stt(f"a{at}", 75, locale) for at, locale in enumerate(LOCALES)), language(200)],
    ),
    Demand("a carrier, three zones: 20,000 live", ZONES, [stt("a", 20_000, demand={"base_streams": 6_000})]),
)


def stack_of(target: dict[str, Any], *containers: dict[str, Any]) -> Stack:
    changes = [("speech:target", target), ("speech:containers", list(containers)), ("speech:acknowledge", RISKS)]
    return parse(stack_file(*changes, ("azure-native:location", "eastus"))).stack


def render() -> str:
    """The page."""
    rows = {"table": "\n".join(_table()), "calls": "\n".join(_calls()), "archive": "\n".join(_archive())}
    page = TEXT.read_text()
    for name, text in rows.items():
        page = page.replace(f"{{{name}}}", text)
    return page


def _table() -> Iterator[str]:
    yield "| demand | recipe: nodes | recipe: USD | nodes | USD | lower bound | gap | saved |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for each in DEMANDS:
        made, (nodes, usd) = plan(each.stack, "page"), recipe(each.stack)
        proof = made.proof
        assert proof is not None
        yield (
            f"| {each.who} | {nodes:,} | {usd:,.0f} | {_nodes(made)} | {proof.usd:,.0f} | {proof.lower_bound_usd:,.0f}"
            f" | {100 * proof.gap:.1f} % | {100 * (1 - proof.usd / usd):.0f} % |"
        )


def _nodes(made: Plan) -> str:
    return ", ".join(
        f"{pool.nodes.min:,}-{pool.nodes.max:,} {pool.vm_size.removeprefix('Standard_')}"
        if pool.nodes.min != pool.nodes.max
        else f"{pool.nodes.max:,} {pool.vm_size.removeprefix('Standard_')}"
        for pool in made.node_pools
    )


def _calls() -> Iterator[str]:
    yield "| 70 at once of each | pods for speech to text | pods for neural voices | nodes | USD |"
    yield "| --- | --- | --- | --- | --- |"
    ways: Sequence[tuple[str, dict[str, Any], dict[str, Any]]] = (
        ("as planned: the default rules, 20 % of headroom", {}, {}),
        ("without headroom", {"headroom": 0}, {"headroom": 0}),
        (
            "by the runbook's own figures, without headroom",
            {"rule": "oss-demo", "headroom": 0},
            {"rule": "oss-demo", "headroom": 0},
        ),
        ("by the runbook's own figures, with headroom", {"rule": "oss-demo"}, {"rule": "oss-demo"}),
    )
    for words, first, second in ways:
        made = plan(stack_of(ZONES, stt("a", 70, scaling=first), voice("b", 70, scaling=second)), "page")
        one, other = made.containers
        yield f"| {words} | {one.replicas.max} | {other.replicas.max} | {_nodes(made)} | {_usd(made)} |"


def _archive() -> Iterator[str]:
    yield "| 21 files at once | streams a pod | pods | nodes | USD |"
    yield "| --- | --- | --- | --- | --- |"
    for words, scaling in (
        ("as planned: 2 cores a file, 20 % of headroom", {}),
        ("without headroom", {"headroom": 0}),
        ("`scaling.rule: faq-decoders`", {"rule": "faq-decoders"}),
        ("`scaling.rule: faq-pushed`", {"rule": "faq-pushed"}),
    ):
        made = plan(stack_of(DEV, stt("a", 21, demand={"audio": "file"}, scaling=scaling)), "page")
        (one,) = made.containers
        yield f"| {words} | {one.streams_per_pod} | {one.replicas.max} | {_nodes(made)} | {_usd(made)} |"


def _usd(made: Plan) -> str:
    assert made.proof is not None
    return f"{made.proof.usd:,.0f}"


if __name__ == "__main__":
    PAGE.write_text(render())
    sys.stdout.write(f"{PAGE}: {render().count(chr(10))} lines\n")
