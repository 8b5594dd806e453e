"""The command as a whole: its words, its statuses, its document, and what it leaves alone."""

import json
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.home import environment
from tests.doctor.conftest import DEV, Azure, Doctor, Registry

ALL_WELL = """\
pass  engine         pulumi 3.259.0, its SDK is 3.259.0
pass  plugins        azure-native 3.29.0, kubernetes 4.34.2
pass  state          azblob://state?storage_account=contosostate
pass  secrets        encrypted by a passphrase
pass  subscription   Speech sandbox (…SUB), logged in as application APP
pass  rights         application APP may do all N operations that the stack needs
pass  providers      6 are registered, all that the stack needs
pass  services       westeurope has every service of the stack
pass  region         westeurope sells Speech accounts S0
pass  custom domain  contoso-speech-dev is free
pass  policy         none of 0 assignments switches the keys of accounts off
pass  kubernetes     westeurope offers 1.35
pass  sizes          Standard_D4as_v5, Standard_D8as_v5: offered in westeurope, in every zone of the stack
pass  quota          vCPU in westeurope: standardDASv5Family 40 of 350 left
pass  addresses      10.80.0.0/16 overlaps none of 0 networks, nor what is joined to them
pass  images         2 of 2 are in their registries
pass  tag lists      those of speech-to-text are D days old (2026-06-30)
pass  prices         those of westeurope are D days old (2026-06-18)

dev-westeurope: 0 failed, 0 to look at, 0 left out, 18 passed
"""
MUCH_WRONG = """\
pass  engine         pulumi 3.259.0, its SDK is 3.259.0
pass  plugins        azure-native 3.29.0, kubernetes 4.34.2
pass  state          azblob://state?storage_account=contosostate
pass  secrets        encrypted by a passphrase
pass  subscription   Speech sandbox (…SUB), logged in as application APP
pass  services       westeurope has every service of the stack
pass  region         westeurope sells Speech accounts S0
pass  policy         none of 0 assignments switches the keys of accounts off
pass  kubernetes     westeurope offers 1.35
pass  addresses      10.80.0.0/16 overlaps none of 0 networks, nor what is joined to them
skip  images         mcr.microsoft.com asks who pulls, and nobody says so here: 2 of 2 not looked for
      docker manifest inspect mcr.microsoft.com/azure-cognitive-services/speechservices/speech-to-text:5.1.0-amd64-en-us
      docker manifest inspect mcr.microsoft.com/azurelinux/busybox:1.36
warn  tag lists      those of speech-to-text are D days old (2026-06-30)
      speech catalog refresh --what tags
warn  prices         those of westeurope are D days old (2026-06-18)
      speech catalog refresh --region westeurope
fail  rights         application APP lacks Microsoft.Authorization/roleAssignments/write, Microsoft.Authorization/roleAssignments/delete at the subscription
      az role assignment create --assignee OID --role "Role Based Access Control Administrator" --scope /subscriptions/ID --condition "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {7f951dda-4ed3-4680-a7ca-43fe172d538d, 4633458b-17de-408a-b874-0445c86b69e6, 4d97b98b-1d4f-4787-a291-c67834d212e7})) AND ((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR (@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {7f951dda-4ed3-4680-a7ca-43fe172d538d, 4633458b-17de-408a-b874-0445c86b69e6, 4d97b98b-1d4f-4787-a291-c67834d212e7}))" --condition-version 2.0
fail  providers      not registered in the subscription: Microsoft.KeyVault, Microsoft.ManagedIdentity
      az provider register --wait --namespace Microsoft.KeyVault
      az provider register --wait --namespace Microsoft.ManagedIdentity
fail  custom domain  contoso-speech-dev is taken: names are unique in all of Azure
      pulumi config set --path 'speech:account.custom_domain' contoso-speech-dev-2 --stack dev-westeurope
fail  sizes          Standard_D8as_v5 (speech) is not offered to the subscription in westeurope
      az vm list-skus --location westeurope --size Standard_D8as_v5 --all --output table
      or let plan choose among what is offered: speech catalog refresh --what sizes --region westeurope
fail  quota          standardDASv5Family: 40 vCPU needed, 24 of 24 left in westeurope
      az quota update --resource-name standardDASv5Family --limit-object value=40 --resource-type dedicated --scope /subscriptions/ID/providers/Microsoft.Compute/locations/westeurope
      or a family with quota (350 left): pulumi config set --path 'speech:target.vm_size' Standard_D8as_v6 --stack dev-westeurope
      or a family with quota (350 left): pulumi config set --path 'speech:target.system_vm_size' Standard_D4as_v6 --stack dev-westeurope

dev-westeurope: 5 failed, 2 to look at, 1 left out, 10 passed
"""
WITHOUT_LOGIN = """\
pass  engine         pulumi 3.259.0, its SDK is 3.259.0
pass  plugins        azure-native 3.29.0, kubernetes 4.34.2
pass  state          azblob://state?storage_account=contosostate
pass  secrets        encrypted by a passphrase
pass  images         2 of 2 are in their registries
pass  tag lists      those of speech-to-text are D days old (2026-06-30)
pass  prices         those of westeurope are D days old (2026-06-18)
skip  subscription   WHY
      az login
skip  rights         needs a log-in
skip  providers      needs a log-in
skip  region         needs a log-in
skip  custom domain  needs a log-in
skip  policy         needs a log-in
skip  kubernetes     needs a log-in
skip  sizes          needs a log-in
skip  quota          needs a log-in
skip  addresses      needs a log-in

dev-westeurope: 0 failed, 0 to look at, 10 left out, 7 passed
"""
_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def plain(text: str) -> str:
    """The words without what differs from run to run."""
    for pattern, word in (
        (r"\(…[0-9a-f]{4}\)", "(…SUB)"),
        (rf"application {_GUID}", "application APP"),
        (rf"--assignee {_GUID}", "--assignee OID"),
        (rf"/subscriptions/{_GUID}", "/subscriptions/ID"),
        (r"\d+ days old", "D days old"),
        (r"all \d+ operations", "all N operations"),
    ):
        text = re.sub(pattern, word, text)
    return text


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """However old the facts of this program are when the test runs."""
    monkeypatch.setattr("operations.doctor.dates._OLD_DAYS", 100_000)


@pytest.mark.usefixtures("fresh")
def test_a_stack_of_which_all_is_well(doctor: Doctor) -> None:
    found = doctor()
    assert (plain(found.out), found.err, found.code) == (ALL_WELL, "", 0)


def test_a_stack_of_which_much_is_wrong(
    doctor: Doctor, azure: Azure, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.doctor.dates._OLD_DAYS", 0)
    registry.status = 403
    azure.settings(
        caller_roles={"": ["Contributor", "Storage Blob Data Contributor"]},
        provider_states={"Microsoft.KeyVault": "NotRegistered", "Microsoft.ManagedIdentity": "Unregistered"},
        refused_vm_sizes=["Standard_D8as_v5"],
        taken_names=["contoso-speech-dev"],
        vcpu_limits={"standardDASv5Family": 24},
    )
    found = doctor()
    assert plain(found.out) == MUCH_WRONG
    assert (found.err, found.code) == ("", 1)


@pytest.mark.usefixtures("fresh")
def test_without_a_subscription_the_rest_is_still_asked(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_SUBSCRIPTION_ID")
    found = doctor()
    why = "no subscription is chosen: set ARM_SUBSCRIPTION_ID, as in  az account show --query id"
    assert (plain(found.out), found.err, found.code) == (WITHOUT_LOGIN.replace("WHY", why), "", 0)


def test_a_log_in_that_is_refused_says_why(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARM_CLIENT_SECRET", "AZURE_CLIENT_SECRET"):
        monkeypatch.setenv(name, "not-the-secret")
    found = doctor()
    assert found.line("subscription").startswith("skip subscription AADSTS7000215: Invalid client secret provided.")
    assert "not-the-secret" not in found.out + found.err
    assert found.err == ""


def test_nobody_logged_in_is_told_in_few_words(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLIENT_ID", "TENANT_ID", "CLIENT_SECRET"):
        monkeypatch.delenv(f"ARM_{name}")
        monkeypatch.delenv(f"AZURE_{name}")
    # No metadata service is looked for.
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "AzureCliCredential")
    found = doctor()
    assert found.line("subscription") == "skip subscription nobody is logged in"
    assert found.remedy("subscription") == ["az login"]
    assert found.err == ""


def test_every_fail_and_warning_has_a_remedy(doctor: Doctor, azure: Azure, registry: Registry) -> None:
    registry.status = 404
    azure.settings(
        caller_roles={"": ["Reader"]},
        not_offered={"westeurope": ["SpeechServices", "Microsoft.ContainerService/managedClusters"]},
        provider_states={"Microsoft.KeyVault": "NotRegistered", "Microsoft.Network": "Registering"},
        refused_vm_sizes=["Standard_D8as_v5"],
        subscription_state="Disabled",
        taken_names=["contoso-speech-dev"],
        vcpu_limits={"standardDASv5Family": 24, "cores": 1},
    )
    document = doctor.document()
    wrong = [check for check in document["checks"] if check["status"] in {"fail", "warn"}]
    assert len(wrong) > 10
    assert [check["name"] for check in wrong if not check["remedy"]] == []


def test_the_document_says_what_the_lines_say(doctor: Doctor, azure: Azure) -> None:
    azure.settings(taken_names=["contoso-speech-dev"])
    found = doctor("--json")
    document = json.loads(found.out)
    assert (document["stack"], found.code, found.err) == ("dev-westeurope", 1, "")
    assert document["checks"][-1] == {
        "name": "custom domain",
        "status": "fail",
        "found": "contoso-speech-dev is taken: names are unique in all of Azure",
        "remedy": [
            "pulumi config set --path 'speech:account.custom_domain' contoso-speech-dev-2 --stack dev-westeurope"
        ],
    }
    assert document["counts"]["fail"] == 1
    assert sum(document["counts"].values()) == len(document["checks"])


def test_nothing_is_changed(doctor: Doctor, azure: Azure) -> None:
    last = azure.journal()[-1]["number"]
    doctor()
    asked = azure.journal(last)
    posts = {entry["path"].rpartition("/")[2] for entry in asked if entry["method"] not in {"GET", "HEAD"}}
    assert posts == {"checkDomainAvailability"}
    assert len(asked) > 10


def test_a_stack_that_is_not_there_is_wrong_input(doctor: Doctor) -> None:
    found = doctor(stack="dev-westeurop")
    assert (found.code, found.out) == (2, "")
    assert 'did you mean "dev-westeurope"?' in found.err


def test_a_broken_stack_file_is_wrong_input(doctor: Doctor) -> None:
    doctor.stack(DEV.replace("speech-to-text", "speech-to-txt"))
    found = doctor()
    assert (found.code, found.out) == (2, "")
    assert '"speech-to-txt" is no kind' in found.err


def test_what_does_not_answer_in_time_is_left_out(doctor: Doctor, azure: Azure) -> None:
    azure.fault(kind="slow", method="GET", path="locations/westeurope/usages", seconds=30, times=2)
    found = doctor("--timeout", "8")
    assert found.line("quota").startswith("skip quota no answer")
    assert found.line("region").startswith("pass") or "no answer" in found.line("region")


def test_answers_are_waited_for_together(doctor: Doctor, azure: Azure) -> None:
    slow = (
        "commitmentTiers",
        "deletedAccounts",
        "Compute/skus",
        "kubernetesVersions",
        "policyAssignments",
        "virtualNetworks",
    )
    for path in (*slow, "roleAssignments", "CognitiveServices/skus"):
        azure.fault(kind="slow", method="GET", path=path, seconds=4)
    began = time.monotonic()
    found = doctor("--timeout", "60")
    assert found.code == 0, found.out
    assert time.monotonic() - began < 4 * len(slow)


def test_a_question_that_azure_refuses_says_which_role_it_needs(doctor: Doctor, azure: Azure) -> None:
    azure.fault(kind="status", method="GET", path="Compute/skus", status=403, code="AuthorizationFailed", message="no")
    found = doctor()
    assert found.line("sizes").startswith("skip sizes the log-in may not read it: (AuthorizationFailed) no")
    assert "--role Reader" in found.remedy("sizes")[0]


def test_a_question_that_azure_fails_to_answer_is_left_out(doctor: Doctor, azure: Azure) -> None:
    azure.fault(kind="status", method="GET", path="Compute/skus", status=500, code="Oops", message="no", times=9)
    assert doctor.line("sizes").startswith("skip sizes no answer: (Oops) no")


def test_help_has_examples(doctor: Doctor) -> None:
    assert "speech doctor prod-westeurope --json" in doctor("--help").out


@pytest.mark.usefixtures("doctor")
def test_the_command_itself_runs_and_takes_little_time(azure: Azure) -> None:
    known = {**os.environ, **environment(azure.server.home, azure.server.url)}
    command = [sys.executable, "-m", "speech.cli", "doctor", "dev-westeurope", "--timeout", "60"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    path = f"{Path(os.environ['PATH'])}{os.pathsep}{known['PATH']}"
    done = subprocess.run(
        command,
        env={**known, "PATH": path, "PYTHONPATH": str(Path(__file__).resolve().parents[2]), "COLUMNS": "80"},
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert "\x1b" not in done.stdout
    # Of a processor's time: what else this machine does meanwhile is no matter.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 8
