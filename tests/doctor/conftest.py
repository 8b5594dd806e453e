"""The doctor as a user runs it: the command, a project of its own, the double of Azure and of a registry over HTTP."""

import json
import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from operations.doctor import examination
from operations.doctor.questions import QUESTIONS
from sandbox.home import Home, environment, prepare
from sandbox.running import Server, start, stop
from speech.catalog import documents
from speech.cli.main import app
from tests.catalog_refresh.doubles import Answer, Double

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = {
    "microsoft.cognitiveservices": "2025-06-01",
    "microsoft.authorization/policy": "2026-06-01",
    "microsoft.authorization/role": "2022-04-01",
    "microsoft.network": "2024-05-01",
    "microsoft.containerinstance": "2023-05-01",
    "microsoft.containerservice": "2025-09-01",
}
PROJECT = "name: contoso-speech\nruntime: python\nstackConfigDir: stacks\n"
DEV = """\
config:
  azure-native:location: westeurope
  speech:environment: dev
  speech:account:
    custom_domain: contoso-speech-dev
  speech:billing:
    eula: accept
  speech:target:
    kind: aks
    vm_size: Standard_D8as_v5
  speech:containers:
    - name: transcribe-en
      kind: speech-to-text
      locale: en-US
      version: 5.1.0
      demand: {concurrent_streams: 12}
"""


@dataclass(frozen=True)
class Report:
    """What the command said."""

    code: int
    out: str
    err: str

    def line(self, name: str) -> str:
        """The first line of a check, its words with one space between."""
        (found,) = self.lines(name)
        return found

    def lines(self, name: str) -> list[str]:
        """The lines of a check of which there may be several."""
        rows = [row for row in self.out.splitlines() if re.match(rf"(pass|skip|warn|fail)  {name}  ", row)]
        assert rows, f"no line of {name} in:\n{self.out}\n{self.err}"
        return [" ".join(row.split()) for row in rows]

    def remedy(self, name: str) -> list[str]:
        """What stands under the line of a check."""
        rows = self.out.splitlines()
        (at,) = (number for number, row in enumerate(rows) if re.match(rf"\w+  {name}  ", row))
        found = []
        for row in rows[at + 1 :]:
            if not row.startswith("      "):
                break
            found.append(row.strip())
        return found


@dataclass
class Azure:
    """The double of Azure, as a test sets it up; what it made is gone afterwards."""

    server: Server
    made: list[str] = field(default_factory=list)

    @property
    def subscription(self) -> str:
        return f"/subscriptions/{prepare(self.server.home).subscription_id}"

    def settings(self, **values: object) -> None:
        """Settings of the double, until the test is over."""
        self._ask("PUT", "/sandbox/settings", values)

    def put(self, path: str, body: object) -> None:
        """A resource, below the subscription unless the path says otherwise."""
        resource = path if path.startswith("/") else f"{self.subscription}/{path}"
        self.arm("PUT", resource, body)
        self.made.append(resource)

    def arm(self, method: str, path: str, body: object = None) -> Any:
        resource = path if path.startswith("/") else f"{self.subscription}/{path}"
        provider = resource.lower().rpartition("/providers/")[2]
        version = next((each for name, each in VERSIONS.items() if provider.startswith(name)), "2024-03-01")
        found = self._ask(method, f"{resource}?api-version={version}", body, self._token())
        self._ask("POST", "/sandbox/clock", {"advance_seconds": 1})
        self._ask("GET", f"{self.subscription}?api-version=2022-12-01", None, self._token())
        return found

    def fault(self, **fault: object) -> None:
        self._ask("POST", "/sandbox/faults", fault)

    def journal(self, after: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask("GET", f"/sandbox/journal?after={after}")
        return found

    def clean(self) -> None:
        """Takes back what the test made."""
        self._ask("DELETE", "/sandbox/faults")
        known = self._ask("GET", "/sandbox/settings")
        keep = ("clock_offset_seconds",)
        self.settings(**dict.fromkeys(name for name in known if name not in keep))
        for resource in reversed(self.made):
            self.arm("DELETE", resource)
        self._ask("POST", "/sandbox/clock", {"advance_seconds": 3 * 86400})

    def _token(self) -> str:
        who = prepare(self.server.home)
        form = {
            "grant_type": "client_credentials",
            "client_id": who.client_id,
            "client_secret": who.client_secret,
            "scope": f"{self.server.url}/.default",
        }
        answer = self._http().post(f"/{who.tenant_id}/oauth2/v2.0/token", data=form)
        return str(answer.json()["access_token"])

    def _ask(self, method: str, path: str, body: object = None, token: str = "") -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self._http().request(method, path, json=body, headers=headers)
        assert answer.status_code < 400 or method == "DELETE", f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def _http(self) -> httpx.Client:
        trust = ssl.create_default_context(cafile=self.server.home.ca_pem)
        return httpx.Client(base_url=self.server.url, verify=trust, trust_env=False)


@pytest.fixture(scope="session")
def sandbox_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all, stopped by its own pid."""
    home = Home(tmp_path_factory.mktemp("sandbox"))
    try:
        yield start(home)
    finally:
        stop(home)


@pytest.fixture
def azure(sandbox_server: Server) -> Iterator[Azure]:
    made = Azure(sandbox_server)
    yield made
    made.clean()


@dataclass
class Registry:
    """The registry's double, and which images it lacks."""

    missing: set[str] = field(default_factory=set)
    status: int = 200
    url: str = ""


@pytest.fixture
def registry() -> Iterator[Registry]:
    known = Registry()

    def answer(path: str, _: dict[str, str]) -> Answer:
        found = re.fullmatch(r"/v2/(.+)/manifests/(.+)", path)
        assert found, path
        gone = f"{found[1]}:{found[2]}" in known.missing
        return (404 if gone else known.status), {"Content-Type": "application/vnd.oci.image.manifest.v1+json"}, {}

    with Double(answer).running() as double:
        known.url = double.url
        yield known


@dataclass
class Doctor:
    """The command, in a project of the test's own."""

    folder: Path

    def stack(self, text: str = DEV, name: str = "dev-westeurope") -> None:
        (self.folder / "stacks" / f"Pulumi.{name}.yaml").write_text(text)

    def __call__(self, *options: str, stack: str = "dev-westeurope") -> Report:
        patient = [] if "--timeout" in options else ["--timeout", "60"]
        done = CliRunner().invoke(app, ["doctor", stack, *patient, *options])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Report(done.exit_code, done.stdout, done.stderr)

    def line(self, name: str) -> str:
        """The first line of a check, of a run that asks nothing else."""
        asked = {"services": "providers"}.get(name, name)
        with pytest.MonkeyPatch.context() as patch:
            only = tuple(question for question in QUESTIONS if question.name == asked)
            patch.setattr(examination, "QUESTIONS", only)
            return self().line(name)

    def document(self, *options: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self("--json", *options).out)
        return found


Program = Callable[[str, str], None]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts a program on a PATH that has no others."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def put(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    return put


ENGINE = """\
case "$1" in
  version) echo v3.259.0 ;;
  plugin) echo '[{"name":"azure-native","kind":"resource","version":"3.29.0"},
                 {"name":"kubernetes","kind":"resource","version":"4.34.2"}]' ;;
  stack) echo "error: no stack named '$6' found" >&2; exit 1 ;;
  *) exit 1 ;;
esac"""
"""An engine of the SDK's version with both providers."""


@pytest.fixture
def doctor(
    tmp_path: Path, azure: Azure, registry: Registry, program: Program, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Doctor]:
    """A stack of which all is well: what a test breaks is what it tells of."""
    project = tmp_path / "project"
    (project / "stacks").mkdir(parents=True)
    (project / "Pulumi.yaml").write_text(PROJECT)
    program("pulumi", ENGINE)
    known = environment(azure.server.home, azure.server.url)
    for name in ("PULUMI_HOME", "PATH", "KUBECONFIG"):
        known.pop(name)
    for name, value in known.items():
        monkeypatch.setenv(name, value)
    for name in ("CLIENT_ID", "TENANT_ID", "CLIENT_SECRET"):
        monkeypatch.setenv(f"AZURE_{name}", known[f"ARM_{name}"])
    monkeypatch.setenv("PULUMI_BACKEND_URL", "azblob://state?storage_account=contosostate")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    monkeypatch.setenv("SPEECH_REGISTRY_URL", registry.url)
    monkeypatch.delenv(documents.VARIABLE, raising=False)
    azure.settings(caller_roles={"": ["Owner", "Storage Blob Data Contributor"]})
    monkeypatch.chdir(project)
    documents.forget()
    made = Doctor(project)
    made.stack()
    yield made
    monkeypatch.undo()
    documents.forget()
