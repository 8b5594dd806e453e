"""Where the stack's state lies, and what encrypts its secrets."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from operations.doctor.check import Check, failed, passed, warned
from operations.doctor.subject import Subject
from speech.files import yaml_text
from speech.settings.stack import Environment

_LOCAL = "file://"
_SERVICE = ("https://", "http://")
_PASSPHRASES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")
_BLOB = "pulumi login 'azblob://<container>?storage_account=<account>'"
_VAULT_KEY = '"azurekeyvault://<vault>.vault.azure.net/keys/<key>"'


def backend(subject: Subject) -> str | None:
    """The address of the state's backend, as the engine finds it; None where nobody has logged in."""
    if named := os.environ.get("PULUMI_BACKEND_URL"):
        return named
    project = _mapping(subject.project / "Pulumi.yaml").get("backend")
    if isinstance(project, Mapping) and project.get("url"):
        return str(project["url"])
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    try:
        return json.loads((home / "credentials.json").read_text()).get("current") or None
    except (OSError, ValueError):
        return None


def secrets_provider(subject: Subject) -> str | None:
    """What encrypts the stack's secrets, as its file has it: an address, or passphrase. None: nothing yet."""
    content = _mapping(subject.file)
    if named := content.get("secretsprovider"):
        return str(named)
    return "passphrase" if content.get("encryptionsalt") else None


def state(subject: Subject) -> Iterator[Check]:
    """One place for all who run the stack; a folder of one machine is none in prod."""
    where, known = backend(subject), subject.stack.acknowledge
    if where is None:
        yield failed("state", "nobody has logged in to a backend of states", _BLOB, "or  pulumi login")
    elif not where.startswith(_LOCAL):
        yield passed("state", where)
    elif subject.stack.environment is Environment.PROD and "local-state" not in known:
        yield failed(
            "state",
            f"{where}: prod's state lies on one machine, and is lost with it",
            _BLOB,
            f"or at your own risk: {subject.setting(f'speech:acknowledge[{len(known)}]', 'local-state')}",
        )
    else:
        yield passed("state", f"{where}, on this machine alone")


def secrets(subject: Subject) -> Iterator[Check]:
    """A passphrase is known to all who run the stack: fit for dev, not for prod. Whoever runs it must have it."""
    how, where = secrets_provider(subject), backend(subject) or ""
    if how == "passphrase" and not any(name in os.environ for name in _PASSPHRASES):
        yield warned(
            "secrets",
            "encrypted by a passphrase, which is not set: up asks for it, and in a pipeline fails",
            "export PULUMI_CONFIG_PASSPHRASE_FILE=…",
        )
    elif how not in (None, "passphrase") or (how is None and where.startswith(_SERVICE)):
        yield passed("secrets", f"encrypted by {how or where}")
    elif subject.stack.environment is Environment.PROD:
        change = (
            f"pulumi stack change-secrets-provider --stack {subject.name} {_VAULT_KEY}"
            if how
            else f"pulumi stack init {subject.name} --secrets-provider {_VAULT_KEY}"
        )
        yield warned("secrets", "prod's secrets are encrypted by a passphrase that everybody shares", change)
    else:
        yield passed("secrets", "encrypted by a passphrase")


def _mapping(file: Path) -> Mapping[str, Any]:
    try:
        content = yaml_text.load(file.read_text(encoding="utf-8"))
    except (OSError, yaml_text.NotYamlError):
        return {}
    return content if isinstance(content, Mapping) else {}
