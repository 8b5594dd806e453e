"""A team's repository in a sandbox: its stack files under git, its stacks by the real engine, its commands as users give them."""

import os
import signal
import subprocess
import sys

from tests.fleet.sandbox_fleet import Said, SandboxFleet

_SECONDS = 240
_AUTHOR = ("-c", "user.name=Team", "-c", "user.email=team@contoso.example", "-c", "commit.gpgsign=false")


class Repository(SandboxFleet):
    """Commits, and `speech` in it. What the engine writes into stack files is left out of no commit."""

    def git(self, *words: str) -> str:
        """One git command, with an author."""
        return subprocess.run(
            ["git", *_AUTHOR, *words], cwd=self.folder, capture_output=True, text=True, check=True
        ).stdout

    def commit(self, message: str) -> None:
        """All files as they lie there."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def speech(self, *words: str, **more: str) -> Said:
        """`speech ...` to its end, with no terminal. `more` joins the environment."""
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "speech.cli", *words],
            cwd=self.folder,
            env=self.environment | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            out, err = process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        return Said(process.returncode, out, err)


def repository(project: Repository) -> Repository:
    """With its files in a first commit."""
    project.git("init", "--quiet", "--initial-branch", "main")
    (project.folder / ".gitignore").write_text("__pycache__\n")
    project.commit("first")
    return project
