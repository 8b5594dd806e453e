"""Verification through a gateway: its certificate, and what it asks of callers."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.stacks import stack_file
from tests.verify.conftest import TRANSCRIBE, Double, Verify
from tests.verify.front import Front, front

HOST = "transcribe-en.speech.contoso.example"
CONTAINERS = [{**TRANSCRIBE, "scaling": {"by": "fixed"}}]
Fronted = Callable[..., tuple[Front, list[str], dict[str, str]]]


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def fronted(double: Double, authority: trustme.CA, tmp_path: Path) -> Iterator[Fronted]:
    """Starts a container behind a gateway; with it, the command's words and environment that lead there."""
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(trusted)
    with ExitStack() as held:

        def start(
            host: str = HOST, *, days: float = 90, callers: bool = False
        ) -> tuple[Front, list[str], dict[str, str]]:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            ends = datetime.now(tz=UTC) + timedelta(days=days, hours=1)
            begins = ends - timedelta(days=120)
            authority.issue_cert(host, not_before=begins, not_after=ends).configure_cert(context)
            if callers:
                authority.configure_trust(context)
                context.verify_mode = ssl.CERT_REQUIRED
            found = held.enter_context(front(double("transcribe-en"), context))
            return found, ["--address", f"transcribe-en=127.0.0.1:{found.port}"], {"SSL_CERT_FILE": str(trusted)}

        yield start


@pytest.fixture
def behind(verify: Verify) -> Callable[..., Verify]:
    """The stack in a cluster of the user's own, behind a gateway with these rules for callers."""

    def change(**clients: Any) -> Verify:
        network = {
            "exposure": "internal",
            "domain": "speech.contoso.example",
            "gateway": {"class_name": "envoy", "tls": {"secret": "speech-tls"}},
            "clients": clients,
        }
        verify.config = stack_file(
            ("speech:target", {"kind": "kubernetes"}), ("speech:network", network), ("speech:containers", CONTAINERS)
        )
        return verify

    return change


def test_a_gateway_is_asked_by_name_over_tls(behind: Callable[..., Verify], fronted: Fronted) -> None:
    found, words, environment = fronted()
    said = behind()(*words, **environment)
    assert said.code == 0, said.out + said.err
    assert said.words[0] == f"transcribe-en speech-to-text at {HOST}:N"
    assert said.of("tls")[0].startswith("pass tls TLSv1.3, a certificate for this host, good for 90 days more")
    assert said.of("call")[0].startswith("pass call")
    assert all(f"Host: {HOST}:443\r\n" in head for head in found.heads if head)


def test_a_certificate_that_ends_soon_is_a_warning(behind: Callable[..., Verify], fronted: Fronted) -> None:
    _, words, environment = fronted(days=5)
    said = behind()(*words, **environment)
    assert said.code == 0
    assert said.of("tls")[0].startswith("warn tls TLSv1.3, a certificate for this host, good for 5 days more")


@pytest.mark.parametrize(
    ("host", "days", "cause"),
    [("other.contoso.example", 90, "Hostname mismatch"), (HOST, -2, "certificate has expired")],
)
def test_a_certificate_that_is_wrong_fails_and_nothing_more_is_asked(
    behind: Callable[..., Verify], fronted: Fronted, host: str, days: float, cause: str
) -> None:
    _, words, environment = fronted(host, days=days)
    said = behind()(*words, **environment)
    assert said.code == 1
    assert said.of("tls")[0].startswith(f"fail tls the certificate: {cause}")
    assert f"a certificate for {HOST} from an authority that this machine trusts" in said.of("tls")[1]
    assert said.of("ready") == said.of("call") == []


def test_a_certificate_of_an_unknown_authority_fails(behind: Callable[..., Verify], fronted: Fronted) -> None:
    _, words, _ = fronted()
    said = behind()(*words)
    assert said.code == 1
    assert "unable to get local issuer certificate" in said.of("tls")[0]


def test_without_the_key_that_callers_need_nothing_is_asked_and_that_is_said(
    behind: Callable[..., Verify], fronted: Fronted
) -> None:
    found, words, environment = fronted()
    said = behind(api_keys={"secret": "speech-callers"})(*words, **environment)
    assert said.of("call") == [
        "warn call nothing was asked: the gateway wants a key of callers",
        "--header X-Api-Key=env:VARIABLE",
    ]
    assert not any("GET" in head for head in found.heads)


def test_a_key_from_the_environment_goes_with_every_request_and_is_never_printed(
    behind: Callable[..., Verify], fronted: Fronted
) -> None:
    found, words, environment = fronted()
    header = ["--header", "X-Api-Key=env:CALLER"]
    said = behind(api_keys={"secret": "speech-callers"})(*words, *header, CALLER="planted-key", **environment)
    assert said.code == 0, said.out + said.err
    assert len(found.heads) > 2
    assert all("X-Api-Key: planted-key\r\n" in head for head in found.heads if head)
    assert "planted-key" not in said.out + said.err


def test_a_header_whose_variable_is_not_set_is_the_users_mistake(behind: Callable[..., Verify]) -> None:
    said = behind()("--header", "X-Api-Key=env:CALLER")
    assert said.code == 2
    assert "the variable CALLER is not set" in said.err


def test_a_callers_certificate_opens_a_gateway_that_wants_one(
    behind: Callable[..., Verify], fronted: Fronted, authority: trustme.CA, tmp_path: Path
) -> None:
    _, words, environment = fronted(callers=True)
    caller = tmp_path / "caller.pem"
    authority.issue_cert("caller").private_key_and_cert_chain_pem.write_to_path(caller)
    verify = behind(certificate_authority="speech-callers-ca")
    assert "--client-cert FILE" in verify(*words, **environment).of("call")[1]
    said = verify(*words, "--client-cert", str(caller), **environment)
    assert said.code == 0, said.out + said.err
    assert said.of("call")[0].startswith("pass call")


def test_a_value_that_would_become_two_headers_is_refused_and_not_shown(behind: Callable[..., Verify]) -> None:
    said = behind()("--header", "X-Api-Key=env:CALLER", CALLER="planted\r\nHost: elsewhere")
    assert said.code == 2
    assert "its value has letters that no header can carry" in said.err
    assert "planted" not in said.err
