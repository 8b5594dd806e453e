"""The page in Chromium, over its devtools: no error, no request, nothing cut or overlapping, words for screen readers."""

import json
import os
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from speech.cli.report.page import page
from speech.files import stack_file

REPOSITORY = Path(__file__).resolve().parents[2]
STACKS = ("all-kinds-westeurope", "groups-westeurope", "onprem-westeurope", "prod-westeurope")
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH: apt-get install chromium")
SECONDS = 60


@dataclass
class Browser:
    """A connection to one empty page, and the events that were met while answers were awaited."""

    socket: ClientConnection
    session: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self.asked += 1
        message = {"id": self.asked, "method": method, "params": parameters}
        self.socket.send(json.dumps(message | ({"sessionId": self.session} if self.session else {})))
        while True:
            heard = json.loads(self.socket.recv(timeout=SECONDS))
            if heard.get("id") == self.asked:
                assert "error" not in heard, heard
                return dict(heard["result"])
            self.events.append(heard)

    def wait_for(self, method: str) -> None:
        while not any(event["method"] == method for event in self.events):
            self.events.append(json.loads(self.socket.recv(timeout=SECONDS)))

    def value_of(self, script: str) -> Any:
        found = self.ask("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"]["value"]

    def show(self, file: Path, width: int, scheme: str = "light") -> None:
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events.clear()
        self.ask("Page.navigate", url=file.as_uri())
        self.wait_for("Page.loadEventFired")

    def heard(self, *methods: str) -> list[dict[str, Any]]:
        return [event["params"] for event in self.events if event["method"] in methods]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    profile = tmp_path_factory.mktemp("profile")
    flags = ["--headless", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage", "--remote-debugging-port=0"]
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    process = subprocess.Popen(
        [str(CHROMIUM), *flags, f"--user-data-dir={profile}", "about:blank"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr
        told = next(line for line in process.stderr if "DevTools listening on" in line)
        with connect(told.split()[-1], max_size=None) as socket:
            made = Browser(socket)
            target = made.ask("Target.createTarget", url="about:blank")["targetId"]
            made.session = made.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
                made.ask(f"{domain}.enable")
            yield made
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, found = tmp_path_factory.mktemp("reports"), {}
    for name in STACKS:
        parsed, plan = stack_file.planned(REPOSITORY / "stacks" / f"Pulumi.{name}.yaml")
        found[name] = folder / f"{name}.html"
        found[name].write_text(page(parsed.stack, plan, parsed.warnings, lambda _: None), encoding="utf-8")
    return found


@pytest.mark.parametrize("name", STACKS)
def test_the_console_stays_empty_and_no_request_leaves_the_page(
    browser: Browser, files: dict[str, Path], name: str
) -> None:
    browser.show(files[name], 1280)
    assert browser.heard("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown") == []
    asked = {each["request"]["url"] for each in browser.heard("Network.requestWillBeSent")}
    assert asked == {files[name].as_uri()}


def test_a_page_that_asks_for_something_would_be_found_out(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "asks.html"
    file.write_text("<!doctype html><title>asks</title><img src='http://127.0.0.1:9/x.png'><script>nobody()</script>")
    browser.show(file, 1280)
    assert len({each["request"]["url"] for each in browser.heard("Network.requestWillBeSent")}) == 2
    assert browser.heard("Runtime.exceptionThrown")


def test_the_policy_of_the_page_refuses_what_it_would_ask_for(
    browser: Browser, files: dict[str, Path], tmp_path: Path
) -> None:
    file = tmp_path / "changed.html"
    changed = files["onprem-westeurope"].read_text().replace("<main", "<img src='http://127.0.0.1:9/x.png'><main")
    file.write_text(changed)
    browser.show(file, 1280)
    assert {each["blockedReason"] for each in browser.heard("Network.loadingFailed")} == {"csp"}


@pytest.mark.parametrize("width", [*WIDTHS, 768, 960])
@pytest.mark.parametrize("name", STACKS)
def test_nothing_reaches_beyond_the_page_sideways(
    browser: Browser, files: dict[str, Path], name: str, width: int
) -> None:
    browser.show(files[name], width)
    assert browser.value_of("document.documentElement.scrollWidth") <= width


OVERLAPS = """[...document.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width).flatMap(svg => {
  const frame = svg.closest('section').getBoundingClientRect();
  const words = [...svg.querySelectorAll('text')].filter(text => text.textContent.trim())
    .map(text => [text.textContent, text.getBoundingClientRect()]);
  const cut = words.filter(([, at]) => at.left < frame.left || at.right > frame.right || at.bottom > frame.bottom);
  const over = words.flatMap(([one, a], index) => words.slice(index + 1)
    .filter(([, b]) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3)
    .map(([other]) => one + ' / ' + other));
  return [...cut.map(([one]) => 'cut: ' + one), ...over];
})"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", STACKS)
def test_no_words_of_a_picture_are_cut_or_overlap(
    browser: Browser, files: dict[str, Path], name: str, width: int
) -> None:
    browser.show(files[name], width)
    assert browser.value_of(OVERLAPS) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_words_in_pictures_are_never_smaller_than_eleven_pixels(
    browser: Browser, files: dict[str, Path], width: int
) -> None:
    browser.show(files["all-kinds-westeurope"], width)
    sizes = """[...document.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width).flatMap(svg =>
      [...svg.querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize) * svg.getScreenCTM().a))"""
    assert min(browser.value_of(sizes)) >= 11


@pytest.mark.parametrize("width", WIDTHS)
def test_a_screen_reader_finds_pictures_in_words_and_tables_with_heads(
    browser: Browser, files: dict[str, Path], width: int
) -> None:
    browser.show(files["prod-westeurope"], width)
    heard = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in browser.ask("Accessibility.getFullAXTree")["nodes"]
        if not node["ignored"]
    ]
    pictures = [name for role, name in heard if role in {"image", "img"}]
    assert len(pictures) == 6
    assert any(name.startswith("Cost a month in US dollars. machines: 3,037") for name in pictures)
    assert any("33 nodes, 33 pods" in name for name in pictures)
    roles = {role for role, _ in heard}
    assert {"table", "row", "cell", "columnheader", "rowheader"} <= roles
    headings = [name for role, name in heard if role == "heading"]
    assert {"prod-westeurope", "Topology", "Cost a month", "Warnings"} <= set(headings)
    assert ("columnheader", "streams") in heard


def test_by_night_the_page_is_dark_and_its_words_light(browser: Browser, files: dict[str, Path]) -> None:
    seen = {}
    for scheme in SCHEMES:
        browser.show(files["prod-westeurope"], 1280, scheme)
        seen[scheme] = browser.value_of(
            "[getComputedStyle(document.body).backgroundColor,"
            " getComputedStyle(document.querySelector('svg text')).fill]"
        )
    assert seen == {
        "light": ["rgb(245, 247, 249)", "rgb(28, 37, 48)"],
        "dark": ["rgb(18, 23, 29)", "rgb(230, 235, 240)"],
    }


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_screenshot_shows_more_than_one_colour(
    browser: Browser, files: dict[str, Path], width: int, scheme: str, tmp_path: Path
) -> None:
    browser.show(files["prod-westeurope"], width, scheme)
    drawn = b64decode(browser.ask("Page.captureScreenshot", captureBeyondViewport=True)["data"])
    # SPEECH_SCREENSHOTS names a folder for whoever wants to look.
    folder = Path(os.environ.get("SPEECH_SCREENSHOTS", tmp_path))
    (folder / f"prod-westeurope-{width}-{scheme}.png").write_bytes(drawn)
    assert drawn.startswith(b"\x89PNG")
    assert len(drawn) > 20_000


def test_on_paper_the_page_is_light_and_whole(browser: Browser, files: dict[str, Path]) -> None:
    browser.show(files["all-kinds-westeurope"], 1280, "dark")
    paper = b64decode(browser.ask("Page.printToPDF", printBackground=False)["data"])
    assert paper.startswith(b"%PDF")
    browser.ask("Emulation.setEmulatedMedia", media="print")
    style = "[getComputedStyle(document.body).color, getComputedStyle(document.querySelector('nav')).display]"
    assert browser.value_of(style) == ["rgb(0, 0, 0)", "none"]
    # A4 between its margins.
    browser.ask("Emulation.setDeviceMetricsOverride", width=718, height=1000, deviceScaleFactor=1, mobile=False)
    assert browser.value_of("document.documentElement.scrollWidth") <= 718
    browser.ask("Emulation.setEmulatedMedia", media="")
