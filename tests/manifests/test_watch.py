"""The script that waits for a download, run for real against a folder, a table of processes and a loopback server."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from speech.manifests.jobs import WATCH

# Takes only what busybox's takes, and fails as it does on any answer but a good one.
WGET = """#!{python} -IS
import http.client, sys
quiet, out, file, url = sys.argv[1:]
assert (quiet, out, file) == ("-q", "-O", "/dev/null")
host, _, path = url.removeprefix("http://").partition("/")
asked = http.client.HTTPConnection(host)
asked.request("GET", "/" + path)
sys.exit(asked.getresponse().status != 200)
"""


@dataclass
class Scene:
    """A pod as the script sees it."""

    folder: Path
    ready: str
    script: "subprocess.Popen[str]" = field(init=False)

    @property
    def models(self) -> Path:
        return self.folder / "models"

    def start(self, **more: str) -> None:
        known = {"READY": self.ready, "MODELS": str(self.models), "PROC": str(self.folder / "proc"), "PAUSE": "0.01"}
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        self.script = subprocess.Popen(
            ["sh", "-c", WATCH], env={"PATH": path, **known, **more}, stdout=subprocess.PIPE, text=True
        )
        self._say("Waiting for the models")

    def run(self, process: int) -> None:
        """The other container starts."""
        self.process(process, parent=0)
        self._seen()

    def end(self, process: int) -> str:
        """It ends; what the script says of that."""
        (self.folder / "proc" / str(process) / "status").unlink()
        (self.folder / "proc" / str(process)).rmdir()
        return self._say("The run ended")

    def process(self, process: int, parent: int) -> None:
        place = self.folder / "proc" / str(process)
        place.mkdir(parents=True)
        (self.folder / "written").write_text(f"Name:\tx\nPPid:\t{parent}\n")
        (self.folder / "written").rename(place / "status")

    def result(self) -> tuple[int, str]:
        assert self.script.stdout
        return self.script.wait(timeout=20), self.script.stdout.read()

    def _seen(self) -> None:
        """Two rounds of the script: it asks for readiness once each."""
        asked = Ready.asked
        while Ready.asked < asked + 3:
            Ready.was_asked.wait(20)
            Ready.was_asked.clear()

    def _say(self, wanted: str) -> str:
        assert self.script.stdout
        line = self.script.stdout.readline()
        assert wanted in line
        return line


class Ready(BaseHTTPRequestHandler):
    """/ready of the run."""

    status = 503
    asked = 0
    was_asked = threading.Event()

    def do_GET(self) -> None:
        Ready.asked += 1
        Ready.was_asked.set()
        self.send_response(Ready.status if self.path == "/ready" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    for name in ("models", "proc", "bin"):
        (tmp_path / name).mkdir()
    wget = tmp_path / "bin" / "wget"
    wget.write_text(WGET.format(python=sys.executable))
    wget.chmod(0o755)
    Ready.status, Ready.asked = 503, 0
    server = HTTPServer(("127.0.0.1", 0), Ready)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    made = Scene(tmp_path, f"http://127.0.0.1:{server.server_port}/ready")
    made.process(1, parent=0)
    try:
        yield made
    finally:
        if hasattr(made, "script"):
            made.script.kill()
            made.script.communicate()
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_run_that_goes_on_serving_has_done_its_work_when_it_is_ready(scene: Scene) -> None:
    scene.start()
    scene.run(7)
    Ready.status = 200
    code, said = scene.result()
    assert (code, said) == (0, "The run serves: its model is loaded.\n")


def test_a_run_that_ends_by_itself_has_done_its_work_when_two_more_leave_the_same_files(scene: Scene) -> None:
    scene.start()
    scene.run(7)
    (scene.models / "properties.json").write_text("{}")
    for process in (7, 8):
        scene.end(process)
        scene.run(process + 1)
        assert scene.script.poll() is None, "once could be a crash, twice a coincidence"
    scene.end(9)
    code, said = scene.result()
    assert (code, said) == (0, "It left the same files each time: the models are there.\n")


def test_files_that_still_grow_from_run_to_run_are_no_model_yet(scene: Scene) -> None:
    scene.start()
    for process in range(7, 11):
        scene.run(process)
        with (scene.models / "weights.bin").open("a") as file:
            file.write("more")
        scene.end(process)
    assert scene.script.poll() is None


def test_runs_that_leave_nothing_fail_soon_and_say_where_to_look(scene: Scene) -> None:
    scene.start()
    for process in range(7, 13):
        scene.run(process)
        scene.end(process)
    code, said = scene.result()
    assert code == 1
    assert "the log of the container 'download' says why" in said


def test_files_of_another_model_do_not_count_for_a_display_model(scene: Scene) -> None:
    (scene.models / "properties.json").write_text("{}")
    scene.start(FRESH="yes")
    for process in range(7, 13):
        scene.run(process)
        scene.end(process)
    assert scene.result()[0] == 1


def test_a_display_model_beside_another_model_counts(scene: Scene) -> None:
    (scene.models / "properties.json").write_text("{}")
    scene.start(FRESH="yes")
    scene.run(7)
    (scene.models / "punct.bin").write_text("x")
    for process in (7, 8):
        scene.end(process)
        scene.run(process + 1)
    scene.end(9)
    assert scene.result()[0] == 0


def test_the_helpers_of_a_run_may_come_and_go(scene: Scene) -> None:
    (scene.models / "properties.json").write_text("{}")
    scene.start()
    scene.run(7)
    for process in range(20, 24):
        scene.process(process, parent=7)
        scene._seen()
        (scene.folder / "proc" / str(process) / "status").unlink()
        scene._seen()
    scene.end(7)
    assert scene.script.poll() is None, "one end, not five"
