"""The sandbox's home: one folder with the certificate authority, the credentials, the stores and the logs."""

import fcntl
import json
import os
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import trustme

REPOSITORY = Path(__file__).resolve().parent.parent
ADMIN_GROUP_ID = "00000000-0000-4000-8000-00000000a000"
"""The one Entra group of the sandbox's service principal, unless the setting `groups` names others."""
_TLS_NAMES = ("127.0.0.1", "localhost", "*.vault.azure.net", "*.cognitiveservices.azure.com")


@dataclass(frozen=True)
class Home:
    """Where everything of one sandbox lies. The folder and its secrets are readable by their owner only."""

    root: Path

    @property
    def ca_pem(self) -> Path:
        """The certificate authority's certificate, PEM. The key lies beside it in `ca.key`."""
        return self.root / "ca.pem"

    @property
    def ca_key(self) -> Path:
        """The certificate authority's private key, PEM, mode 0600."""
        return self.root / "ca.key"

    @property
    def server_pem(self) -> Path:
        """Key and certificate chain the server answers with, PEM, mode 0600."""
        return self.root / "server.pem"

    @property
    def credentials(self) -> Path:
        """`Credentials` as JSON, mode 0600."""
        return self.root / "credentials.json"

    @property
    def arm_store(self) -> Path:
        """SQLite store of the Azure double: the one place that holds keys in clear, mode 0600."""
        return self.root / "arm.sqlite"

    @property
    def kube_store(self) -> Path:
        """SQLite store of the Kubernetes double, mode 0600."""
        return self.root / "kube.sqlite"

    @property
    def kube_clusters(self) -> Path:
        """The stand-alone clusters with their tokens, JSON, mode 0600."""
        return self.root / "clusters.json"

    @property
    def shares(self) -> Path:
        """The folders that stand for file shares, by account and share."""
        return self.root / "shares"

    @property
    def groups(self) -> Path:
        """What lives as long as a container group, by its uid."""
        return self.root / "groups"

    @property
    def kubeconfig(self) -> Path:
        """Leads to the sandbox's own cluster outside of Azure, mode 0600."""
        return self.root / "kubeconfig"

    @property
    def volumes(self) -> Path:
        """The folders that stand for volumes of pods."""
        return self.root / "volumes"

    @property
    def server_file(self) -> Path:
        """`server.json`: {pid, port, url}; pid is null while no server runs, the port stays for the next one."""
        return self.root / "server.json"

    @property
    def state(self) -> Path:
        """Pulumi's file backend."""
        return self.root / "state"

    @property
    def pulumi_home(self) -> Path:
        """PULUMI_HOME of the sandbox."""
        return self.root / "pulumi"

    @property
    def bin(self) -> Path:
        """Executables that are on PATH inside make targets only."""
        return self.root / "bin"

    @property
    def logs(self) -> Path:
        """Logs. They hold no secret."""
        return self.root / "logs"


@dataclass(frozen=True)
class Credentials:
    """Who the sandbox's user is, and Pulumi's passphrase: random, made once for each home."""

    subscription_id: str
    tenant_id: str
    client_id: str
    client_secret: str
    object_id: str
    passphrase: str


def home() -> Home:
    """The home named by SPEECH_SANDBOX_HOME, else `.sandbox` in the repository."""
    named = os.environ.get("SPEECH_SANDBOX_HOME")
    return Home(Path(named).resolve() if named else REPOSITORY / ".sandbox")


def prepare(home: Home) -> Credentials:
    """Makes what is missing in the home and returns its credentials. Safe to run twice and at the same time."""
    home.root.mkdir(parents=True, exist_ok=True)
    with locked(home, "home"):
        home.root.chmod(0o700)
        for folder in (home.state, home.pulumi_home, home.bin, home.logs):
            folder.mkdir(exist_ok=True)
        if not home.ca_pem.exists():
            authority = trustme.CA(organization_name="speech-containers sandbox")
            write_private(home.ca_key, authority.private_key_pem.bytes())
            write_private(home.ca_pem, authority.cert_pem.bytes())
        if not home.credentials.exists():
            made = Credentials(
                subscription_id=str(uuid.uuid4()),
                tenant_id=str(uuid.uuid4()),
                client_id=str(uuid.uuid4()),
                client_secret=secrets.token_urlsafe(32),
                object_id=str(uuid.uuid4()),
                passphrase=secrets.token_urlsafe(24),
            )
            write_private(home.credentials, json.dumps(asdict(made), indent=2).encode())
    return Credentials(**json.loads(home.credentials.read_text()))


def environment(home: Home, server_url: str, pulumi_dir: Path | None = None) -> dict[str, str]:
    """What `pulumi`, its plugins and the Azure clients need in their environment to work against the sandbox.

    `pulumi_dir` is the folder of the `pulumi` executable, where it is not on PATH already.
    """
    known = prepare(home)
    direct = ",".join(filter(None, ("127.0.0.1,localhost", os.environ.get("no_proxy") or os.environ.get("NO_PROXY"))))
    folders = [str(home.bin), *([str(pulumi_dir)] if pulumi_dir else []), os.environ.get("PATH", os.defpath)]
    return {
        "ARM_METADATA_HOSTNAME": urlsplit(server_url).netloc,
        "ARM_SUBSCRIPTION_ID": known.subscription_id,
        "ARM_TENANT_ID": known.tenant_id,
        "ARM_CLIENT_ID": known.client_id,
        "ARM_CLIENT_SECRET": known.client_secret,
        "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
        "ARM_DISABLE_PULUMI_PARTNER_ID": "true",
        # What kubelogin reads: without it, a kubeconfig of AKS asks for a browser.
        "AAD_LOGIN_METHOD": "spn",
        "AAD_SERVICE_PRINCIPAL_CLIENT_ID": known.client_id,
        "AAD_SERVICE_PRINCIPAL_CLIENT_SECRET": known.client_secret,
        # Never the user's own cluster, whatever their shell says.
        "KUBECONFIG": str(home.kubeconfig),
        "REQUESTS_CA_BUNDLE": str(home.ca_pem),
        "SSL_CERT_FILE": str(home.ca_pem),
        "PULUMI_HOME": str(home.pulumi_home),
        "PULUMI_BACKEND_URL": home.state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": known.passphrase,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "SPEECH_SANDBOX_HOME": str(home.root),
        "NO_PROXY": direct,
        "no_proxy": direct,
        "PATH": os.pathsep.join(folders),
    }


def issue_server_certificate(home: Home) -> Path:
    """A fresh server certificate signed by the home's authority: key and chain in one PEM file."""
    authority = trustme.CA.from_pem(home.ca_pem.read_bytes(), home.ca_key.read_bytes())
    write_private(home.server_pem, authority.issue_cert(*_TLS_NAMES).private_key_and_cert_chain_pem.bytes())
    return home.server_pem


def write_private(path: Path, content: bytes) -> None:
    """Writes the file in one step, readable by its owner only."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)


@contextmanager
def locked(home: Home, name: str) -> Iterator[None]:
    """Holds the home's lock of that name; other processes wait."""
    with (home.root / f"{name}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_locked(home: Home, name: str) -> bool:
    """Whether a living process holds that lock: the kernel drops the locks of a dead one."""
    with (home.root / f"{name}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
