"""Certificates and tokens of one control plane, made on the spot."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import trustme

from sandbox.home import write_private

USERS = {
    "admin": "system:masters",
    "kwok": "system:masters",
    "stand-ins": "system:masters",
    "system:kube-controller-manager": "",
    "system:kube-scheduler": "",
}
"""Who may log in, and with which group. The two components have the roles that Kubernetes gives them by name."""


@dataclass(frozen=True)
class Credentials:
    """Files in the control plane's folder, readable by their owner only."""

    folder: Path
    tokens: dict[str, str] = field(repr=False)

    @property
    def authority(self) -> Path:
        """The certificate authority's certificate, PEM."""
        return self.folder / "ca.pem"

    @property
    def server_key(self) -> Path:
        """The private key of servers and of etcd's one client, PEM."""
        return self.folder / "server.key"

    @property
    def server_certificate(self) -> Path:
        """The certificate for it, PEM."""
        return self.folder / "server.pem"

    @property
    def account_key(self) -> Path:
        """What service accounts' tokens are signed with, PEM."""
        return self.folder / "accounts.key"

    @property
    def token_file(self) -> Path:
        """The API server's list of tokens, CSV."""
        return self.folder / "tokens.csv"

    def kubeconfig(self, user: str, server: str) -> Path:
        """The kubeconfig of a user for the API server at that URL."""
        path = self.folder / f"{user.rpartition(':')[2]}.kubeconfig"
        write_private(path, self.kubeconfig_text(user, server).encode())
        return path

    def kubeconfig_text(self, user: str, server: str) -> str:
        """The same as text: JSON, which YAML readers read."""
        authority = base64.b64encode(self.authority.read_bytes()).decode()
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "conformance",
            "contexts": [{"name": "conformance", "context": {"cluster": "conformance", "user": user}}],
            "clusters": [
                {"name": "conformance", "cluster": {"server": server, "certificate-authority-data": authority}}
            ],
            "users": [{"name": user, "user": {"token": self.tokens[user]}}],
        }
        return json.dumps(document)


def make(folder: Path) -> Credentials:
    """Makes all of them in an empty folder."""
    made = Credentials(folder, {user: secrets.token_urlsafe(32) for user in USERS})
    authority = trustme.CA(organization_name="speech-containers conformance")
    issued = authority.issue_cert("127.0.0.1", "localhost", "kubernetes.default.svc", "10.0.0.1")
    write_private(made.authority, authority.cert_pem.bytes())
    write_private(made.server_key, issued.private_key_pem.bytes())
    write_private(made.server_certificate, b"".join(part.bytes() for part in issued.cert_chain_pems))
    write_private(made.account_key, authority.issue_cert("accounts").private_key_pem.bytes())
    lines = [f'{token},{user},{user},"{USERS[user]}"' for user, token in made.tokens.items()]
    write_private(made.token_file, "\n".join([*lines, ""]).encode())
    return made
