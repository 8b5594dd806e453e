"""A team's repository in a sandbox: its stack files under git, its stacks by the real engine, its commands as users give them."""

import json
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import httpx

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

    def state_of(self, stack: str) -> list[dict[str, Any]]:
        """The resources in a stack's state."""
        return list(json.loads(self.pulumi("stack", "export", "--stack", stack).out)["deployment"]["resources"])

    def tag(self, resource: str, tags: Mapping[str, str]) -> None:
        """What somebody does in the portal: other tags for a resource, by Resource Manager itself."""
        trust = ssl.create_default_context(cafile=self.server.home.ca_pem)
        known, url = self.environment, self.server.url
        with httpx.Client(base_url=url, verify=trust, trust_env=False) as client:
            grant = {
                "grant_type": "client_credentials",
                "client_id": known["ARM_CLIENT_ID"],
                "client_secret": known["ARM_CLIENT_SECRET"],
                "scope": f"{url}/.default",
            }
            told = client.post(f"/{known['ARM_TENANT_ID']}/oauth2/v2.0/token", data=grant).raise_for_status().json()
            client.patch(
                resource,
                params={"api-version": "2025-06-01"},
                json={"tags": dict(tags)},
                headers={"Authorization": f"Bearer {told['access_token']}"},
            ).raise_for_status()

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
