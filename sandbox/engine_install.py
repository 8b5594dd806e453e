"""The engine by the official installer, where it can be reached."""

import contextlib
import queue
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from sandbox.engine_versions import ask_version
from sandbox.progress import Progress, minutes

INSTALLER = "https://get.pulumi.com/install.sh"
_REACH_SECONDS = 3
_INSTALL_SECONDS = 900


def install(place: Path, version: str, progress: Progress, *, url: str = INSTALLER) -> bool:
    """Install into the folder `place`. False, and the reason said, where the installer is out of reach or fails.

    The installer is asked to leave the shell's profile alone. It has no checksum of its own to offer: what it brings is
    trusted as HTTPS is, and its version is checked.
    """
    try:
        script = _fetch(url)
    except OSError as fault:
        reason = getattr(fault, "reason", fault)
        progress.say(f"engine: the official installer cannot be reached ({reason})")
        return False
    progress.say(f"engine: pulumi {version} by the official installer, about 100 MB to download")
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f"{place.name}.part-") as folder:
        root = Path(folder) / "root"
        file = Path(folder) / "install.sh"
        file.write_bytes(script)
        command = ["sh", str(file), "--no-edit-path", "--install-root", str(root), "--version", version]
        reason = _run(command, Path(folder) / "log", progress)
        if not reason and (brought := ask_version(root / "bin" / "pulumi")) != f"v{version}":
            reason = f"it brought {brought or 'nothing that runs'}"
        if reason:
            progress.say(f"engine: the official installer failed: {reason}")
            return False
        settle(root, place, "installer")
    return True


def settle(root: Path, place: Path, origin: str) -> None:
    """Put the complete folder `root` in its place, at once: nobody ever sees half an engine."""
    (root / "origin").write_text(origin + "\n")
    if place.exists():
        shutil.rmtree(place)
    root.rename(place)


def _fetch(url: str) -> bytes:
    """The script. A thread of its own: no time-out of a socket bounds the look-up of a name."""
    answers: queue.SimpleQueue[bytes | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            with urllib.request.urlopen(url, timeout=_REACH_SECONDS) as answer:  # noqa: S310 - a constant, or a test's
                answers.put(answer.read())
        except OSError as fault:
            answers.put(fault)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=2 * _REACH_SECONDS)
    except queue.Empty:
        answer = TimeoutError(f"no answer in {2 * _REACH_SECONDS} s")
    if isinstance(answer, OSError):
        raise answer
    return answer


def _run(command: list[str], log: Path, progress: Progress) -> str:
    """Run the installer; its last words if it fails."""
    began = time.monotonic()
    with log.open("wb") as output:
        child = subprocess.Popen(  # noqa: S603 - the installer that was asked for
            command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        try:
            while (spent := time.monotonic() - began) < _INSTALL_SECONDS:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(0.5)
                    break
                progress.update(f"engine: installing, {minutes(spent)}")
        finally:
            child.kill()
            child.wait()
    if child.returncode == 0:
        return ""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else f"exit status {child.returncode}"
